//! A device whose power goes at any step until it has installed an update: back on it runs the new
//! software or the former one, is connected, and has said which.

use std::{cell::RefCell, future::IntoFuture, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use axum::{Router, routing::get};
use futures::{StreamExt, stream};
use hearth_contract::{FamilyId, ThingName, device::Hardware, software::Version};
use hearth_embedded::{jobs::Status, things::Things};
use hearth_hub::clocks::RealClock;
use hearth_tests::{
    edge::Fridge,
    hub::Hub,
    page::Page,
    programs::named,
    release::{Maker, good},
    wait::until,
};
use tokio::net::TcpListener;

use super::device::{at, taken_in};

/// How many devices live at the same time.
const AT_ONCE: usize = 4;
/// Steps that are tried: those of the former software, until it gives way. The
/// launcher and the new software count from the beginning, so that their own
/// few steps are never reached: they are not cut here.
const STEPS: usize = 12;
/// The former software writes the program and the note, and each has two steps.
const FEWEST_DARK: usize = 4;
const SOON: Duration = Duration::from_secs(120);
const JOB: &str = "to-1-4-0";

/// What every device needs.
struct Stage<'a> {
    hub: &'a Hub,
    page: &'a Page,
    family: FamilyId,
    things: &'a Things,
    maker: &'a Maker,
    url: &'a str,
    program: &'a str,
}

impl Stage<'_> {
    /// Lives through an update with the power going at this step; how it ended, and
    /// whether the whole device went dark.
    async fn updates(&self, step: usize) -> Result<(Status, bool)> {
        let serial = format!("SIM8{step:07}");
        let thing = Hardware::Fridge.thing(&serial.parse()?);
        let mut cloud = at(self.hub)?;
        cloud["software_key"] = "software_key".into();
        let mut fridge = Fridge::start(&cloud, &[("software_key", &self.maker.key_pem())], &serial, None)?;
        let taken = until("it to be taken in", SOON, || async {
            taken_in(self.page, self.family, &thing, &fridge.said()?).await
        });
        taken.await.with_context(|| fridge.said().unwrap_or_default())?;
        fridge.off()?;

        let errand = self.maker.releases(self.program, Version(1, 4, 0), self.url);
        let document = serde_json::to_value(errand)?;
        self.things.jobs().give(thing.as_str(), JOB, document).await?;
        fridge.again(Some(step))?;
        let first = self.ends(&mut fridge, &thing).await?;
        let ended = match first {
            Some(ended) => ended,
            None => {
                fridge.again(None)?;
                let ended = self.ends(&mut fridge, &thing).await?;
                ended.with_context(|| format!("it died by itself after step {step}"))?
            }
        };

        // Whatever it came to, that is what it runs, also after the next night.
        fridge.again(None)?;
        let said = fridge.said()?.len();
        let runs = match ended {
            Status::Succeeded => "software 1.4.0",
            Status::Failed => concat!("software ", env!("CARGO_PKG_VERSION")),
            other => bail!("{other:?} after step {step}: {}", fridge.said()?),
        };
        let back = until("it to be connected again", SOON, || async {
            let last = fridge.said()?.split_off(said);
            Ok((last.contains(runs) && last.contains("link connected")).then_some(()))
        });
        back.await
            .with_context(|| format!("after step {step}: {}", fridge.said().unwrap_or_default()))?;
        Ok((ended, first.is_none()))
    }

    /// Waits for the end of the job; `None`: the power went before.
    async fn ends(&self, fridge: &mut Fridge, thing: &ThingName) -> Result<Option<Status>> {
        let fridge = RefCell::new(fridge);
        let ended = until("the end of the job", SOON, || async {
            let found = self.things.jobs().execution(thing.as_str(), JOB).await?;
            match found.context("the job")?.status {
                Status::Queued | Status::InProgress if fridge.borrow_mut().is_off()? => Ok(Some(None)),
                Status::Queued | Status::InProgress => Ok(None),
                ended => Ok(Some(Some(ended))),
            }
        });
        let ended = ended.await;
        ended.with_context(|| fridge.borrow().said().unwrap_or_default())
    }
}

#[tokio::test]
async fn a_device_whose_power_goes_at_any_step_of_installing_an_update_runs_what_it_says() -> Result<()> {
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
    let stage = Stage {
        hub: &hub,
        page: &page,
        family,
        things: &things,
        maker: &maker,
        url: &url,
        program: &program,
    };
    let mut ends = stream::iter(1..=STEPS)
        .map(|step| stage.updates(step))
        .buffered(AT_ONCE);
    let (mut done, mut given_up, mut dark) = (0, 0, 0);
    while let Some(end) = ends.next().await {
        let (ended, was_dark) = end?;
        dark += usize::from(was_dark);
        match ended {
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
