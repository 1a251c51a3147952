//! Steps several journeys share.

use std::path::PathBuf;

use anyhow::Result;
use fantoccini::Locator;
use hearth_tests::{
    browser::{Browser, Looks},
    hub::Hub,
    page::Page,
};

/// A home with a fridge and a meter.
pub struct Home {
    pub hub: Hub,
}

impl Home {
    /// Starts it and brings its devices in.
    pub async fn start() -> Result<Self> {
        let hub = Hub::start().await?;
        let page = Page::open(&hub)?;
        page.sign_up(&hub, "Ana").await?;
        let family = page.found("Linden Street").await?;
        page.pair(&hub, &family, "fridge").await?;
        page.pair(&hub, &family, "meter").await?;
        Ok(Self { hub })
    }

    /// Opens a window in which the owner is signed in, at a page of the app.
    pub async fn window(&self, looks: Looks, path: &str) -> Result<Browser> {
        let browser = Browser::open(looks).await?;
        browser.sign_in(&self.hub.address, "ana@example.org", path).await?;
        Ok(browser)
    }
}

/// Writes a picture into the hub's folder, where the browser can pick it.
pub fn file(hub: &Hub, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = hub.folder().join(name);
    std::fs::write(&path, bytes)?;
    Ok(path)
}

/// Picks a file in the page's picture field, as a person does in its dialog.
pub async fn pick(browser: &Browser, file: &std::path::Path) -> Result<()> {
    let field = browser
        .client
        .wait()
        .for_element(Locator::Css("input[type=file]"))
        .await?;
    Ok(field.send_keys(&file.display().to_string()).await?)
}
