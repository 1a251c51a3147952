//! The account: another password, the second factor and its recovery codes, passkeys.

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use hearth_tests::{
    authenticator::{Authenticator, add_key},
    axe,
    browser::{Browser, Looks},
    page::PASSWORD,
};

use super::steps::{Home, code_on};

const ANA: &str = "ana@example.org";

#[tokio::test]
async fn a_new_password_works_and_the_old_one_is_refused() -> Result<()> {
    let home = Home::start().await?;
    let window = home.window(Looks::DESKTOP, "/account").await?;
    window.press("Change the password").await?;
    window
        .until(
            "both fields to be marked",
            "return document.querySelectorAll('input[aria-invalid=true]').length === 2",
        )
        .await?;
    window.fill("Present password", "not the password").await?;
    window.fill("New password", "a better password").await?;
    window.press("Change the password").await?;
    window.sees("That is not your password.").await?;
    window.fill("Present password", PASSWORD).await?;
    window.press("Change the password").await?;
    window.sees("The password is changed.").await?;
    window.sign_out(&home.hub.address).await?;
    window.offer(&home.hub.address, ANA, PASSWORD).await?;
    window.sees("Mail address or password is wrong.").await?;
    window.offer(&home.hub.address, ANA, "a better password").await?;
    window.is_in().await?;
    window.sees("Linden Street").await?;
    window.close().await
}

#[tokio::test]
async fn the_second_factor_is_asked_for_and_each_recovery_code_works_once() -> Result<()> {
    let home = Home::start().await?;
    let window = home.window(Looks::PHONE, "/account").await?;
    window.press("Switch on").await?;
    window.sees("Or type this key:").await?;
    window.picture("phone-factor-key").await?;
    let key = window
        .find("//*[contains(@class, 'secret')]/code")
        .await?
        .text()
        .await?;
    let scanned = code_on(&window).await?;
    let bare: String = key.split_whitespace().collect();
    ensure!(scanned.contains(&bare), "the code says {scanned}, the page {key}");
    axe::clean(&window, "the key of the second factor").await?;

    let app = Authenticator::with(&key)?;
    window.fill("Six-digit code", &app.code(-20)).await?;
    window.press("Confirm and switch on").await?;
    window.sees("This code is not right").await?;
    window.fill("Six-digit code", &app.code(0)).await?;
    window.press("Confirm and switch on").await?;
    window.sees("The second factor is on.").await?;
    window.picture("phone-recovery-codes").await?;
    axe::clean(&window, "the recovery codes").await?;
    let codes = recovery_codes(&window).await?;
    window.press("I have kept them").await?;
    window.sees("also asks for a code from your authenticator app").await?;

    window.sign_out(&home.hub.address).await?;
    window.offer(&home.hub.address, ANA, PASSWORD).await?;
    window.sees("Your authenticator app shows six digits.").await?;
    window.picture("phone-second-step").await?;
    axe::clean(&window, "the second step").await?;
    second_step(&window, &app.code(-20)).await?;
    window.sees("This code is not right").await?;
    window
        .until("the same page", "return location.pathname === '/sign-in'")
        .await?;
    // The code that switched it on is used up; the next one is good already.
    second_step(&window, &app.code(1)).await?;
    window.is_in().await?;

    for (code, is_good) in [(&codes[0], true), (&codes[0], false), (&codes[1], true)] {
        if window.run("return location.pathname !== '/sign-in'").await? == true {
            window.sign_out(&home.hub.address).await?;
            window.offer(&home.hub.address, ANA, PASSWORD).await?;
        }
        second_step(&window, code).await?;
        if is_good {
            window.is_in().await?;
        } else {
            window.sees("or was used already").await?;
        }
    }
    window.sees("Linden Street").await?;

    // Off again, for who knows the password.
    window.go(&format!("{}/account", home.hub.address)).await?;
    window.press("Switch off").await?;
    window.fill("Password", "not the password").await?;
    window.press("Switch off").await?;
    window.sees("That is not your password.").await?;
    window.fill("Password", PASSWORD).await?;
    window.press("Switch off").await?;
    window.pressable("Switch on").await?;
    window.sign_out(&home.hub.address).await?;
    window.offer(&home.hub.address, ANA, PASSWORD).await?;
    window.is_in().await?;
    window.close().await
}

#[tokio::test]
async fn a_passkey_signs_in_until_it_is_removed() -> Result<()> {
    let home = Home::start().await?;
    let window = home.window(Looks::DESKTOP, "/account").await?;
    add_key(&window).await?;
    window.sees("None yet.").await?;
    window.fill("Name of the passkey", "My thumb").await?;
    window.press("Add a passkey").await?;
    window.sees("My thumb").await?;
    window.sees_no_more("None yet.").await?;
    window.picture("desktop-passkey").await?;
    axe::clean(&window, "a passkey").await?;
    window.press("Add a passkey").await?;
    window.sees("This device already keeps a passkey of yours.").await?;

    window.sign_out(&home.hub.address).await?;
    by_passkey(&window, &home).await?;
    window.is_in().await?;
    window.sees("Linden Street").await?;

    window.go(&format!("{}/account", home.hub.address)).await?;
    window.sees("My thumb").await?;
    window.press("Remove").await?;
    window.sees("None yet.").await?;
    window.sign_out(&home.hub.address).await?;
    by_passkey(&window, &home).await?;
    window.sees("This passkey does not belong to this account.").await?;
    window.close().await
}

async fn by_passkey(window: &Browser, home: &Home) -> Result<()> {
    window.go(&format!("{}/sign-in", home.hub.address)).await?;
    window.fill("Mail", ANA).await?;
    window.press("Use a passkey").await
}

async fn second_step(window: &Browser, code: &str) -> Result<()> {
    window.fill("Code", code).await?;
    window.press("Sign in").await
}

async fn recovery_codes(window: &Browser) -> Result<Vec<String>> {
    let mut codes = Vec::new();
    for code in window.client.find_all(Locator::Css(".recovery code")).await? {
        codes.push(code.text().await?);
    }
    (codes.len() == 10).then_some(codes).context("ten recovery codes")
}
