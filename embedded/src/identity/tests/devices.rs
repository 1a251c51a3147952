//! The list of sessions, the end of one, and who is locked out by whom.

use super::*;

fn attribute<'a>(device: &'a Value, name: &str) -> &'a str {
    let all = device["DeviceAttributes"].as_array().unwrap();
    let found = all.iter().find(|attribute| attribute["Name"] == name).unwrap();
    found["Value"].as_str().unwrap()
}

fn session_of(tokens: &Value) -> String {
    let claims = sign_in::claims_of(tokens["AccessToken"].as_str().unwrap());
    claims["origin_jti"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn sessions_are_listed_with_device_and_last_use_and_one_is_ended() {
    let home = Home::with_ann().await;
    let phone = home.sign_in(PASSWORD).await;
    home.clock.turn(60);
    let (_, mut answer) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    answer["ClientMetadata"] = json!({ "DeviceName": "Kitchen laptop" });
    answer["UserContextData"] = json!({ "IpAddress": "203.0.113.9", "EncodedData": "x" });
    let laptop = home.done("RespondToAuthChallenge", answer).await["AuthenticationResult"].clone();
    let list = async |more: Value| {
        let mut ask = json!({ "AccessToken": phone["AccessToken"] });
        ask.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        home.done("ListDevices", ask).await
    };
    let devices = list(json!({})).await["Devices"].as_array().unwrap().clone();
    assert_eq!(devices.len(), 2);
    assert_eq!(attribute(&devices[0], "device_name"), "Kitchen laptop");
    assert_eq!(attribute(&devices[0], "last_ip_used"), "203.0.113.9");
    assert_eq!(devices[0]["DeviceKey"], session_of(&laptop));
    assert_eq!(
        (attribute(&devices[0], "current"), attribute(&devices[1], "current")),
        ("false", "true")
    );
    home.clock.turn(60);
    let renew = json!({ "ClientId": home.client_id(), "RefreshToken": phone["RefreshToken"] });
    home.done("GetTokensFromRefreshToken", renew).await;
    let first = list(json!({ "Limit": 1 })).await;
    assert_eq!(first["Devices"][0]["DeviceKey"], session_of(&phone));
    let used = first["Devices"][0]["DeviceLastAuthenticatedDate"].as_f64().unwrap();
    assert_eq!(used as i64, home.clock.now().as_second());
    let second = list(json!({ "Limit": 1, "PaginationToken": first["PaginationToken"] })).await;
    assert_eq!(second["Devices"][0]["DeviceKey"], session_of(&laptop));
    assert!(second.get("PaginationToken").is_none());

    let one = |key: &str| json!({ "AccessToken": phone["AccessToken"], "DeviceKey": key });
    let found = home.done("GetDevice", one(&session_of(&laptop))).await;
    assert_eq!(attribute(&found["Device"], "device_status"), "valid");
    home.done("ForgetDevice", one(&session_of(&laptop))).await;
    for op in ["ForgetDevice", "GetDevice"] {
        home.refused(op, one(&session_of(&laptop)), "ResourceNotFoundException")
            .await;
    }
    home.refused(
        "GetUser",
        json!({ "AccessToken": laptop["AccessToken"] }),
        "NotAuthorizedException",
    )
    .await;
    home.done("GetUser", json!({ "AccessToken": phone["AccessToken"] }))
        .await;
    for wrong in [json!({ "Limit": 61 }), json!({ "PaginationToken": "nothing" })] {
        let mut ask = json!({ "AccessToken": phone["AccessToken"] });
        ask.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        home.refused("ListDevices", ask, "InvalidParameterException").await;
    }
}

#[tokio::test]
async fn nobody_ends_a_session_of_somebody_else() {
    let home = Home::with_ann().await;
    let bob = "bob@example.org";
    home.identity.ensure_account(bob, "Bob", PASSWORD).await.unwrap();
    let ann = home.sign_in(PASSWORD).await;
    let (_, answer) = home.challenge(home.client_id(), bob, PASSWORD).await;
    let bob = home.done("RespondToAuthChallenge", answer).await["AuthenticationResult"].clone();
    let theft = json!({ "AccessToken": bob["AccessToken"], "DeviceKey": session_of(&ann) });
    home.refused("ForgetDevice", theft, "ResourceNotFoundException").await;
    home.done("GetUser", json!({ "AccessToken": ann["AccessToken"] })).await;
}

#[tokio::test]
async fn an_ended_session_is_refused_by_every_verifier_and_by_lent_credentials_at_once() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let login = home.identity.names().login().to_owned();
    let logins = json!({ login: tokens["IdToken"] });
    let pool = &home.identity.names().identity_pool_id;
    let id = home
        .done("GetId", json!({ "IdentityPoolId": pool, "Logins": logins }))
        .await["IdentityId"]
        .clone();
    let lend = json!({ "IdentityId": id, "Logins": logins });
    let lent = home.done("GetCredentialsForIdentity", lend.clone()).await;
    let key = lent["Credentials"]["AccessKeyId"].as_str().unwrap();
    let verifier = home.identity.verifier();
    let access = tokens["AccessToken"].as_str().unwrap();
    assert!(verifier.verify(access, home.clock.now()).is_ok());
    let mut stay = Box::pin(home.identity.until_ended(session_of(&tokens)));
    assert!(futures::poll!(stay.as_mut()).is_pending());
    home.done("GlobalSignOut", json!({ "AccessToken": access })).await;
    stay.await;
    assert_eq!(verifier.verify(access, home.clock.now()), Err(Unverified::Revoked));
    assert!(home.identity.credentials(key).await.unwrap().is_none());
    home.refused("GetCredentialsForIdentity", lend, "NotAuthorizedException")
        .await;
    let again = Identity::open(
        home.folder.path(),
        "http://localhost:1",
        home.identity.pool.ports.clone(),
    )
    .await
    .unwrap();
    assert_eq!(
        again.verifier().verify(access, home.clock.now()),
        Err(Unverified::Revoked)
    );
}

#[tokio::test]
async fn strangers_lock_out_neither_other_addresses_nor_known_devices() {
    let home = Home::with_ann().await;
    let known = session_of(&home.sign_in(PASSWORD).await);
    let from = async |address: &str, password: &str, device: Option<&str>| {
        let (_, mut answer) = home.challenge(home.client_id(), MAIL, password).await;
        answer["UserContextData"] = json!({ "IpAddress": address });
        if let Some(device) = device {
            answer["ChallengeResponses"]["DEVICE_KEY"] = json!(device);
        }
        home.ask("RespondToAuthChallenge", answer).await
    };
    for _ in 0..5 {
        let refused = from("198.51.100.1", "wrong horse", None).await;
        assert_eq!(refused.body["message"], "Incorrect username or password.");
    }
    let waits = from("198.51.100.1", PASSWORD, None).await;
    assert_eq!(waits.body["message"], "Password attempts exceeded");
    let unknown = from("198.51.100.1", PASSWORD, Some("no such session")).await;
    assert_eq!(unknown.body["message"], "Password attempts exceeded");
    assert_eq!(
        from("198.51.100.1", PASSWORD, Some(&known)).await.status,
        StatusCode::OK
    );
    assert_eq!(from("203.0.113.9", PASSWORD, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_clock_five_minutes_off_signs_in_and_one_second_more_does_not() {
    let home = Home::with_ann().await;
    for (off, signs_in) in [(300, true), (-300, true), (301, false), (-301, false)] {
        let (begun, _) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
        let at = home.clock.now() + SignedDuration::from_secs(off);
        let answer = home.signed(home.client_id(), &begun, PASSWORD, at);
        let reply = home.ask("RespondToAuthChallenge", answer).await;
        assert_eq!(reply.status == StatusCode::OK, signs_in, "{off}: {reply:?}");
    }
    let (_, mut answer) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    answer["ChallengeResponses"]["TIMESTAMP"] = json!("yesterday");
    home.refused("RespondToAuthChallenge", answer, "InvalidParameterException")
        .await;
}
