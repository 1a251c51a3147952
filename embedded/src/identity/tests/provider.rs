//! The identity as an OpenID Connect provider, asked as a browser and an app do.

mod asking;

use asking::{BACK, Seen, query};
use axum::body::Body;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{sign_in::claims_of, *};

#[tokio::test]
async fn a_person_signs_in_on_the_page_and_the_app_gets_tokens() {
    let home = Home::with_ann().await;
    let sent = home.typed(&home.asked(&[]), " Ann@Example.org", PASSWORD).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(sent.header("location").starts_with(&format!("{BACK}?")));
    assert_eq!(sent.sent("state").as_deref(), Some("st&te"));
    assert_eq!(sent.sent("iss").as_deref(), Some(home.identity.names().issuer.as_str()));
    let tokens = home.exchange(&sent.sent("code").unwrap(), &[]).await.json();
    let id = claims_of(tokens["id_token"].as_str().unwrap());
    assert_eq!(
        (&id["nonce"], &id["aud"], &id["email"]),
        (&json!("n0nce"), &json!(home.client_id()), &json!(MAIL))
    );
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims_of(access)["scope"], "openid email profile");
    let half = URL_SAFE_NO_PAD.encode(&Sha256::digest(access)[..16]);
    assert_eq!(id["at_hash"], half);
    let info = home.info(access).await.json();
    assert_eq!(
        (&info["sub"], &info["name"], &info["email_verified"]),
        (&id["sub"], &json!("Ann"), &json!(true))
    );
    // Such a token says who somebody is; the account itself it does not open.
    home.refused("GetUser", json!({ "AccessToken": access }), "NotAuthorizedException")
        .await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let renew = [
        ("grant_type", "refresh_token"),
        ("client_id", home.client_id()),
        ("refresh_token", refresh),
    ];
    let renewed = home.token("/oauth2/token", &renew).await.json();
    let access = renewed["access_token"].as_str().unwrap();
    assert_eq!(claims_of(access)["scope"], "openid email profile");
    let refresh = renewed["refresh_token"].as_str().unwrap();
    let revoke = [("client_id", home.client_id()), ("token", refresh)];
    assert_eq!(home.token("/oauth2/revoke", &revoke).await.status, StatusCode::OK);
    let ended = home.info(access).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert!(ended.header("www-authenticate").contains("invalid_token"));
}

#[tokio::test]
async fn a_code_is_good_once_for_whoever_asked_and_for_a_minute() {
    let home = Home::with_ann().await;
    let plain = home.identity.names().plain_client_id.clone();
    for wrong in [
        ("code_verifier", "another-verifier-of-the-length-that-is-asked"),
        ("redirect_uri", "http://127.0.0.1:40124/auth/callback"),
        ("client_id", plain.as_str()),
    ] {
        let code = home.granted().await;
        let refused = home.exchange(&code, &[wrong]).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_grant"))
        );
        // And it is spent.
        assert_eq!(home.exchange(&code, &[]).await.json()["error"], "invalid_grant");
    }
    let late = home.granted().await;
    home.clock.turn(60);
    assert_eq!(home.exchange(&late, &[]).await.json()["error"], "invalid_grant");
    let code = home.granted().await;
    let tokens = home.exchange(&code, &[]).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(home.info(access).await.status, StatusCode::OK);
    assert_eq!(home.exchange(&code, &[]).await.json()["error"], "invalid_grant");
    assert_eq!(
        home.info(access).await.status,
        StatusCode::UNAUTHORIZED,
        "a replay ends what the code began"
    );
}

#[tokio::test]
async fn a_stranger_is_sent_nowhere() {
    let home = Home::with_ann().await;
    for wrong in [
        ("client_id", "unknown"),
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", "hearth://auth/callback/more"),
        ("redirect_uri", "http://127.0.0.1@evil.example/"),
    ] {
        let page = home.page(&home.asked(&[wrong])).await;
        assert_eq!(
            (page.status, page.header("location")),
            (StatusCode::BAD_REQUEST, ""),
            "{wrong:?}"
        );
        assert!(page.text.contains("does not belong"));
    }
    let twice = format!("{}&redirect_uri=hearth%3A%2F%2Fauth%2Fcallback", home.asked(&[]));
    assert_eq!(home.page(&twice).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_other_fault_goes_back_to_the_app() {
    let home = Home::with_ann().await;
    for (wrong, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("scope", ""), "invalid_scope"),
        (("scope", "email"), "invalid_scope"),
        (("scope", "openid everything"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("response_mode", "fragment"), "invalid_request"),
        (("prompt", "none"), "login_required"),
        (("prompt", "none login"), "invalid_request"),
        (("request", "e30."), "request_not_supported"),
        (("request_uri", "https://evil.example"), "request_uri_not_supported"),
    ] {
        let sent = home.page(&home.asked(&[wrong])).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{wrong:?}");
        assert_eq!(sent.sent("error").as_deref(), Some(error), "{wrong:?}");
        assert_eq!(sent.sent("state").as_deref(), Some("st&te"), "{wrong:?}");
    }
    let login = home
        .page(&home.asked(&[("prompt", "login"), ("login_hint", "a\"><b>@x")]))
        .await;
    assert_eq!(login.status, StatusCode::OK);
    assert!(login.text.contains("a&quot;&gt;&lt;b&gt;@x") && login.text.contains("error=access_denied"));
}

#[tokio::test]
async fn the_token_endpoint_names_what_is_wrong() {
    let home = Home::with_ann().await;
    for (wrong, error) in [
        (("grant_type", "password"), "unsupported_grant_type"),
        (("grant_type", ""), "invalid_request"),
        (("code_verifier", ""), "invalid_request"),
        (("client_id", "unknown"), "invalid_client"),
        (("client_secret", "secret"), "invalid_client"),
        (("code", "unknown"), "invalid_grant"),
    ] {
        let refused = home.exchange("code", &[wrong]).await;
        assert_eq!(refused.json()["error"], error, "{wrong:?}");
        assert_eq!(refused.header("cache-control"), "no-store");
    }
    let huge = home.exchange(&"x".repeat(20_000), &[]).await;
    assert_eq!(huge.json()["error"], "invalid_request");
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again_and_guessing_costs_time() {
    let home = Home::with_ann().await;
    let address = home.asked(&[]);
    let wrong = home.typed(&address, MAIL, "wrong horse").await;
    let nobody = home.typed(&address, "nobody@example.org", "wrong horse").await;
    assert_eq!(
        (wrong.status, nobody.status),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );
    assert!(wrong.text.contains("role=\"alert\"") && nobody.text.contains("role=\"alert\""));
    assert!(!wrong.text.contains("wrong horse"));
    for _ in 0..4 {
        home.typed(&address, MAIL, "wrong horse").await;
    }
    assert_eq!(
        home.typed(&address, MAIL, PASSWORD).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    home.clock.turn(2);
    assert_eq!(home.typed(&address, MAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_of_another_browser_or_another_request_signs_nobody_in() {
    let home = Home::with_ann().await;
    let address = home.asked(&[]);
    let token = |page: &Seen| {
        let rest = page.text.split("name=\"token\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let cookie = |page: &Seen| page.header("set-cookie").split(';').next().unwrap().to_owned();
    let (one, other) = (home.page(&address).await, home.page(&address).await);
    let elsewhere = home.page(&home.asked(&[("state", "other")])).await;
    for (cookie, token) in [
        (String::new(), token(&one)),
        (cookie(&other), token(&one)),
        (cookie(&elsewhere), token(&elsewhere)),
        (cookie(&one), String::new()),
    ] {
        let form = query(&[("token", &token), ("mail", MAIL), ("password", PASSWORD)]);
        let refused = home
            .browse(Request::post(&address).header("cookie", cookie), form)
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    assert!(one.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
}

#[tokio::test]
async fn the_page_speaks_the_person_s_language() {
    let home = Home::with_ann().await;
    let request = Request::get(home.asked(&[])).header("accept-language", "zh-CN,zh;q=0.9");
    let page = home.browse(request, String::new()).await;
    assert!(page.text.contains("lang=\"zh-CN\"") && page.text.contains("欢迎回家"));
    let wished = home.page(&home.asked(&[("ui_locales", "zh en")])).await;
    assert!(wished.text.contains("欢迎回家"));
    assert!(home.page(&home.asked(&[])).await.text.contains("Welcome home"));
}

#[tokio::test]
async fn every_kind_of_answer_carries_its_guards() {
    let home = Home::with_ann().await;
    let answers = [
        home.page(&home.asked(&[])).await,
        home.page(&home.asked(&[("redirect_uri", "hearth://auth/callback")]))
            .await,
        home.typed(&home.asked(&[]), MAIL, "wrong horse").await,
        home.page(&home.asked(&[("client_id", "unknown")])).await,
        home.page(&home.asked(&[("prompt", "none")])).await,
        home.typed(&home.asked(&[]), MAIL, PASSWORD).await,
        home.exchange("unknown", &[]).await,
        home.info("unknown").await,
        home.token("/oauth2/revoke", &[]).await,
        home.page("/logout").await,
        home.page("/oauth2/sign-in.css").await,
        home.page("/local-1_HearthPoo/.well-known/openid-configuration").await,
        home.browse(Request::post("/cognito/"), String::new()).await,
    ];
    for (number, answer) in answers.iter().enumerate() {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{number}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
            "{number}"
        );
        assert!(!policy.contains("unsafe"), "{number}");
        // A script of its own is on the page with the form only.
        let has_script = policy.contains("script-src 'self'; connect-src 'self';");
        assert_eq!(has_script, number <= 2, "{number}");
        assert_eq!(policy.contains("script-src"), has_script, "{number}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{number}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{number}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{number}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "{number}: in clear there is none"
        );
        let is_public = answer.header("cache-control").starts_with("public");
        assert_eq!(is_public, number == 10 || number == 11, "{number}");
    }
    let policy = |number: usize| answers[number].header("content-security-policy");
    assert!(
        policy(0).contains("form-action 'self' http://127.0.0.1:40123;"),
        "{}",
        policy(0)
    );
    assert!(policy(1).contains("form-action 'self' hearth:;"), "{}", policy(1));
    assert!(policy(3).contains("form-action 'none'"));
    let secure = crate::identity::oidc::guarded(axum::Router::new(), true);
    let answer = secure
        .oneshot(Request::get("/").body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
}

#[tokio::test]
async fn logging_out_ends_the_session_of_the_token_and_leads_back() {
    let home = Home::with_ann().await;
    let tokens = home.exchange(&home.granted().await, &[]).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    let leave = query(&[
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", BACK),
        ("state", "s"),
    ]);
    home.clock.turn(7200);
    let left = home.page(&format!("/logout?{leave}")).await;
    assert_eq!(left.header("location"), format!("{BACK}?state=s"));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let renew = [
        ("grant_type", "refresh_token"),
        ("client_id", home.client_id()),
        ("refresh_token", refresh),
    ];
    assert_eq!(
        home.token("/oauth2/token", &renew).await.json()["error"],
        "invalid_grant"
    );
    let evil = query(&[("client_id", home.client_id()), ("logout_uri", "https://evil.example/")]);
    assert_eq!(home.page(&format!("/logout?{evil}")).await.header("location"), "");
}

#[tokio::test]
async fn discovery_says_where_everything_is() {
    let home = Home::with_ann().await;
    let found = home
        .get("/local-1_HearthPoo/.well-known/openid-configuration")
        .await
        .body;
    assert_eq!(found["issuer"], home.identity.names().issuer);
    for (endpoint, path) in [
        ("authorization_endpoint", "/oauth2/authorize"),
        ("token_endpoint", "/oauth2/token"),
        ("userinfo_endpoint", "/oauth2/userInfo"),
        ("revocation_endpoint", "/oauth2/revoke"),
        ("end_session_endpoint", "/logout"),
        ("jwks_uri", "/local-1_HearthPoo/.well-known/jwks.json"),
    ] {
        assert_eq!(found[endpoint], format!("http://localhost:1{path}"));
    }
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
}
