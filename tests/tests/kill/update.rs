//! A device whose power goes at any step of an update: back on it runs the new software
//! or the former one, is connected, and has said which.

use std::{future::IntoFuture, sync::Arc};

use anyhow::{Context, Result, bail, ensure};
use axum::{Router, routing::get};
use futures::{StreamExt, stream};
use hearth_contract::software::Version;
use hearth_embedded::{jobs::Status, things::Things};
use hearth_hub::clocks::RealClock;
use hearth_tests::{
    hub::Hub,
    page::Page,
    programs::named,
    release::{Maker, good},
};
use tokio::net::TcpListener;

use super::job::{AT_ONCE, Stage, wakes_as};

/// Steps that are tried: more than an update has.
const STEPS: usize = 16;
/// The former software writes the program and the note, the launcher notes that it
/// starts it, and the new one that it came in: each has two steps.
const FEWEST_DARK: usize = 8;

#[tokio::test]
async fn a_device_whose_power_goes_at_any_step_of_an_update_runs_what_it_says() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?.id;
    let things = Things::open(&hub.folder(), Arc::new(RealClock)).await?;
    let program = good(named("HEARTH_EDGE")?.as_ref());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}/fridge", listener.local_addr()?);
    let files = Router::new().route("/fridge", get(program.clone()));
    let serving = tokio::spawn(axum::serve(listener, files).into_future());
    let maker = Maker::new()?;
    let (key, errand) = (maker.key_pem(), maker.releases(&program, Version(1, 4, 0), &url));
    let stage = Stage {
        hub: &hub,
        page: &page,
        family,
        things: &things,
    };
    let updates = async |step: usize| {
        let mut end = stage.does(&format!("SIM8{step:07}"), Some(&key), &errand, step).await?;
        // Whatever it came to, that is what it runs, also after the next night.
        let runs = match end.status {
            Status::Succeeded => "software 1.4.0",
            Status::Failed => concat!("software ", env!("CARGO_PKG_VERSION")),
            other => bail!("{other:?} after step {step}: {}", end.fridge.said()?),
        };
        let woke = wakes_as(&mut end.fridge, &[runs, "link connected"]).await;
        woke.with_context(|| format!("after step {step}"))?;
        Ok((end.status, end.was_dark))
    };
    let mut ends = stream::iter(1..=STEPS).map(updates).buffered(AT_ONCE);
    let (mut done, mut given_up, mut dark) = (0, 0, 0);
    while let Some(end) = ends.next().await {
        let (status, was_dark) = end?;
        dark += usize::from(was_dark);
        match status {
            Status::Succeeded => done += 1,
            _ => given_up += 1,
        }
    }
    serving.abort();
    println!("{dark} went dark, {done} updated, {given_up} fell back");
    ensure!(dark >= FEWEST_DARK, "only {dark} went dark");
    ensure!(done > 0, "none updated");
    Ok(())
}
