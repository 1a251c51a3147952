//! The native window: the same app in its own shell, under a display of its own.

use std::process::Command;

use anyhow::{Context, Result};
use hearth_tests::{
    browser::Browser,
    hub::Hub,
    page::{PASSWORD, Page},
    programs::{Running, free_port, named},
};
use serde_json::json;

#[tokio::test]
async fn somebody_signs_in_in_the_native_window_and_sees_food_change() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    page.pair(&hub, &family, "fridge").await?;

    let window = open(&hub).await?;
    window.press("I have an account").await?;
    window.fill("Mail", "ana@example.org").await?;
    window.fill("Password", PASSWORD).await?;
    window.press("Sign in").await?;
    window.sees("Linden Street").await?;
    window.press("Food").await?;
    window.sees("In the fridge").await?;
    window.sees_no_more("Melon").await?;
    hub.visit("melon", 1).await?;
    window.sees("Melon").await?;
    window.picture("window-food").await?;
    window.close().await
}

/// Starts the shell through its driver.
async fn open(hub: &Hub) -> Result<Browser> {
    let (port, native) = (free_port()?, free_port()?);
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "xvfb-run", "-a", "-s", "-screen 0 1280x800x24"])
        .arg(named("HEARTH_TAURI_DRIVER")?);
    command
        .arg("--port")
        .arg(port.to_string())
        .arg("--native-port")
        .arg(native.to_string());
    let driver = Running::start(&mut command, None).context("the window's driver")?;
    let data = hub.folder().join("window");
    let ui = named("HEARTH_UI")?;
    let wants = json!({
        "browserName": "wry",
        "tauri:options": {
            "application": named("HEARTH_SHELL")?,
            "args": ["--connect", hub.address, "--ui", ui, "--data", data],
        },
    });
    Browser::of_driver(driver, &format!("http://127.0.0.1:{port}"), wants).await
}
