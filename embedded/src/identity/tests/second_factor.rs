//! Time-based codes after the password, and recovery codes in their place.

use data_encoding::BASE32_NOPAD;

use super::*;

/// Sets an authenticator up for Ann: its secret and her recovery codes.
async fn set_up(home: &Home, tokens: &Value) -> (Vec<u8>, Vec<String>) {
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    let told = home.done("AssociateSoftwareToken", access).await;
    let secret = told["SecretCode"].as_str().unwrap().to_owned();
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let verify = json!({ "AccessToken": tokens["AccessToken"], "UserCode": code(home, &secret) });
    let verified = home.done("VerifySoftwareToken", verify).await;
    assert_eq!(verified["Status"], "SUCCESS");
    let recovery: Vec<String> = serde_json::from_value(verified["RecoveryCodes"].clone()).unwrap();
    assert_eq!(recovery.len(), 10);
    home.done("SetUserMFAPreference", preference(tokens, true)).await;
    (secret, recovery)
}

fn preference(tokens: &Value, enabled: bool) -> Value {
    json!({
        "AccessToken": tokens["AccessToken"],
        "SoftwareTokenMfaSettings": { "Enabled": enabled, "PreferredMfa": enabled },
    })
}

fn code(home: &Home, secret: &[u8]) -> String {
    totp::code_of(secret, home.clock.now().as_second() / 30)
}

/// Proves the password; what answers the challenge with `code`.
async fn challenged(home: &Home, code: &str) -> Value {
    let (_, answer) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    let asked = home.done("RespondToAuthChallenge", answer).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    assert!(asked.get("AuthenticationResult").is_none());
    json!({
        "ClientId": home.client_id(),
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": asked["Session"],
        "ChallengeResponses": {
            "USERNAME": asked["ChallengeParameters"]["USER_ID_FOR_SRP"],
            "SOFTWARE_TOKEN_MFA_CODE": code,
        },
    })
}

#[tokio::test]
async fn a_code_is_asked_after_the_password_and_taken_once() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let (secret, _) = set_up(&home, &tokens).await;
    let user = home
        .done("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
        .await;
    assert_eq!(user["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    let used_at_set_up = challenged(&home, &code(&home, &secret)).await;
    let told = home
        .refused("RespondToAuthChallenge", used_at_set_up, "ExpiredCodeException")
        .await;
    assert_eq!(told, "Your software token has already been used once.");
    home.clock.turn(30);
    let current = code(&home, &secret);
    let good = challenged(&home, &current).await;
    let signed_in = home.done("RespondToAuthChallenge", good.clone()).await;
    assert!(signed_in["AuthenticationResult"]["AccessToken"].is_string());
    home.refused("RespondToAuthChallenge", good, "NotAuthorizedException")
        .await;
    let replayed = challenged(&home, &current).await;
    home.refused("RespondToAuthChallenge", replayed, "ExpiredCodeException")
        .await;
    home.clock.turn(60);
    let previous = totp::code_of(&secret, home.clock.now().as_second() / 30 - 1);
    let late = challenged(&home, &previous).await;
    home.done("RespondToAuthChallenge", late).await;
    let too_late = totp::code_of(&secret, home.clock.now().as_second() / 30 - 2);
    let too_late = challenged(&home, &too_late).await;
    home.refused("RespondToAuthChallenge", too_late, "CodeMismatchException")
        .await;
}

#[tokio::test]
async fn a_recovery_code_is_taken_once_however_it_is_typed() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let (_, recovery) = set_up(&home, &tokens).await;
    let typed = format!(" {} ", recovery[3].to_lowercase().replace('-', " "));
    let good = challenged(&home, &typed).await;
    home.done("RespondToAuthChallenge", good).await;
    let again = challenged(&home, &recovery[3]).await;
    home.refused("RespondToAuthChallenge", again, "CodeMismatchException")
        .await;
    let other = challenged(&home, &recovery[4]).await;
    home.done("RespondToAuthChallenge", other).await;
}

#[tokio::test]
async fn a_session_takes_five_wrong_codes_and_lives_five_minutes() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let (secret, _) = set_up(&home, &tokens).await;
    home.clock.turn(30);
    let right = code(&home, &secret);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let mut answer = challenged(&home, wrong).await;
    for _ in 0..5 {
        home.refused("RespondToAuthChallenge", answer.clone(), "CodeMismatchException")
            .await;
    }
    answer["ChallengeResponses"]["SOFTWARE_TOKEN_MFA_CODE"] = json!(right);
    home.refused("RespondToAuthChallenge", answer, "NotAuthorizedException")
        .await;
    let limited = challenged(&home, &right).await;
    let told = home
        .refused("RespondToAuthChallenge", limited, "NotAuthorizedException")
        .await;
    assert_eq!(told, "Password attempts exceeded");
    home.clock.turn(3600);
    let slow = challenged(&home, &code(&home, &secret)).await;
    home.clock.turn(300);
    home.refused("RespondToAuthChallenge", slow, "NotAuthorizedException")
        .await;
    let mut elsewhere = challenged(&home, &code(&home, &secret)).await;
    elsewhere["ClientId"] = json!(home.identity.names().plain_client_id);
    home.refused("RespondToAuthChallenge", elsewhere, "NotAuthorizedException")
        .await;
    let mut nameless = challenged(&home, &code(&home, &secret)).await;
    nameless["Session"] = Value::Null;
    home.refused("RespondToAuthChallenge", nameless, "NotAuthorizedException")
        .await;
}

#[tokio::test]
async fn an_authenticator_is_asked_for_only_once_it_is_proved_and_switched_on() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    let verify = |code: &str| json!({ "AccessToken": tokens["AccessToken"], "UserCode": code });
    let nothing = verify("123456");
    home.refused("VerifySoftwareToken", nothing, "SoftwareTokenMFANotFoundException")
        .await;
    home.refused(
        "SetUserMFAPreference",
        preference(&tokens, true),
        "InvalidParameterException",
    )
    .await;
    let told = home.done("AssociateSoftwareToken", access).await;
    let secret = BASE32_NOPAD
        .decode(told["SecretCode"].as_str().unwrap().as_bytes())
        .unwrap();
    let right = code(&home, &secret);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    home.refused("VerifySoftwareToken", verify(wrong), "EnableSoftwareTokenMFAException")
        .await;
    home.refused("VerifySoftwareToken", verify("12345"), "InvalidParameterException")
        .await;
    home.sign_in(PASSWORD).await;
    home.done("VerifySoftwareToken", verify(&right)).await;
    home.sign_in(PASSWORD).await;
    home.done("SetUserMFAPreference", preference(&tokens, true)).await;
    challenged(&home, "000000").await;
    home.done("SetUserMFAPreference", preference(&tokens, false)).await;
    home.sign_in(PASSWORD).await;
    let session = json!({ "Session": "a session" });
    home.refused("AssociateSoftwareToken", session, "NotAuthorizedException")
        .await;
    home.refused("AssociateSoftwareToken", json!({}), "InvalidParameterException")
        .await;
    let by_mail = json!({ "AccessToken": tokens["AccessToken"], "EmailMfaSettings": { "Enabled": true } });
    home.refused("SetUserMFAPreference", by_mail, "InvalidParameterException")
        .await;
}

#[tokio::test]
async fn the_sign_in_page_of_other_apps_asks_for_the_code_too() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let (secret, recovery) = set_up(&home, &tokens).await;
    home.clock.turn(30);
    let address = home.asked(&[]);
    let field = "name=\"code\"";
    assert!(!home.page(&address).await.text.contains(field));
    let asked = home.typed(&address, MAIL, PASSWORD).await;
    assert_eq!((asked.status, asked.header("location")), (StatusCode::UNAUTHORIZED, ""));
    assert!(asked.text.contains(field));
    // Whoever does not know the password does not hear of it.
    let guessed = home.typed(&address, MAIL, "wrong horse").await;
    assert!(!guessed.text.contains(field));
    let right = code(&home, &secret);
    let with = async |code: &str| {
        let fields = [("mail", MAIL), ("password", PASSWORD), ("code", code)];
        home.filled(&address, &fields).await
    };
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let refused = with(wrong).await;
    assert_eq!(
        (refused.status, refused.header("location")),
        (StatusCode::UNAUTHORIZED, "")
    );
    let entered = with(&right).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert!(entered.sent("code").is_some());
    // Each code is good once here as elsewhere.
    assert_eq!(with(&right).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(with(&recovery[0]).await.status, StatusCode::SEE_OTHER);
    for _ in 0..6 {
        with(wrong).await;
    }
    home.clock.turn(30);
    let limited = with(&code(&home, &secret)).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
}
