//! Sessions: where one is signed in, and what another browser shows when that ends.

use anyhow::{Context, Result, ensure};
use hearth_tests::browser::{Browser, Looks};

use super::steps::Home;

/// Notes when a text appeared.
const WATCH: &str = "new MutationObserver(() => { \
    if (!window.toldAt && document.body.innerText.includes(arguments[0])) window.toldAt = Date.now(); \
    }).observe(document.body, { childList: true, subtree: true, characterData: true })";

/// Notes when somebody pressed last.
const PRESSES: &str = "addEventListener('click', () => { window.pressedAt = Date.now(); }, true)";

#[tokio::test]
async fn signing_out_everywhere_ends_the_other_browser_within_a_second() -> Result<()> {
    let home = Home::start().await?;
    let here = home.window(Looks::DESKTOP, "/account").await?;
    let there = home.window(Looks::PHONE, "/food").await?;
    connected(&there).await?;
    here.sees("Where you are signed in").await?;
    here.run(PRESSES).await?;
    let said = "You signed out everywhere.";
    there.client.execute(WATCH, vec![said.into()]).await?;
    here.press("Sign out everywhere").await?;
    there.sees(said).await?;
    there
        .until("the sign-in page", "return location.pathname === '/sign-in'")
        .await?;
    there.picture("phone-signed-out-everywhere").await?;
    let pressed = here
        .run("return window.pressedAt")
        .await?
        .as_i64()
        .context("no press")?;
    let told = there.run("return window.toldAt").await?.as_i64().context("not told")?;
    println!("the other browser said so {} ms after the press", told - pressed);
    ensure!(told - pressed < 1000, "{} ms", told - pressed);
    here.until("the way in", "return location.pathname === '/welcome'")
        .await?;
    here.close().await?;
    there.close().await
}

#[tokio::test]
async fn a_session_that_is_ended_from_the_list_ends_its_browser_and_no_other() -> Result<()> {
    let home = Home::start().await?;
    let here = home.window(Looks::DESKTOP, "/account").await?;
    let there = home.window(Looks::PHONE, "/").await?;
    connected(&there).await?;
    // The home was founded from another session, "a test".
    here.go(&format!("{}/account", home.hub.address)).await?;
    here.sees("a test").await?;
    let line = "//li[contains(., 'Chrom')]//button[normalize-space(.)='Sign out there']";
    here.find(line).await?.click().await?;
    there
        .sees("This session was ended from another place, or the password was changed.")
        .await?;
    here.until(
        "two sessions to be left",
        "return document.querySelectorAll('section[aria-label=\"Where you are signed in\"] li').length === 2",
    )
    .await?;
    here.sees("This one").await?;

    // It is still said to whoever comes back later; who signs in again reads it no more.
    there.go(&home.hub.address).await?;
    there.sees("This session was ended from another place").await?;
    there.sign_in(&home.hub.address, "ana@example.org", "/settings").await?;
    there.sign_out(&home.hub.address).await?;
    there.go(&format!("{}/sign-in", home.hub.address)).await?;
    there.sees("Welcome home").await?;
    ensure!(!there.text().await?.contains("ended from another place"));
    here.close().await?;
    there.close().await
}

#[tokio::test]
async fn a_browser_that_was_closed_meanwhile_is_told_why_it_has_to_sign_in() -> Result<()> {
    let mut home = Home::start().await?;
    let there = home.window(Looks::PHONE, "/").await?;
    there.sees("Linden Street").await?;
    there.go("about:blank").await?;
    home.hub.power_cut().await?;
    // Its core sleeps; the session it keeps is ended behind its back.
    let here = home.window(Looks::DESKTOP, "/account").await?;
    here.press("Sign out everywhere").await?;
    here.until("the way in", "return location.pathname === '/welcome'")
        .await?;
    there.go(&format!("{}/food", home.hub.address)).await?;
    there.sees("You signed out everywhere.").await?;
    there
        .until("the sign-in page", "return location.pathname === '/sign-in'")
        .await?;
    here.close().await?;
    there.close().await
}

/// Waits until the page stands and core hears.
async fn connected(browser: &Browser) -> Result<()> {
    browser
        .until(
            "the page to be drawn",
            "return !!document.querySelector('h1') && !document.querySelector('[aria-busy=true]')",
        )
        .await?;
    browser.sees_no_more("Connecting.").await
}
