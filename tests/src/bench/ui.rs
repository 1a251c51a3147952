//! What the app weighs, and how soon it shows something.

use std::io::Write;

use anyhow::{Context, Result};

use super::{Figure, quantile};
use crate::{
    browser::{Browser, Looks},
    hub::Hub,
    programs::named,
};

/// Visits measured.
const VISITS: usize = 5;

/// Weighs the wasm as it travels and asks the browser when it first painted.
///
/// # Errors
/// The ui is not built, or the browser does not start.
pub async fn measure() -> Result<Vec<Figure>> {
    let wasm = std::fs::read(named("HEARTH_UI")?.join("hearth_ui_bg.wasm"))?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&wasm)?;
    let weight_kb = gzip.finish()?.len() as f64 / 1000.0;

    let hub = Hub::start().await?;
    let mut painted = Vec::new();
    for _ in 0..VISITS {
        let browser = Browser::open(Looks::PHONE).await?;
        browser.go(&hub.address).await?;
        browser
            .until("a heading", "return !!document.querySelector('h1')")
            .await?;
        browser
            .until(
                "a paint",
                "return performance.getEntriesByName('first-contentful-paint').length > 0",
            )
            .await?;
        let at_ms = browser
            .run("return window.performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
            .await?;
        painted.push(at_ms.as_f64().context("the browser painted nothing")? / 1000.0);
        browser.close().await?;
    }
    Ok(vec![
        Figure::at_most("wasm_gzip", weight_kb, "kB", 900.0),
        Figure::at_most("first_useful_paint_p90", quantile(&mut painted, 0.9), "s", 1.0),
    ])
}
