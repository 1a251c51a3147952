//! A fridge that is in a home and is given a job, and whose power goes meanwhile.

use std::{cell::RefCell, time::Duration};

use anyhow::{Context, Result};
use hearth_contract::{FamilyId, device::Hardware, software::Errand};
use hearth_embedded::{jobs::Status, things::Things};
use hearth_tests::{
    edge::{Device, at, taken_in},
    hub::Hub,
    page::Page,
    wait::until,
};
use serde_json::Value;

/// How many devices live at the same time.
pub const AT_ONCE: usize = 4;
const SOON: Duration = Duration::from_secs(120);
const JOB: &str = "the-job";

/// What every device needs.
pub struct Stage<'a> {
    pub hub: &'a Hub,
    pub page: &'a Page,
    pub family: FamilyId,
    pub things: &'a Things,
}

/// How a job ended.
pub struct End {
    /// The device, as it stands then.
    pub fridge: Device,
    /// What it said of the job.
    pub status: Status,
    /// Whether its power went before that.
    pub was_dark: bool,
}

impl Stage<'_> {
    /// Takes a fridge in, gives it the job, and cuts its power at this step of what
    /// it does then; it is switched on again and ends the job by itself.
    pub async fn does(&self, serial: &str, maker: Option<&str>, errand: &Errand, step: usize) -> Result<End> {
        let thing = Hardware::Fridge.thing(&serial.parse()?);
        let mut cloud = at(self.hub)?;
        if maker.is_some() {
            cloud["software_key"] = Value::from("software_key");
        }
        let files: Vec<_> = maker.iter().map(|key| ("software_key", *key)).collect();
        let mut fridge = Device::fridge(serial, &cloud, &files, None)?;
        let taken = until("it to be taken in", SOON, || async {
            taken_in(self.page, self.family, &thing, &fridge.said()?).await
        });
        taken.await.with_context(|| fridge.said().unwrap_or_default())?;
        fridge.off()?;

        let document = serde_json::to_value(errand)?;
        self.things.jobs().give(thing.as_str(), JOB, document).await?;
        fridge.again(Some(step))?;
        let first = self.ends(&mut fridge, thing.as_str()).await?;
        let status = match first {
            Some(ended) => ended,
            None => {
                fridge.again(None)?;
                let ended = self.ends(&mut fridge, thing.as_str()).await?;
                ended.with_context(|| format!("it died by itself after step {step}"))?
            }
        };
        Ok(End {
            fridge,
            status,
            was_dark: first.is_none(),
        })
    }

    /// Waits for the end of the job; `None`: the power went before.
    async fn ends(&self, fridge: &mut Device, thing: &str) -> Result<Option<Status>> {
        let fridge = RefCell::new(fridge);
        let ended = until("the end of the job", SOON, || async {
            let found = self.things.jobs().execution(thing, JOB).await?;
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

/// Switches it off and on; what it says from then on has all of this in it.
pub async fn wakes_as(fridge: &mut Device, lines: &[&str]) -> Result<()> {
    fridge.again(None)?;
    let before = fridge.said()?.len();
    let back = until("it to be connected again", SOON, || async {
        let last = fridge.said()?.split_off(before);
        Ok(lines.iter().all(|line| last.contains(line)).then_some(()))
    });
    back.await.with_context(|| fridge.said().unwrap_or_default())
}
