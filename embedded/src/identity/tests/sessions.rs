//! Renewal, rotation, reuse, and the ends a session can come to.

use super::*;

fn renewal(home: &Home, token: &Value) -> Value {
    json!({ "ClientId": home.client_id(), "RefreshToken": token })
}

#[tokio::test]
async fn refresh_tokens_rotate_with_a_grace_and_reuse_ends_the_session() {
    let home = Home::with_ann().await;
    let first = home.sign_in(PASSWORD).await["RefreshToken"].clone();
    let renew = async |token: &Value| {
        let renewed = home.done("GetTokensFromRefreshToken", renewal(&home, token)).await;
        renewed["AuthenticationResult"].clone()
    };
    let second = renew(&first).await["RefreshToken"].clone();
    assert!(second.is_string() && second != first);
    home.clock.turn(30);
    renew(&first).await;
    let tokens = renew(&second).await;
    home.clock.turn(1);
    home.refused(
        "GetTokensFromRefreshToken",
        renewal(&home, &first),
        "RefreshTokenReuseException",
    )
    .await;
    let newest = renewal(&home, &tokens["RefreshToken"]);
    home.refused("GetTokensFromRefreshToken", newest, "NotAuthorizedException")
        .await;
    let user = json!({ "AccessToken": tokens["AccessToken"] });
    let refused = home.refused("GetUser", user, "NotAuthorizedException").await;
    assert_eq!(refused, "Access Token has been revoked");
}

#[tokio::test]
async fn a_session_in_use_lasts_and_an_idle_one_ends() {
    let home = Home::with_ann().await;
    let mut token = home.sign_in(PASSWORD).await["RefreshToken"].clone();
    for _ in 0..3 {
        home.clock.turn(89 * 24 * 3600);
        let renewed = home.done("GetTokensFromRefreshToken", renewal(&home, &token)).await;
        token = renewed["AuthenticationResult"]["RefreshToken"].clone();
    }
    home.clock.turn(90 * 24 * 3600);
    let told = home
        .refused(
            "GetTokensFromRefreshToken",
            renewal(&home, &token),
            "NotAuthorizedException",
        )
        .await;
    assert_eq!(told, "Refresh Token has expired");
}

#[tokio::test]
async fn the_plain_client_renews_in_place_and_the_app_may_not() {
    let home = Home::with_ann().await;
    let plain = home.identity.names().plain_client_id.clone();
    let tokens = home.sign_in_at(&plain, PASSWORD).await;
    let mut ask = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "ClientId": plain,
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] },
    });
    for _ in 0..2 {
        home.clock.turn(600);
        let renewed = home.done("InitiateAuth", ask.clone()).await;
        assert!(renewed["AuthenticationResult"]["AccessToken"].is_string());
        assert!(renewed["AuthenticationResult"].get("RefreshToken").is_none());
    }
    ask["ClientId"] = json!(home.client_id());
    home.refused("InitiateAuth", ask, "NotAuthorizedException").await;
    for foreign in [&tokens["RefreshToken"], &json!("unknown")] {
        let told = home
            .refused(
                "GetTokensFromRefreshToken",
                renewal(&home, foreign),
                "NotAuthorizedException",
            )
            .await;
        assert_eq!(told, "Invalid Refresh Token");
    }
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let home = Home::with_ann().await;
    let (one, two) = (home.sign_in(PASSWORD).await, home.sign_in(PASSWORD).await);
    home.done("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] }))
        .await;
    for tokens in [one, two] {
        let user = json!({ "AccessToken": tokens["AccessToken"] });
        home.refused("GetUser", user, "NotAuthorizedException").await;
        let renew = renewal(&home, &tokens["RefreshToken"]);
        let told = home
            .refused("GetTokensFromRefreshToken", renew, "NotAuthorizedException")
            .await;
        assert_eq!(told, "Refresh Token has been revoked: signed out everywhere");
    }
}

#[tokio::test]
async fn revoking_a_refresh_token_ends_its_session_only() {
    let home = Home::with_ann().await;
    let (one, two) = (home.sign_in(PASSWORD).await, home.sign_in(PASSWORD).await);
    let revoke = |token: &Value, client: &str| json!({ "Token": token, "ClientId": client });
    let plain = &home.identity.names().plain_client_id;
    home.refused(
        "RevokeToken",
        revoke(&one["RefreshToken"], plain),
        "UnauthorizedException",
    )
    .await;
    let signed = revoke(&one["AccessToken"], home.client_id());
    home.refused("RevokeToken", signed, "UnsupportedTokenTypeException")
        .await;
    home.done("RevokeToken", revoke(&one["RefreshToken"], home.client_id()))
        .await;
    let told = home
        .refused(
            "GetTokensFromRefreshToken",
            renewal(&home, &one["RefreshToken"]),
            "NotAuthorizedException",
        )
        .await;
    assert_eq!(told, "Refresh Token has been revoked");
    home.done("RevokeToken", revoke(&json!("unknown"), home.client_id()))
        .await;
    home.refused(
        "GetUser",
        json!({ "AccessToken": one["AccessToken"] }),
        "NotAuthorizedException",
    )
    .await;
    home.done("GetUser", json!({ "AccessToken": two["AccessToken"] })).await;
}

#[tokio::test]
async fn access_tokens_run_out_and_id_tokens_are_none() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let refused = home
        .refused(
            "GetUser",
            json!({ "AccessToken": tokens["IdToken"] }),
            "NotAuthorizedException",
        )
        .await;
    assert_eq!(refused, "Invalid Access Token");
    home.clock.turn(3600 + 300);
    let late = json!({ "AccessToken": tokens["AccessToken"] });
    let refused = home.refused("GetUser", late, "NotAuthorizedException").await;
    assert_eq!(refused, "Access Token has expired");
}
