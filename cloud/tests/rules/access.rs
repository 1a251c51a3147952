//! Strangers, tokens and sizes: every command of the contract is walked.

use axum::body::to_bytes;
use hearth_contract::{
    CallId, Failure, FamilyId, Method, Reason,
    command::Access,
    features,
    rest::{BODY_LIMIT, RestCall},
};

use crate::support::{ANA, House, STRANGER, fresh};

fn walk() -> Vec<(&'static str, Access, RestCall)> {
    let calls = features::all().into_iter().filter_map(|entry| {
        let (_, access) = entry.goes.route()?;
        Some((entry.name, access, (entry.rest)((entry.sample)()).unwrap()?))
    });
    calls.collect()
}

async fn whole(house: &House, call: &RestCall, path: &str, body: Vec<u8>) -> String {
    let id = (call.method != Method::Get).then(|| CallId::sample(fresh()));
    let response = house.send(STRANGER, (call.method.as_str(), path), body, id).await;
    let (parts, body) = response.into_parts();
    format!(
        "{} {:?} {:?}",
        parts.status,
        parts.headers,
        to_bytes(body, 1 << 20).await.unwrap()
    )
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_foreign_family_from_an_absent_one() {
    let house = House::new().await;
    let family = house.family(ANA).await.to_string();
    let absent = FamilyId::sample(1).to_string();
    let mut walked = 0;
    for (name, access, call) in walk() {
        if !matches!(access, Access::Power(_)) {
            continue;
        }
        let valid = call
            .body
            .clone()
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default();
        for body in [valid, b"{}".to_vec(), b"no json".to_vec(), vec![b' '; BODY_LIMIT + 1]] {
            let of_absent = whole(&house, &call, &call.path, body.clone()).await;
            let of_foreign = whole(&house, &call, &call.path.replacen(&absent, &family, 1), body.clone()).await;
            let of_nonsense = whole(&house, &call, &call.path.replacen(&absent, "nonsense", 1), body).await;
            assert_eq!(of_absent, of_foreign, "{name}");
            assert_eq!(of_absent, of_nonsense, "{name}");
            assert!(of_absent.starts_with("404"), "{name}: {of_absent}");
        }
        walked += 1;
    }
    assert!(walked >= 15, "only {walked} commands");
    let live = |family: &str| format!("/families/{family}/live/fridge-HF1/shelves");
    let (foreign, absent) = (live(&family), live(&absent));
    assert_eq!(
        house.raw(STRANGER, ("GET", &foreign), vec![], None).await,
        house.raw(STRANGER, ("GET", &absent), vec![], None).await
    );
}

#[tokio::test]
async fn nobody_gets_anywhere_without_a_token() {
    let house = House::new().await;
    for (name, _, call) in walk() {
        let request = axum::http::Request::builder()
            .method(call.method.as_str())
            .uri(&call.path);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let response = tower::ServiceExt::oneshot(house.rest.clone(), request).await.unwrap();
        assert_eq!(response.status(), 401, "{name}");
    }
}

#[tokio::test]
async fn everything_but_a_question_needs_a_call_id() {
    let house = House::new().await;
    let family = house.family(ANA).await.to_string();
    for (name, _, call) in walk().into_iter().filter(|(.., call)| call.method != Method::Get) {
        let path = call.path.replacen(&FamilyId::sample(1).to_string(), &family, 1);
        let body = call.body.unwrap().to_string().into_bytes();
        let (status, body) = house.raw(ANA, (call.method.as_str(), &path), body, None).await;
        let failure: Failure = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status, failure),
            (400, Failure::new(Reason::FieldMissing).at("call")),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused() {
    let house = House::new().await;
    let body = vec![b' '; BODY_LIMIT + 1];
    let (status, body) = house
        .raw(ANA, ("POST", "/families"), body, Some(CallId::sample(fresh())))
        .await;
    let failure: Failure = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, failure.reason), (400, Reason::BodyTooLarge));
}

#[tokio::test]
async fn an_unknown_route_is_an_unknown_command() {
    let house = House::new().await;
    for (method, path) in [
        ("GET", "/garden"),
        ("DELETE", "/families"),
        ("POST", "/families/x/live/y/z"),
    ] {
        let (status, body) = house.raw(ANA, (method, path), vec![], None).await;
        let failure: Failure = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status, failure.reason),
            (400, Reason::CommandUnknown),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_wrong_field_is_named_to_a_member() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let path = format!("/families/{family}/name");
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(81));
    for (body, reason) in [
        ("{}", Reason::FieldMissing),
        (r#"{"name":7}"#, Reason::FieldWrong),
        (&long, Reason::FieldTooLong),
    ] {
        let call = Some(CallId::sample(fresh()));
        let (_, answer) = house.raw(ANA, ("PUT", &path), body.as_bytes().to_vec(), call).await;
        let failure: Failure = serde_json::from_slice(&answer).unwrap();
        assert_eq!(failure, Failure::new(reason).at("name"));
    }
}
