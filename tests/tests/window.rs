//! The native window: the same app in its own shell, under a display of its own.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use hearth_tests::{
    axe,
    browser::{Browser, Looks},
    hub::Hub,
    page::{PASSWORD, Page},
    programs::{Running, free_port, named},
    wait::until,
};
use serde_json::json;

#[tokio::test]
async fn somebody_signs_in_in_the_native_window_and_sees_food_change() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    page.pair(&hub, &family, "fridge").await?;

    let window = Place::of(&hub).open(&hub).await?;
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

#[tokio::test]
async fn somebody_signs_in_by_their_browser_and_the_keychain_keeps_it() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    page.found("Linden Street").await?;
    let place = Place::of(&hub).with_keychain();

    let window = place.open(&hub).await?;
    window.press("I have an account").await?;
    window.press("Continue in your browser").await?;
    window.sees("Go on in your browser.").await?;
    window.picture("window-sign-on").await?;
    let browser = Browser::open(Looks::DESKTOP).await?;
    browser.go(&place.led_to().await?).await?;
    browser.fill("Mail address", "ana@example.org").await?;
    browser.fill("Password", PASSWORD).await?;
    browser.press("Sign in").await?;
    browser.sees("Back to Hearth").await?;
    axe::clean(&browser, "back to the window").await?;
    browser.picture("desktop-back-to-window").await?;
    browser.close().await?;
    window.sees("Linden Street").await?;
    // The account is the home's own, so its pages open as by password.
    window.press("Settings").await?;
    window.close().await?;

    let secrets = fs::read_dir(place.data().join("vault")).map(Iterator::count);
    ensure!(secrets.unwrap_or(0) == 0, "a secret lies in a file");
    let again = place.open(&hub).await?;
    again.sees("Linden Street").await?;
    again.close().await
}

/// Where a window lives: its folders, and what stands for the person's desktop.
struct Place {
    folder: PathBuf,
    has_keychain: bool,
}

impl Place {
    fn of(hub: &Hub) -> Self {
        Self {
            folder: hub.folder().join("window"),
            has_keychain: false,
        }
    }

    /// With a keychain that is unlocked, as a desktop's is after its login.
    fn with_keychain(self) -> Self {
        Self {
            has_keychain: true,
            ..self
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Where the browser of this desktop notes what it was led to.
    fn note(&self) -> PathBuf {
        self.folder.join("led-to")
    }

    /// The address that the person's browser was opened at.
    async fn led_to(&self) -> Result<String> {
        let note = self.note();
        until("the browser to be opened", Duration::from_secs(10), async || {
            let address = fs::read_to_string(&note).unwrap_or_default();
            let address = address.trim();
            Ok((!address.is_empty()).then(|| address.to_owned()))
        })
        .await
    }

    /// Starts the shell through its driver.
    async fn open(&self, hub: &Hub) -> Result<Browser> {
        let (port, native) = (free_port()?, free_port()?);
        let tools = self.folder.join("bin");
        fs::create_dir_all(&tools)?;
        let browser = tools.join("xdg-open");
        fs::write(
            &browser,
            format!("#!/bin/sh\necho \"$1\" > '{}'\n", self.note().display()),
        )?;
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o755))?;
        let path = std::env::var("PATH")?;
        let mut command = Command::new("dbus-run-session");
        command
            .env("PATH", format!("{}:{path}", tools.display()))
            .env("XDG_DATA_HOME", self.folder.join("share"))
            .env("XDG_RUNTIME_DIR", &self.folder)
            .arg("--");
        if self.has_keychain {
            let unlock = "printf word | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec \"$@\"";
            command.args(["sh", "-c", unlock, "sh"]);
        }
        command
            .args(["xvfb-run", "-a", "-s", "-screen 0 1280x800x24"])
            .arg(named("HEARTH_TAURI_DRIVER")?);
        command
            .arg("--port")
            .arg(port.to_string())
            .arg("--native-port")
            .arg(native.to_string());
        let driver = Running::start(&mut command, None).context("the window's driver")?;
        let ui = named("HEARTH_UI")?;
        let wants = json!({
            "browserName": "wry",
            "tauri:options": {
                "application": named("HEARTH_SHELL")?,
                "args": ["--connect", hub.address, "--ui", ui, "--data", self.data()],
            },
        });
        Browser::of_driver(driver, &format!("http://127.0.0.1:{port}"), wants).await
    }
}
