//! Codes, passwords, and what is kept of them.

use super::*;

fn sign_up(home: &Home, mail: &str, password: &str) -> Value {
    json!({ "ClientId": home.client_id(), "Username": mail, "Password": password })
}

fn confirm(home: &Home, code: &str) -> Value {
    json!({ "ClientId": home.client_id(), "Username": MAIL, "ConfirmationCode": code })
}

/// A code that is not `code`.
fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn bad_sign_ups_are_refused_and_change_nothing() {
    let home = Home::with_ann().await;
    for (mail, password, exception) in [
        ("no address", PASSWORD, "InvalidParameterException"),
        ("a@b", "short", "InvalidPasswordException"),
        ("a@b", " spaces around ", "InvalidPasswordException"),
        (MAIL, PASSWORD, "UsernameExistsException"),
    ] {
        home.refused("SignUp", sign_up(&home, mail, password), exception).await;
    }
    home.refused(
        "SignUp",
        sign_up(&home, "a@b", &"x".repeat(300)),
        "InvalidPasswordException",
    )
    .await;
    let mut odd = sign_up(&home, "a@b", PASSWORD);
    odd["UserAttributes"] = json!([{ "Name": "sub", "Value": "mine" }]);
    home.refused("SignUp", odd, "InvalidParameterException").await;
    assert_eq!(home.letters(), 0);
}

#[tokio::test]
async fn an_account_never_confirmed_gives_its_address_up_after_a_day() {
    let home = Home::new().await;
    home.done("SignUp", sign_up(&home, MAIL, "squatter's own")).await;
    home.refused("SignUp", sign_up(&home, MAIL, PASSWORD), "UsernameExistsException")
        .await;
    home.clock.turn(24 * 3600);
    home.done("SignUp", sign_up(&home, MAIL, PASSWORD)).await;
    home.done("ConfirmSignUp", confirm(&home, &home.code())).await;
    home.sign_in(PASSWORD).await;
}

#[tokio::test]
async fn a_code_ends_by_time_by_a_newer_one_and_by_guessing() {
    let home = Home::new().await;
    home.done("SignUp", sign_up(&home, MAIL, PASSWORD)).await;
    let first = home.code();
    home.clock.turn(24 * 3600);
    home.refused("ConfirmSignUp", confirm(&home, &first), "ExpiredCodeException")
        .await;
    let resend = json!({ "ClientId": home.client_id(), "Username": MAIL });
    home.done("ResendConfirmationCode", resend.clone()).await;
    let second = home.code();
    if first != second {
        home.refused("ConfirmSignUp", confirm(&home, &first), "CodeMismatchException")
            .await;
    }
    home.done("ResendConfirmationCode", resend.clone()).await;
    let third = home.code();
    for _ in 0..5 {
        home.refused(
            "ConfirmSignUp",
            confirm(&home, other_than(&third)),
            "CodeMismatchException",
        )
        .await;
    }
    home.refused(
        "ConfirmSignUp",
        confirm(&home, &third),
        "TooManyFailedAttemptsException",
    )
    .await;
    home.done("ResendConfirmationCode", resend.clone()).await;
    home.done("ConfirmSignUp", confirm(&home, &home.code())).await;
    home.refused("ResendConfirmationCode", resend, "InvalidParameterException")
        .await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_sessions_end() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let forgot = json!({ "ClientId": home.client_id(), "Username": MAIL });
    home.done("ForgotPassword", forgot.clone()).await;
    let code = home.code();
    let reset = |code: &str, password: &str| {
        let mut ask = confirm(&home, code);
        ask["Password"] = json!(password);
        ask
    };
    let short = reset(&code, "short");
    home.refused("ConfirmForgotPassword", short, "InvalidPasswordException")
        .await;
    let guess = reset(other_than(&code), "another horse");
    home.refused("ConfirmForgotPassword", guess, "CodeMismatchException")
        .await;
    home.done("ConfirmForgotPassword", reset(&code, "another horse")).await;
    let twice = reset(&code, "third horse");
    home.refused("ConfirmForgotPassword", twice, "CodeMismatchException")
        .await;
    home.refused(
        "GetUser",
        json!({ "AccessToken": tokens["AccessToken"] }),
        "NotAuthorizedException",
    )
    .await;
    home.sign_in("another horse").await;
    home.done("ForgotPassword", forgot).await;
    let late = reset(&home.code(), PASSWORD);
    home.clock.turn(600);
    home.refused("ConfirmForgotPassword", late, "ExpiredCodeException")
        .await;
}

#[tokio::test]
async fn a_forgotten_password_of_nobody_is_answered_alike() {
    let home = Home::with_ann().await;
    let forgot = |mail: &str| json!({ "ClientId": home.client_id(), "Username": mail });
    let known = home.done("ForgotPassword", forgot(MAIL)).await;
    let unknown = home.done("ForgotPassword", forgot("abe@elsewhere.org")).await;
    assert_eq!(known, unknown);
    assert_eq!(home.letters(), 1);
    for mail in [MAIL, "abe@elsewhere.org"] {
        for _ in 0..4 {
            home.done("ForgotPassword", forgot(mail)).await;
        }
        home.refused("ForgotPassword", forgot(mail), "LimitExceededException")
            .await;
        let mut guess = forgot(mail);
        guess["ConfirmationCode"] = json!("not it");
        guess["Password"] = json!(PASSWORD);
        for _ in 0..5 {
            home.refused("ConfirmForgotPassword", guess.clone(), "CodeMismatchException")
                .await;
        }
        home.refused("ConfirmForgotPassword", guess, "TooManyFailedAttemptsException")
            .await;
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let change = |previous: &str, proposed: &str| {
        json!({
            "AccessToken": tokens["AccessToken"],
            "PreviousPassword": previous,
            "ProposedPassword": proposed,
        })
    };
    home.refused(
        "ChangePassword",
        change("wrong horse", "new horse!"),
        "NotAuthorizedException",
    )
    .await;
    home.refused("ChangePassword", change(PASSWORD, "short"), "InvalidPasswordException")
        .await;
    home.done("ChangePassword", change(PASSWORD, "new horse!")).await;
    home.sign_in("new horse!").await;
    home.done("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
        .await;
}

#[tokio::test]
async fn no_password_and_no_refresh_token_is_kept() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let mut seen = 0;
    for file in std::fs::read_dir(home.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        seen += bytes.len();
        for secret in [PASSWORD, tokens["RefreshToken"].as_str().unwrap()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
    assert!(seen > 4096);
}
