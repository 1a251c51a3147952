//! Steps several journeys share.

use std::path::PathBuf;

use anyhow::Result;
use fantoccini::Locator;
use hearth_contract::{
    family::{Family, Invite, Join, Joining, Uses},
    text::{InvitationCode, Name},
    units::Seconds,
};
use hearth_embedded::identity::{Random, SystemRandom};
use hearth_tests::{
    browser::{Browser, Looks, PATIENCE},
    hub::Hub,
    page::Page,
    wait::until,
};

/// A home with a fridge and a meter.
pub struct Home {
    pub hub: Hub,
    /// Another page of the owner's.
    pub ana: Page,
    pub family: Family,
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
        Ok(Self { hub, ana: page, family })
    }

    /// Lets the home's time go by, a few seconds at a look, until a window says this.
    pub async fn goes_on_until(&self, window: &Browser, text: &str) -> Result<()> {
        until(text, PATIENCE, || async {
            self.hub.advance(15).await?;
            Ok(window.text().await?.contains(text).then_some(()))
        })
        .await
    }

    /// A code that lets one person in as this role, for an hour.
    pub async fn invitation(&self, role: Joining) -> Result<InvitationCode> {
        let mut random = [0; 26];
        anyhow::ensure!(SystemRandom.fill(&mut random), "no randomness");
        let code = InvitationCode::from_random(random);
        let last_day = (role == Joining::Guest).then(|| jiff::civil::date(2099, 1, 1));
        self.ana
            .call(Invite {
                family: self.family.id,
                code: code.clone(),
                role,
                uses: Uses::ONE,
                lasts: Seconds(3600),
                last_day,
            })
            .await?;
        Ok(code)
    }

    /// Somebody else who has joined.
    pub async fn joined(&self, name: &str, role: Joining) -> Result<Page> {
        let page = Page::open(&self.hub)?;
        page.sign_up(&self.hub, name).await?;
        let code = self.invitation(role).await?;
        let called = Name::parse(name)?;
        page.call(Join { code, called }).await?;
        Ok(page)
    }

    /// Opens a window in which somebody of this name is signed in.
    pub async fn window_of(&self, name: &str, looks: Looks, path: &str) -> Result<Browser> {
        let browser = Browser::open(looks).await?;
        browser
            .sign_in(&self.hub.address, &format!("{name}@example.org"), path)
            .await?;
        Ok(browser)
    }

    /// Opens a window in which the owner is signed in, at a page of the app.
    pub async fn window(&self, looks: Looks, path: &str) -> Result<Browser> {
        self.window_of("ana", looks, path).await
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

/// What the code in this picture (PNG) says.
pub fn code_in(picture: &[u8]) -> Result<String> {
    match hearth_core::scan::read(&image::load_from_memory(picture)?.to_luma8()) {
        hearth_core::scan::Outcome::Text(text) => Ok(text),
        other => anyhow::bail!("no code is read: {other:?}"),
    }
}

/// What the code says that the page shows, read off the screen.
pub async fn code_on(browser: &Browser) -> Result<String> {
    let code = browser.find("//*[local-name()='svg'][contains(@class, 'qr')]").await?;
    browser
        .run("document.querySelector('svg.qr').scrollIntoView({ block: 'center' })")
        .await?;
    code_in(&code.screenshot().await?)
}
