//! Signing in by a provider's own page: there and back, with a change of mind.

use anyhow::Result;
use hearth_tests::{
    authenticator::add_key,
    axe,
    browser::{Browser, Looks},
    hub::Hub,
    page::{PASSWORD, Page},
};

#[tokio::test]
async fn somebody_signs_in_by_a_providers_page_and_reaches_their_home() -> Result<()> {
    let hub = Hub::start_with(&["--sign-on-here"]).await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    page.found("Linden Street").await?;

    let browser = Browser::open(Looks::PHONE).await?;
    browser.go(&format!("{}/sign-in", hub.address)).await?;
    browser.pressable("Continue with Hearth").await?;
    axe::clean(&browser, "sign-in, with a provider").await?;
    browser.picture("phone-sign-in-provider").await?;

    // On the provider's page somebody changes their mind.
    browser.press("Continue with Hearth").await?;
    browser
        .until(
            "the provider's page",
            "return location.pathname === '/oauth2/authorize'",
        )
        .await?;
    browser.press("Cancel").await?;
    browser.sees("You turned back on the sign-in page.").await?;
    axe::clean(&browser, "turned back").await?;
    browser.picture("phone-sign-on-declined").await?;
    browser
        .until(
            "no answer in the address",
            "return location.hash === '' && location.search === ''",
        )
        .await?;

    // An answer that nobody here has asked for.
    browser
        .go(&format!("{}/host/sign-on?code=theirs&state=theirs", hub.address))
        .await?;
    browser.sees("This sign-in took too long, or was used already.").await?;
    browser.press("Sign in").await?;

    browser.press("Continue with Hearth").await?;
    browser.fill("Mail address", "ana@example.org").await?;
    browser.fill("Password", PASSWORD).await?;
    browser.press("Sign in").await?;
    browser.until("the home", "return location.pathname === '/'").await?;
    browser.sees("Linden Street").await?;
    browser.picture("phone-signed-on").await?;

    // The account is the home's own, so its pages open as by password.
    browser.go(&format!("{}/account", hub.address)).await?;
    browser.sees("Where you are signed in").await?;
    browser.close().await
}

#[tokio::test]
async fn a_passkey_opens_the_providers_page() -> Result<()> {
    let hub = Hub::start_with(&["--sign-on-here"]).await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    page.found("Linden Street").await?;
    let browser = Browser::open(Looks::DESKTOP).await?;
    add_key(&browser).await?;
    browser.sign_in(&hub.address, "ana@example.org", "/account").await?;
    browser.fill("Name of the passkey", "My thumb").await?;
    browser.press("Add a passkey").await?;
    browser.sees("My thumb").await?;
    browser.sign_out(&hub.address).await?;

    browser.go(&format!("{}/sign-in", hub.address)).await?;
    browser.press("Continue with Hearth").await?;
    browser.pressable("Use a passkey").await?;
    axe::clean(&browser, "the provider's page").await?;
    browser.picture("desktop-sign-on-page").await?;
    browser.fill("Mail address", "sam@example.org").await?;
    browser.press("Use a passkey").await?;
    browser
        .sees("This passkey does not open the account of this address.")
        .await?;
    browser.fill("Mail address", "ana@example.org").await?;
    browser.press("Use a passkey").await?;
    browser.until("the home", "return location.pathname === '/'").await?;
    browser.sees("Linden Street").await?;
    browser.close().await
}
