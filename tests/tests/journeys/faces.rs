//! Every page in every face, both themes and both languages: nothing a screen
//! reader stumbles over, nothing wider than the window.

use anyhow::{Context, Result, ensure};
use hearth_tests::{
    axe,
    browser::{Browser, Looks},
};

use super::steps::Home;

const PAGES: [(&str, &str); 9] = [
    ("today", "/"),
    ("food", "/food"),
    ("live", "/live"),
    ("energy", "/energy"),
    ("family", "/family"),
    ("devices", "/devices"),
    ("settings", "/settings"),
    ("pair", "/pair"),
    ("gallery", "/gallery"),
];

#[tokio::test]
async fn every_page_is_accessible_on_a_phone_in_light() -> Result<()> {
    walk("phone-light", Looks::PHONE, "").await
}

#[tokio::test]
async fn every_page_is_accessible_on_a_desktop_in_dark_and_chinese() -> Result<()> {
    walk(
        "desktop-dark-zh",
        Looks {
            dark: true,
            language: "zh-CN",
            ..Looks::DESKTOP
        },
        "",
    )
    .await
}

#[tokio::test]
async fn every_page_is_accessible_on_the_fridge_door() -> Result<()> {
    walk("kiosk-light", Looks::DESKTOP, "?face=kiosk").await
}

#[tokio::test]
async fn every_page_is_accessible_on_the_fridge_door_in_dark() -> Result<()> {
    walk(
        "kiosk-dark",
        Looks {
            dark: true,
            ..Looks::DESKTOP
        },
        "?face=kiosk",
    )
    .await
}

/// There is a heading, nothing is loading (but what the gallery shows as loading), and every picture is there.
const DRAWN: &str = "return !!document.querySelector('h1') \
    && (location.pathname === '/gallery' || !document.querySelector('[aria-busy=true]')) \
    && [...document.images].every(image => image.complete || image.loading === 'lazy')";

/// Why a page is not drawn.
const STATE: &str = "return { heading: !!document.querySelector('h1'), \
    busy: [...document.querySelectorAll('[aria-busy=true]')].map(e => e.outerHTML.slice(0, 200)), \
    pictures: [...document.images].filter(i => !i.complete).map(i => i.src + ' ' + i.loading) }";

async fn walk(name: &str, looks: Looks, face: &str) -> Result<()> {
    let home = Home::start().await?;
    home.hub.visit("strawberry", 1).await?;
    let window = home.window(looks, face).await?;
    let mut faults = Vec::new();
    for (page, path) in PAGES {
        window.go(&format!("{}{path}{face}", home.hub.address)).await?;
        let drawn = window.until("the page to be drawn", DRAWN).await;
        let state = if drawn.is_err() {
            window.run(STATE).await?
        } else {
            serde_json::Value::Null
        };
        drawn.with_context(|| format!("{name}, {page}: {state}"))?;
        window.picture(&format!("{name}-{page}")).await?;
        if let Err(fault) = axe::clean(&window, page).await {
            faults.push(format!("{fault:#}"));
        }
        if let Err(fault) = fits(&window, page).await {
            faults.push(format!("{fault:#}"));
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n\n"));
    window.close().await
}

/// The page is not wider than the window.
async fn fits(window: &Browser, page: &str) -> Result<()> {
    let over = window
        .run("return document.documentElement.scrollWidth - window.innerWidth")
        .await?;
    ensure!(
        over.as_i64().unwrap_or(0) <= 1,
        "{page}: {over} px wider than the window"
    );
    Ok(())
}
