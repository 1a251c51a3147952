//! The tablet in a fridge's door: a thing that asks by itself, with the powers
//! of a kiosk and no others.

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use hearth_contract::{
    CallId, Command, Failure, FamilyId, HomeEvent, ItemId, Method, Reason, Role, ThingName,
    command::Access,
    device::Hardware,
    event::{Actor, Inbox},
    features,
    live::Look,
    pantry::{Add, List, PantryEvent},
    rest::{self, BODY_LIMIT, CALL_HEADER},
    text::Name,
    things::thing_inbox,
    units::Count,
};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::support::{ANA, House, STRANGER, fresh, until};

/// A call of a thing as it travels, and its answer in one line.
async fn sends(house: &House, thing: &str, (method, path): (&str, &str), body: Vec<u8>, call: bool) -> (u16, String) {
    let digest = hex::encode(Sha256::digest(&body));
    let mut request = Request::builder().method(method).uri(path);
    request = request
        .header("authorization", format!("thing {thing}"))
        .header("x-test-digest", digest);
    if call {
        request = request.header(CALL_HEADER, CallId::sample(fresh()).to_string());
    }
    let request = request.body(Body::from(body)).unwrap();
    let response = house.signed.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let headers = format!("{:?}", response.headers());
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, format!("{headers} {}", String::from_utf8_lossy(&body)))
}

async fn asks<C: Command>(house: &House, thing: &ThingName, command: C) -> Result<C::Reply, Failure> {
    let sent = rest::encode(&command, C::GOES.route().unwrap().0).unwrap();
    let is_deed = sent.body.is_some();
    let body = sent.body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    let way = (sent.method.as_str(), sent.path.as_str());
    let (status, answer) = sends(house, thing.as_str(), way, body, is_deed).await;
    let json = answer.split_once("} ").unwrap().1;
    if status == 200 {
        Ok(serde_json::from_str(json).unwrap())
    } else {
        Err(serde_json::from_str(json).unwrap())
    }
}

fn jam(family: FamilyId) -> Add {
    Add {
        family,
        item: ItemId::sample(fresh()),
        name: Name::parse("Jam").unwrap(),
        food: None,
        count: Count::ONE,
        best_before: None,
    }
}

#[tokio::test]
async fn a_paired_tablet_adds_food_by_itself_and_hears_what_happens() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    house.paired(family, "HF1", Hardware::Fridge).await;
    let tablet = house.paired(family, "KT1", Hardware::Tablet).await;
    let mine = asks(&house, &tablet, hearth_contract::family::Mine {}).await.unwrap();
    assert_eq!(mine.value.len(), 1);
    assert_eq!((mine.value[0].id, mine.value[0].role), (family, Role::Kiosk));

    let add = jam(family);
    let item = asks(&house, &tablet, add).await.unwrap();
    assert_eq!(
        house.ask(ANA, List { family }).await.unwrap().value,
        std::slice::from_ref(&item)
    );
    let last = house.journal(ANA, family).await.pop().unwrap();
    assert_eq!(last.by, Actor::Thing(tablet.clone()), "the journal says who did it");
    assert_eq!(last.event, HomeEvent::Pantry(PantryEvent::ItemSet { item }));
    let topic = thing_inbox(&tablet);
    until("the entry in the tablet's inbox", async || {
        let heard = house.wire.on(&topic).into_iter();
        let mut heard = heard.filter_map(|payload| serde_json::from_value::<Inbox>(payload).ok());
        heard
            .any(|inbox| matches!(inbox, Inbox::Entry(entry) if entry.seq == last.seq))
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_tablet_may_do_what_the_table_says_and_nothing_else() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    house.paired(family, "HF1", Hardware::Fridge).await;
    let tablet = house.paired(family, "KT1", Hardware::Tablet).await;
    let sample = FamilyId::sample(1).to_string();
    for entry in features::all() {
        let Some((route, access)) = entry.goes.route() else {
            continue;
        };
        let call = (entry.rest)((entry.sample)()).unwrap().unwrap();
        let path = call.path.replacen(&sample, &family.to_string(), 1);
        let body = call.body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let is_deed = route.method != Method::Get;
        let way = (route.method.as_str(), path.as_str());
        let (status, answer) = sends(&house, tablet.as_str(), way, body, is_deed).await;
        let may = match access {
            Access::Anyone | Access::Proven => true,
            Access::SignedIn => false,
            Access::Power(power) => Role::Kiosk.may(power),
        };
        assert_eq!(status != 403, may, "{}: {answer}", entry.name);
        assert_ne!(status, 401, "{}", entry.name);
    }
}

#[tokio::test]
async fn a_foreign_tablet_and_every_other_thing_is_a_stranger() {
    let house = House::new().await;
    let (family, other) = (house.family(ANA).await, house.family(STRANGER).await);
    let fridge = house.paired(family, "HF1", Hardware::Fridge).await;
    let code = house.newcomer("HF2", Hardware::Fridge).await;
    house.pair(STRANGER, other, &code).await.unwrap();
    let code = house.newcomer("KT2", Hardware::Tablet).await;
    let foreign = house.pair(STRANGER, other, &code).await.unwrap().thing;
    let absent = FamilyId::sample(1);
    for thing in [foreign.as_str(), fridge.as_str(), "tablet-KT9"] {
        for entry in features::all() {
            let Some((route, Access::Power(_))) = entry.goes.route() else {
                continue;
            };
            let call = (entry.rest)((entry.sample)()).unwrap().unwrap();
            let is_deed = route.method != Method::Get;
            let sent = async |body: Vec<u8>, family: FamilyId| {
                let path = call.path.replacen(&absent.to_string(), &family.to_string(), 1);
                sends(&house, thing, (route.method.as_str(), &path), body, is_deed).await
            };
            let body = call.body.clone().map(|body| body.to_string().into_bytes());
            for body in [body.unwrap_or_default(), b"no json".to_vec()] {
                let of_foreign = sent(body.clone(), family).await;
                assert_eq!(of_foreign, sent(body, absent).await, "{thing}, {}", entry.name);
                assert_eq!(of_foreign.0, 404, "{thing}, {}", entry.name);
            }
        }
    }
}

#[tokio::test]
async fn a_tablet_looks_inside_under_a_lease_of_its_own() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let fridge = house.paired(family, "HF1", Hardware::Fridge).await;
    let tablet = house.paired(family, "KT1", Hardware::Tablet).await;
    let look = Look {
        family,
        thing: fridge.clone(),
        camera: "shelves".parse().unwrap(),
    };
    asks(&house, &tablet, look).await.unwrap();
    let path = format!("/families/{family}/live/{fridge}/shelves");
    let digest = hex::encode(Sha256::digest(b""));
    let request = Request::builder().uri(&path).header("x-test-digest", digest);
    let request = request.header("authorization", format!("thing {tablet}"));
    let request = request.body(Body::empty()).unwrap();
    let response = house.signed.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn without_a_signature_the_signed_door_opens_to_nobody() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    house.paired(family, "HF1", Hardware::Fridge).await;
    house.paired(family, "KT1", Hardware::Tablet).await;
    let path = format!("/families/{family}/pantry");
    let asked = async |request: axum::http::request::Builder, body: Vec<u8>| {
        let request = request.uri(&path).body(Body::from(body)).unwrap();
        house.signed.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(asked(Request::builder(), vec![]).await, 401);
    let bearer = Request::builder().header("authorization", "Bearer person-1");
    assert_eq!(asked(bearer, vec![]).await, 401, "a token is no signature");
    let other_body = Request::builder()
        .method("POST")
        .header("authorization", "thing tablet-KT1")
        .header("x-test-digest", hex::encode(Sha256::digest(b"another body")));
    assert_eq!(asked(other_body, b"{}".to_vec()).await, 401);
    let large = Request::builder()
        .method("POST")
        .header("authorization", "thing tablet-KT1");
    assert_eq!(asked(large, vec![b' '; BODY_LIMIT + 1]).await, 400);
    let unknown = sends(&house, "tablet-KT1", ("GET", "/garden"), vec![], false).await;
    assert_eq!(unknown.0, 400);
    let call = sends(&house, "tablet-KT1", ("POST", &path), b"{}".to_vec(), false).await;
    assert!(call.1.contains(&Reason::FieldMissing.key()), "{}", call.1);
}
