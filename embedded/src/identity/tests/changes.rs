//! Attributes, another address, and the end of an account.

use super::*;

const NEW: &str = "ann@elsewhere.org";

fn set(tokens: &Value, name: &str, value: &str) -> Value {
    json!({
        "AccessToken": tokens["AccessToken"],
        "UserAttributes": [{ "Name": name, "Value": value }],
    })
}

fn verify(tokens: &Value, code: &str) -> Value {
    json!({ "AccessToken": tokens["AccessToken"], "AttributeName": "email", "Code": code })
}

#[tokio::test]
async fn a_new_address_counts_when_it_is_proved_and_not_before() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let updated = home.done("UpdateUserAttributes", set(&tokens, "email", NEW)).await;
    assert_eq!(updated["CodeDeliveryDetailsList"][0]["Destination"], "a***@e***");
    let first = home.code();
    home.sign_in(PASSWORD).await;
    let resend = json!({ "AccessToken": tokens["AccessToken"], "AttributeName": "email" });
    home.done("GetUserAttributeVerificationCode", resend).await;
    let second = home.code();
    if first != second {
        home.refused("VerifyUserAttribute", verify(&tokens, &first), "CodeMismatchException")
            .await;
    }
    home.done("VerifyUserAttribute", verify(&tokens, &second)).await;
    let (_, answer) = home.challenge(home.client_id(), NEW, PASSWORD).await;
    home.done("RespondToAuthChallenge", answer).await;
    let (_, old) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    home.refused("RespondToAuthChallenge", old, "NotAuthorizedException")
        .await;
}

#[tokio::test]
async fn an_address_of_somebody_else_is_refused_and_only_after_it_was_proved() {
    let home = Home::with_ann().await;
    home.identity.ensure_account(NEW, "Other", PASSWORD).await.unwrap();
    let tokens = home.sign_in(PASSWORD).await;
    home.done("UpdateUserAttributes", set(&tokens, "email", NEW)).await;
    home.refused(
        "VerifyUserAttribute",
        verify(&tokens, &home.code()),
        "AliasExistsException",
    )
    .await;
    home.sign_in(PASSWORD).await;
}

#[tokio::test]
async fn attributes_are_set_taken_away_and_checked() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    home.done("UpdateUserAttributes", set(&tokens, "nickname", "Annie"))
        .await;
    let user = async || {
        home.done("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
            .await
    };
    let nickname = json!({ "Name": "nickname", "Value": "Annie" });
    assert!(user().await["UserAttributes"].as_array().unwrap().contains(&nickname));
    home.done("UpdateUserAttributes", set(&tokens, "nickname", "")).await;
    assert!(!user().await["UserAttributes"].as_array().unwrap().contains(&nickname));
    for (name, value) in [("sub", "mine"), ("email", "nothing"), ("name", &*"x".repeat(2049))] {
        home.refused(
            "UpdateUserAttributes",
            set(&tokens, name, value),
            "InvalidParameterException",
        )
        .await;
    }
    let phone = json!({ "AccessToken": tokens["AccessToken"], "AttributeName": "phone_number" });
    home.refused("GetUserAttributeVerificationCode", phone, "InvalidParameterException")
        .await;
}

#[tokio::test]
async fn a_deleted_account_is_gone_with_its_sessions() {
    let home = Home::with_ann().await;
    let (one, two) = (home.sign_in(PASSWORD).await, home.sign_in(PASSWORD).await);
    home.done("DeleteUser", json!({ "AccessToken": one["AccessToken"] }))
        .await;
    for tokens in [&one, &two] {
        let access = json!({ "AccessToken": tokens["AccessToken"] });
        let told = home.refused("GetUser", access, "NotAuthorizedException").await;
        assert_eq!(told, "Access Token has been revoked");
        let renew = json!({ "ClientId": home.client_id(), "RefreshToken": tokens["RefreshToken"] });
        home.refused("GetTokensFromRefreshToken", renew, "NotAuthorizedException")
            .await;
    }
    let (_, answer) = home.challenge(home.client_id(), MAIL, PASSWORD).await;
    home.refused("RespondToAuthChallenge", answer, "NotAuthorizedException")
        .await;
    let again = home.identity.ensure_account(MAIL, "Ann", PASSWORD).await.unwrap();
    assert_ne!(sign_in::claims_of(one["IdToken"].as_str().unwrap())["sub"], again);
}
