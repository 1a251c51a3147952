//! A device whose power goes at any step of getting its next certificate: back on it
//! comes in, with one of the two, and ends the job.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream};
use hearth_contract::software::Errand;
use hearth_embedded::{jobs::Status, things::Things};
use hearth_hub::clocks::RealClock;
use hearth_tests::{hub::Hub, page::Page};

use super::job::{AT_ONCE, Stage, wakes_as};

/// Steps that are tried: more than a rotation has.
const STEPS: usize = 8;
/// The next certificate is kept and proven, two steps each, and then forgotten as the next.
const FEWEST_DARK: usize = 5;

#[tokio::test]
async fn a_device_whose_power_goes_at_any_step_of_a_rotation_comes_in_with_the_next_certificate() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?.id;
    let things = Things::open(&hub.folder(), Arc::new(RealClock)).await?;
    let stage = Stage {
        hub: &hub,
        page: &page,
        family,
        things: &things,
    };
    let rotates = async |step: usize| {
        let errand = Errand::RotateCertificate;
        let mut end = stage.does(&format!("SIM7{step:07}"), None, &errand, step).await?;
        ensure!(
            end.status == Status::Succeeded,
            "{:?} after step {step}: {}",
            end.status,
            end.fridge.said()?
        );
        let woke = wakes_as(&mut end.fridge, &["link connected"]).await;
        woke.with_context(|| format!("after step {step}"))?;
        Ok(end.was_dark)
    };
    let mut ends = stream::iter(1..=STEPS).map(rotates).buffered(AT_ONCE);
    let mut dark = 0;
    while let Some(was_dark) = ends.next().await {
        dark += usize::from(was_dark?);
    }
    println!("{dark} went dark");
    ensure!(dark >= FEWEST_DARK, "only {dark} went dark");
    Ok(())
}
