//! From sign-up to tokens, and everything that must not get there.

use super::*;

#[tokio::test]
async fn a_stranger_signs_up_confirms_and_signs_in() {
    let home = Home::new().await;
    let client = home.client_id();
    let signed_up = home
        .done(
            "SignUp",
            json!({
                "ClientId": client,
                "Username": " Ann@Example.org ",
                "Password": PASSWORD,
                "UserAttributes": [{ "Name": "name", "Value": "Ann" }, { "Name": "email", "Value": MAIL }],
            }),
        )
        .await;
    assert_eq!(signed_up["UserConfirmed"], false);
    assert_eq!(signed_up["CodeDeliveryDetails"]["Destination"], "a***@e***");
    let (_, early) = home.challenge(client, MAIL, PASSWORD).await;
    home.refused("RespondToAuthChallenge", early, "UserNotConfirmedException")
        .await;
    let code = home.code();
    let confirm = json!({ "ClientId": client, "Username": MAIL, "ConfirmationCode": code });
    home.done("ConfirmSignUp", confirm.clone()).await;
    let again = home.refused("ConfirmSignUp", confirm, "NotAuthorizedException").await;
    assert!(again.contains("Current status is CONFIRMED"));
    let tokens = home.sign_in(PASSWORD).await;
    assert_eq!(
        (&tokens["TokenType"], &tokens["ExpiresIn"]),
        (&json!("Bearer"), &json!(3600))
    );
    let user = home
        .done("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
        .await;
    assert_eq!(user["Username"], signed_up["UserSub"]);
    let name = json!({ "Name": "name", "Value": "Ann" });
    assert!(user["UserAttributes"].as_array().unwrap().contains(&name));
}

#[tokio::test]
async fn tokens_say_what_cognito_s_say() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let names = home.identity.names();
    let verify = |token: &str| home.identity.verifier().verify(token, home.clock.now());
    let id = verify(tokens["IdToken"].as_str().unwrap()).unwrap();
    assert_eq!(
        (id.token_use, id.name.as_deref(), id.email.as_deref()),
        (TokenUse::Id, Some("Ann"), Some(MAIL))
    );
    let access = verify(tokens["AccessToken"].as_str().unwrap()).unwrap();
    assert_eq!(
        (access.token_use, access.name, access.client_id),
        (TokenUse::Access, None, names.client_id.clone())
    );
    assert_eq!((access.sub, access.session), (id.sub, id.session));
    let claims = claims_of(tokens["AccessToken"].as_str().unwrap());
    assert_eq!(
        (&claims["iss"], &claims["scope"]),
        (&json!(names.issuer), &json!("aws.cognito.signin.user.admin"))
    );
    assert_eq!((claims.get("aud"), &claims["token_use"]), (None, &json!("access")));
    let claims = claims_of(tokens["IdToken"].as_str().unwrap());
    assert_eq!(
        (&claims["aud"], &claims["cognito:username"]),
        (&json!(names.client_id), &claims["sub"])
    );
    assert_eq!(claims["email_verified"], true);
}

#[tokio::test]
async fn a_wrong_password_and_a_spent_challenge_are_refused_alike() {
    let home = Home::with_ann().await;
    let (_, wrong) = home.challenge(home.client_id(), MAIL, "wrong horse").await;
    let wrong = home
        .refused("RespondToAuthChallenge", wrong, "NotAuthorizedException")
        .await;
    let (_, answer) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    home.done("RespondToAuthChallenge", answer.clone()).await;
    let replayed = home
        .refused("RespondToAuthChallenge", answer, "NotAuthorizedException")
        .await;
    assert_eq!(
        (wrong.as_str(), replayed.as_str()),
        ("Incorrect username or password.", wrong.as_str())
    );
    let (_, late) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    home.clock.turn(181);
    home.refused("RespondToAuthChallenge", late, "NotAuthorizedException")
        .await;
    let (_, mut elsewhere) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    elsewhere["ClientId"] = json!(home.identity.names().plain_client_id);
    home.refused("RespondToAuthChallenge", elsewhere, "NotAuthorizedException")
        .await;
}

#[tokio::test]
async fn an_unknown_address_is_challenged_like_a_known_one() {
    let home = Home::with_ann().await;
    let (one, answer) = home.challenge(home.client_id(), "nobody@example.org", PASSWORD).await;
    let (two, _) = home.challenge(home.client_id(), "nobody@example.org", PASSWORD).await;
    let (known, _) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    for same in ["SALT", "USER_ID_FOR_SRP", "USERNAME"] {
        let of = |begun: &Value| begun["ChallengeParameters"][same].as_str().unwrap().to_owned();
        assert_eq!(of(&one), of(&two));
        assert_eq!(of(&one).len(), of(&known).len());
    }
    let refused = home
        .refused("RespondToAuthChallenge", answer, "NotAuthorizedException")
        .await;
    assert_eq!(refused, "Incorrect username or password.");
}

#[tokio::test]
async fn guessing_costs_time_and_then_the_right_password_works() {
    let home = Home::with_ann().await;
    for _ in 0..5 {
        let (_, wrong) = home.challenge(home.client_id(), MAIL, "wrong horse").await;
        home.refused("RespondToAuthChallenge", wrong, "NotAuthorizedException")
            .await;
    }
    let (_, right) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    let refused = home
        .refused("RespondToAuthChallenge", right, "NotAuthorizedException")
        .await;
    assert_eq!(refused, "Password attempts exceeded");
    home.clock.turn(2);
    home.sign_in(PASSWORD).await;
}

#[tokio::test]
async fn choice_based_sign_in_takes_the_password_way() {
    let home = Home::with_ann().await;
    let client = srp::Client::new(&[7; 128]).unwrap();
    let mut ask = json!({
        "AuthFlow": "USER_AUTH",
        "ClientId": home.client_id(),
        "AuthParameters": {
            "USERNAME": MAIL, "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": client.public_hex(),
        },
    });
    assert_eq!(
        home.done("InitiateAuth", ask.clone()).await["ChallengeName"],
        "PASSWORD_VERIFIER"
    );
    ask["AuthParameters"]["SRP_A"] = json!("0");
    home.refused("InitiateAuth", ask.clone(), "InvalidParameterException")
        .await;
    ask["AuthParameters"]["SRP_A"] = json!("f".repeat(800));
    home.refused("InitiateAuth", ask.clone(), "InvalidParameterException")
        .await;
    ask["AuthParameters"]["SRP_A"] = json!("not hex");
    home.refused("InitiateAuth", ask, "InvalidParameterException").await;
}

pub fn claims_of(token: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
