//! Shapes of errors, limits, public documents, and the first run.

use super::*;

#[tokio::test]
async fn errors_name_themselves_in_body_and_header() {
    let home = Home::new().await;
    let check = async |target: &str, body: String, status: u16, name: &str| {
        let reply = home.post(target, body).await;
        assert_eq!(reply.status.as_u16(), status, "{target}");
        assert_eq!(reply.body["__type"], name, "{target}");
        assert_eq!(reply.error, Some(format!("{name}:")), "{target}");
        reply.body.to_string()
    };
    let pool = |op: &str| format!("AWSCognitoIdentityProviderService.{op}");
    check("", "{}".into(), 400, "UnknownOperationException").await;
    check("Nobody.SignUp", "{}".into(), 400, "UnknownOperationException").await;
    check(&pool("AdminDeleteUser"), "{}".into(), 400, "UnknownOperationException").await;
    check(&pool("SignUp"), "not json".into(), 400, "SerializationException").await;
    check(&pool("SignUp"), "{}".into(), 400, "InvalidParameterException").await;
    let large = json!({ "ClientId": "x".repeat(65 * 1024) }).to_string();
    check(&pool("SignUp"), large, 413, "RequestTooLongException").await;
    let foreign = json!({ "ClientId": "nobody", "Username": MAIL, "Password": PASSWORD }).to_string();
    check(&pool("SignUp"), foreign, 400, "ResourceNotFoundException").await;
    let typed = json!({ "ClientId": "c", "Username": MAIL, "Password": [PASSWORD] }).to_string();
    let told = check(&pool("SignUp"), typed, 400, "InvalidParameterException").await;
    assert!(!told.contains(PASSWORD));
    let flow = json!({ "ClientId": home.client_id(), "AuthFlow": "USER_PASSWORD_AUTH" }).to_string();
    check(&pool("InitiateAuth"), flow, 400, "InvalidParameterException").await;
    let flow = json!({ "ClientId": home.client_id(), "AuthFlow": "USER_SRP_AUTH" }).to_string();
    let told = check(&pool("InitiateAuth"), flow, 400, "InvalidParameterException").await;
    assert!(told.contains("Missing required parameter USERNAME"));
}

#[tokio::test]
async fn pages_of_any_origin_may_ask_and_read() {
    let home = Home::new().await;
    let ask = async |method: &str| {
        let request = Request::builder().method(method).uri("/cognito/");
        let request = request.header("origin", "https://page.example");
        let request = request.body(axum::body::Body::empty()).unwrap();
        home.identity.router().oneshot(request).await.unwrap()
    };
    let preflight = ask("OPTIONS").await;
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
    let allowed = preflight.headers()["access-control-allow-headers"].to_str().unwrap();
    for name in ["x-amz-target", "amz-sdk-request", "authorization"] {
        assert!(allowed.contains(name));
    }
    let answer = ask("POST").await;
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("x-amzn-errortype", "UnknownOperationException:"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap();
    assert!(exposed.contains("x-amzn-errortype"));
}

#[tokio::test]
async fn a_member_that_is_null_is_one_that_is_not_there() {
    let home = Home::with_ann().await;
    let initiate = "AWSCognitoIdentityProviderService.InitiateAuth";
    let with_nulls = json!({
        "ClientId": home.client_id(), "AuthFlow": "USER_SRP_AUTH", "ClientMetadata": null,
        "AuthParameters": { "USERNAME": MAIL, "SRP_A": "2", "DEVICE_KEY": null },
    });
    let reply = home.post(initiate, with_nulls.to_string()).await;
    assert_eq!(reply.body["ChallengeName"], "PASSWORD_VERIFIER", "{}", reply.body);
    let missing = json!({ "ClientId": home.client_id(), "AuthFlow": null });
    let reply = home.post(initiate, missing.to_string()).await;
    assert_eq!(reply.body["__type"], "InvalidParameterException");
}

#[tokio::test]
async fn keys_are_published_below_the_issuer_and_judge_its_tokens() {
    let home = Home::with_ann().await;
    let names = home.identity.names();
    let told = home
        .get("/local-1_HearthPoo/.well-known/openid-configuration")
        .await
        .body;
    assert_eq!(told["issuer"], names.issuer);
    assert_eq!(told["jwks_uri"], format!("{}/.well-known/jwks.json", names.issuer));
    let keys = home.get("/local-1_HearthPoo/.well-known/jwks.json").await.body;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    let verifier = |issuer: &str, client: &str| {
        Verifier::new(&keys, vec!["http://old".into(), issuer.into()], vec![client.into()]).unwrap()
    };
    let tokens = home.sign_in(PASSWORD).await;
    let token = tokens["AccessToken"].as_str().unwrap();
    let now = home.clock.now();
    let good = verifier(&names.issuer, &names.client_id);
    assert!(good.verify(token, now).is_ok());
    let later = now + SignedDuration::from_secs(3600 + 299);
    assert!(good.verify(token, later).is_ok());
    let too_late = later + SignedDuration::from_secs(1);
    assert_eq!(good.verify(token, too_late), Err(Unverified::Expired));
    let other = verifier("http://other", &names.client_id).verify(token, now);
    assert_eq!(other, Err(Unverified::Misdirected));
    let other = verifier(&names.issuer, "other").verify(token, now);
    assert_eq!(other, Err(Unverified::Misdirected));
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let id_payload = tokens["IdToken"].as_str().unwrap().split('.').nth(1).unwrap();
    for forged in [
        format!("{header}.{id_payload}.{signature}"),
        format!("{signed}."),
        format!("eyJhbGciOiJub25lIn0.{id_payload}."),
        "x".repeat(9000),
    ] {
        assert_eq!(good.verify(&forged, now), Err(Unverified::Foreign));
    }
}

#[tokio::test]
async fn a_new_folder_is_founded_once_and_keeps_its_names() {
    let folder = TempDir::new().unwrap();
    let ports = Ports {
        clock: Arc::new("2026-11-07T09:05:00Z".parse::<Timestamp>().unwrap()),
        random: Arc::new(SystemRandom),
        outbox: Arc::new(Tray::default()),
        origins: Vec::new(),
        issuers: Vec::new(),
    };
    let open = async |url: &str| Identity::open(folder.path(), url, ports.clone()).await.unwrap();
    let first = open("http://localhost:8080/").await;
    let sub = first.ensure_account(MAIL, "Ann", PASSWORD).await.unwrap();
    let second = open("http://elsewhere").await;
    assert_eq!(first.names(), second.names());
    assert!(second.names().issuer.starts_with("http://localhost:8080/local-1_"));
    let password = async || first.pool.store.account(MAIL).await.unwrap().unwrap().password.verifier;
    let kept = password().await;
    assert_eq!(second.ensure_account(MAIL, "Ann", "new password").await.unwrap(), sub);
    assert_eq!(password().await, kept);
    assert_eq!(first.pool.keys().public(0), second.pool.keys().public(0));
    assert!(first.ensure_account("nothing", "Ann", PASSWORD).await.is_err());
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_failure_and_no_panic() {
    let home = Home::new().await;
    let missing = home.folder.path().join("missing");
    let opened = Identity::open(&missing, "http://localhost", home.identity.pool.ports.clone()).await;
    assert!(matches!(opened, Err(OpenFailed::Store(_))));
}
