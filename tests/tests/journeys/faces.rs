//! Every page in every face, both themes and both languages: nothing a screen
//! reader stumbles over, nothing wider than the window.

use anyhow::{Context, Result, ensure};
use hearth_tests::{
    axe,
    browser::{Browser, Looks},
    hub::Hub,
    page::PASSWORD,
};

use super::steps::Home;

const PAGES: [(&str, &str); 11] = [
    ("today", "/"),
    ("food", "/food"),
    ("live", "/live"),
    ("energy", "/energy"),
    ("family", "/family"),
    ("devices", "/devices"),
    ("settings", "/settings"),
    ("account", "/account"),
    ("leaving", "/leaving"),
    ("pair", "/pair"),
    ("gallery", "/gallery"),
];

/// A face as somebody has it.
struct Face {
    name: &'static str,
    looks: Looks,
    /// What the address says of the face.
    query: &'static str,
}

const fn face(name: &'static str, looks: Looks, dark: bool, language: &'static str, query: &'static str) -> Face {
    Face {
        name,
        looks: Looks {
            dark,
            language,
            ..looks
        },
        query,
    }
}

const PHONES: [Face; 2] = [
    face("phone-light", Looks::PHONE, false, "en", ""),
    face("phone-dark", Looks::PHONE, true, "zh-CN", ""),
];
const DESKTOPS: [Face; 2] = [
    face("desktop-light", Looks::DESKTOP, false, "zh-CN", ""),
    face("desktop-dark", Looks::DESKTOP, true, "en", ""),
];
const DOORS: [Face; 2] = [
    face("kiosk-light", Looks::DESKTOP, false, "en", "?face=kiosk"),
    face("kiosk-dark", Looks::DESKTOP, true, "zh-CN", "?face=kiosk"),
];

#[tokio::test]
async fn every_page_is_accessible_on_a_phone_in_both_themes() -> Result<()> {
    walk(&PHONES).await
}

#[tokio::test]
async fn every_page_is_accessible_on_a_desktop_in_both_themes() -> Result<()> {
    walk(&DESKTOPS).await
}

#[tokio::test]
async fn every_page_is_accessible_on_the_fridge_door_in_both_themes() -> Result<()> {
    walk(&DOORS).await
}

#[tokio::test]
async fn every_step_before_a_home_is_accessible_in_both_themes() -> Result<()> {
    let hub = Hub::start().await?;
    for (dark, mail) in [(false, "ana@example.org"), (true, "ben@example.org")] {
        let looks = Looks { dark, ..Looks::PHONE };
        let browser = Browser::open(looks).await?;
        let theme = if dark { "dark" } else { "light" };
        browser.go(&format!("{}/sign-in", hub.address)).await?;
        browser.sees("Welcome").await?;
        judge(&browser, &format!("first-{theme}-sign-in")).await?;
        browser.press("Forgot password").await?;
        browser.sees("Send a code").await?;
        judge(&browser, &format!("first-{theme}-forgot")).await?;
        browser.go(&format!("{}/sign-in", hub.address)).await?;
        browser.press("Create an account").await?;
        browser.press("Create account").await?;
        browser.sees("This is empty.").await?;
        judge(&browser, &format!("first-{theme}-sign-up-empty")).await?;
        browser.fill("Your name", "Ana").await?;
        browser.fill("Mail", mail).await?;
        browser.fill("Password", PASSWORD).await?;
        browser.press("Create account").await?;
        browser.sees("Confirm your mail address").await?;
        judge(&browser, &format!("first-{theme}-confirm")).await?;
        browser.fill("Six-digit code", &hub.mailed_code(mail).await?).await?;
        browser.press("Confirm").await?;
        browser.sees("Your home").await?;
        judge(&browser, &format!("first-{theme}-home")).await?;
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_live_view_is_accessible_while_it_moves() -> Result<()> {
    let home = Home::start().await?;
    for face in PHONES
        .iter()
        .chain(&DESKTOPS)
        .filter(|face| face.looks.language == "en")
    {
        let window = home.window(face.looks, "/live").await?;
        window.press("Look inside").await?;
        window
            .until(
                "moving pictures",
                "return !!document.querySelector('.picture[data-live=true] canvas')",
            )
            .await?;
        judge(&window, &format!("{}-live-moving", face.name)).await?;
        window.close().await?;
    }
    Ok(())
}

/// There is a heading, nothing is loading (but what the gallery shows as loading), and every picture is there.
const DRAWN: &str = "return !!document.querySelector('h1') \
    && (location.pathname === '/gallery' || !document.querySelector('[aria-busy=true]')) \
    && [...document.images].every(image => image.complete || image.loading === 'lazy')";

/// Why a page is not drawn.
const STATE: &str = "return { heading: !!document.querySelector('h1'), \
    busy: [...document.querySelectorAll('[aria-busy=true]')].map(e => e.outerHTML.slice(0, 200)), \
    pictures: [...document.images].filter(i => !i.complete).map(i => i.src + ' ' + i.loading) }";

/// All pages in each of these faces, of one home.
async fn walk(faces: &[Face]) -> Result<()> {
    let home = Home::start().await?;
    home.hub.visit("strawberry", 1).await?;
    let mut faults = Vec::new();
    for Face { name, looks, query } in faces {
        let window = home.window(*looks, query).await?;
        for (page, path) in PAGES {
            window.go(&format!("{}{path}{query}", home.hub.address)).await?;
            let drawn = window.until("the page to be drawn", DRAWN).await;
            let state = if drawn.is_err() {
                window.run(STATE).await?
            } else {
                serde_json::Value::Null
            };
            drawn.with_context(|| format!("{name}, {page}: {state}"))?;
            if let Err(fault) = judge(&window, &format!("{name}-{page}")).await {
                faults.push(format!("{fault:#}"));
            }
        }
        window.close().await?;
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}

/// Keeps a picture of the page; it is accessible and not wider than the window.
async fn judge(window: &Browser, page: &str) -> Result<()> {
    window.picture(page).await?;
    axe::clean(window, page).await?;
    let over = window
        .run("return document.documentElement.scrollWidth - window.innerWidth")
        .await?;
    ensure!(
        over.as_i64().unwrap_or(0) <= 1,
        "{page}: {over} px wider than the window"
    );
    Ok(())
}
