//! From a door that closes to the list that changes in a browser.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::json;

use super::{Figure, quantile};
use crate::{
    browser::{Browser, Looks},
    hub::Hub,
    page::Page,
    wait::until,
};

/// Closings measured.
const CLOSINGS: usize = 200;

/// Closes the door again and again; the page itself notes when its list changed.
///
/// # Errors
/// The home does not come alive, or the list stands still.
pub async fn measure() -> Result<Vec<Figure>> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    page.pair(&hub, &family, "fridge").await?;
    hub.visit("tomato", 1).await?;

    let browser = Browser::open(Looks::DESKTOP).await?;
    browser.sign_in(&hub.address, "ana@example.org", "/food").await?;
    browser.sees("Tomatoes").await?;
    browser
        .run(
            "const list = document.querySelector('main'); let last = list.innerText; window.changes = []; \
             new MutationObserver(() => { const now = list.innerText; \
             if (now !== last) { last = now; window.changes.push(Date.now()); } }) \
             .observe(list, { subtree: true, childList: true, characterData: true });",
        )
        .await?;
    let mut waits_ms = Vec::new();
    for n in 0..CLOSINGS {
        hub.control("door", json!({ "door": "fridge", "open": true })).await?;
        hub.control(
            "food",
            json!({ "food": "egg", "delta": if n % 2 == 0 { 1 } else { -1 } }),
        )
        .await?;
        browser.run("window.changes = []").await?;
        let begun_ms = now_ms()?;
        hub.control("door", json!({ "door": "fridge", "open": false })).await?;
        let changed_ms = until("the list to change", Duration::from_secs(10), || async {
            Ok(browser.run("return window.changes[0] ?? null").await?.as_f64())
        });
        waits_ms.push(changed_ms.await.with_context(|| format!("closing {n}"))? - begun_ms);
    }
    let median = quantile(&mut waits_ms, 0.5);
    Ok(vec![
        Figure::at_most("closing_to_list_p50", median, "ms", 150.0),
        Figure::at_most("closing_to_list_p99", quantile(&mut waits_ms, 0.99), "ms", 150.0),
    ])
}

/// The clock the browser's script reads as well, ms since the epoch.
#[allow(
    clippy::disallowed_methods,
    reason = "the measure is between two processes of this machine"
)]
fn now_ms() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * 1000.0)
}
