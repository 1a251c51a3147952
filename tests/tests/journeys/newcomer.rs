//! Somebody who has never seen Hearth: account, home, fridge, alive.

use anyhow::Result;
use hearth_tests::{
    axe,
    browser::{Browser, Looks},
    hub::Hub,
    page::PASSWORD,
};

use super::steps::{Home, file, pick};

#[tokio::test]
async fn a_newcomer_makes_an_account_a_home_and_sees_the_fridge_come_alive() -> Result<()> {
    let hub = Hub::start().await?;
    let browser = Browser::open(Looks::PHONE).await?;
    browser.go(&hub.address).await?;
    browser.sees("Welcome").await?;
    axe::clean(&browser, "sign-in").await?;
    browser.picture("phone-welcome").await?;

    browser.press("Create an account").await?;
    browser.fill("Your name", "Ana").await?;
    browser.fill("Mail", "ana@example.org").await?;
    browser.fill("Password", PASSWORD).await?;
    axe::clean(&browser, "sign-up").await?;
    browser.press("Create account").await?;
    browser.sees("Confirm your mail address").await?;
    browser.fill("Six-digit code", "000000").await?;
    browser.press("Confirm").await?;
    browser.sees("not the six digits").await?;
    browser
        .fill("Six-digit code", &hub.mailed_code("ana@example.org").await?)
        .await?;
    browser.press("Confirm").await?;

    browser.sees("Your home").await?;
    axe::clean(&browser, "home").await?;
    browser.fill("Name of the home", "Linden Street").await?;
    browser.press("Create the home").await?;

    browser.sees("Bring in a device").await?;
    axe::clean(&browser, "pairing").await?;
    browser.picture("phone-pair").await?;
    // Whoever looks around first finds the way back.
    browser.go(&hub.address).await?;
    browser.sees("No device yet.").await?;
    axe::clean(&browser, "a home without devices").await?;
    browser.picture("phone-no-device").await?;
    browser.press("Bring in a device").await?;
    hub.code("fridge").await?;
    pick(
        &browser,
        &file(&hub, "photo.png", &hub.picture("fridge/code.png").await?)?,
    )
    .await?;
    browser.sees("It is here and connected.").await?;
    browser.picture("phone-alive").await?;
    browser.press("Go to Today").await?;
    browser.sees("Linden Street").await?;
    axe::clean(&browser, "today").await?;
    browser.close().await
}

#[tokio::test]
async fn a_wrong_password_and_a_new_one_by_mail() -> Result<()> {
    let hub = Hub::start().await?;
    hearth_tests::page::Page::open(&hub)?.sign_up(&hub, "Ana").await?;
    let browser = Browser::open(Looks::DESKTOP).await?;
    browser.go(&format!("{}/sign-in", hub.address)).await?;
    browser.fill("Mail", "ana@example.org").await?;
    browser.fill("Password", "not the password").await?;
    browser.press("Sign in").await?;
    browser.sees("Mail address or password is wrong.").await?;
    browser.press("Forgot password").await?;
    browser.fill("Mail", "ana@example.org").await?;
    browser.press("Send a code").await?;
    browser.sees("New password").await?;
    browser
        .fill("Six-digit code", &hub.mailed_code("ana@example.org").await?)
        .await?;
    browser.fill("New password", "a better password").await?;
    browser.press("Set the password").await?;
    browser.sees("Your home").await?;
    browser.close().await
}

#[tokio::test]
async fn a_reload_while_a_letter_is_on_its_way_loses_nothing() -> Result<()> {
    let hub = Hub::start().await?;
    let browser = Browser::open(Looks::PHONE).await?;
    browser.go(&format!("{}/sign-up", hub.address)).await?;
    browser.press("Create account").await?;
    browser
        .until(
            "every empty field to be marked",
            "return document.querySelectorAll('input[aria-invalid=true]').length === 3",
        )
        .await?;
    browser.fill("Your name", "Ana").await?;
    browser.fill("Mail", "anna@example.org").await?;
    browser.fill("Password", PASSWORD).await?;
    browser.press("Create account").await?;
    browser.sees("We have sent six digits to anna@example.org.").await?;
    browser.press("Another address").await?;
    browser.fill("Your name", "Ana").await?;
    browser.fill("Mail", "ana@example.org").await?;
    browser.press("Create account").await?;
    browser.sees("We have sent six digits to ana@example.org.").await?;
    browser.client.refresh().await?;
    browser.sees("We have sent six digits to ana@example.org.").await?;
    browser
        .fill("Six-digit code", &hub.mailed_code("ana@example.org").await?)
        .await?;
    browser.press("Confirm").await?;
    browser.sees("Your address is confirmed. Sign in now.").await?;
    browser.fill("Mail", "ana@example.org").await?;
    browser.fill("Password", PASSWORD).await?;
    browser.press("Sign in").await?;
    browser.sees("Your home").await?;
    browser.close().await
}

#[tokio::test]
async fn an_address_that_leads_nowhere_leaves_the_ways_to_every_place() -> Result<()> {
    let home = Home::start().await?;
    let browser = home.window(Looks::DESKTOP, "/nowhere").await?;
    browser.sees("Nothing lives at this address.").await?;
    axe::clean(&browser, "nowhere").await?;
    browser.picture("desktop-lost").await?;
    browser.press("Food").await?;
    browser
        .until("the food", "return location.pathname === '/food'")
        .await?;
    browser.close().await
}
