//! A device whose power goes at any step of its life: coming in, being taken in,
//! showing what is in it, obeying, leaving. Back on, it goes on by itself, and is nobody else.

use std::{cell::RefCell, fs, time::Duration};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream};
use hearth_contract::{
    FamilyId, ThingName,
    control::{self, FridgeSetPoint, Place, Property, Setting, Standing},
    device::{Hardware, Remove},
    live::Cameras,
};
use hearth_tests::{
    edge::{self, at, taken_in},
    hub::Hub,
    page::Page,
    wait::until,
};

/// How many devices live at the same time.
const AT_ONCE: usize = 6;
/// More steps than a device's life has: an end to the search.
const MOST_STEPS: usize = 400;
/// Steps that are tried at least, or something does not count them: becoming
/// somebody, getting a certificate, a home, an order, and leaving write to the disk.
const FEWEST_STEPS: usize = 12;
/// Lives in a row that come to their end before the step does: how often a
/// device writes by itself differs from one to the next.
const LIVED_ENOUGH: usize = 4;
/// A code that let a device in is not good again until the next, a minute later;
/// then it tries again within its back-off.
const SOON: Duration = Duration::from_secs(120);

/// What became of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It lived its life.
    Lived,
    /// The power went.
    Cut,
}

struct Fridge<'a> {
    page: &'a Page,
    family: FamilyId,
    thing: ThingName,
    edge: edge::Device,
}

impl<'a> Fridge<'a> {
    fn new(hub: &Hub, page: &'a Page, family: FamilyId, step: usize) -> Result<Self> {
        let serial = format!("SIM9{step:07}");
        Ok(Self {
            page,
            family,
            thing: Hardware::Fridge.thing(&serial.parse()?),
            edge: edge::Device::fridge(&serial, &at(hub)?, &[], Some(step))?,
        })
    }

    /// Waits for something; `None` once the power has gone.
    async fn waits<T>(&mut self, what: &str, look: impl AsyncFn(&Page) -> Result<Option<T>>) -> Result<Option<T>> {
        let (page, edge) = (self.page, RefCell::new(&mut self.edge));
        let waited = until(what, SOON, || async {
            if edge.borrow_mut().is_off()? {
                return Ok(Some(None));
            }
            Ok(look(page).await?.map(Some))
        });
        let waited = waited.await;
        waited.with_context(|| self.edge.said().unwrap_or_default())
    }

    /// Comes in, is taken in, obeys and is let go, from wherever it stands.
    async fn lives(&mut self) -> Result<End> {
        let (thing, family, log) = (self.thing.clone(), self.family, self.edge.log());
        let paired = self.waits("it to be taken in", async |page| {
            taken_in(page, family, &thing, &fs::read_to_string(&log)?).await
        });
        if paired.await?.is_none() {
            return Ok(End::Cut);
        }
        let shown = self.waits("its picture to come", async |page| {
            let cameras = page.call(Cameras { family }).await?.value;
            let own = cameras.into_iter().find(|camera| camera.thing == thing);
            Ok(own.and_then(|camera| camera.last).map(|_| ()))
        });
        if shown.await?.is_none() {
            return Ok(End::Cut);
        }
        let setting = Setting::Fridge(FridgeSetPoint::new(6).context("a set point")?);
        let place = Place {
            family,
            thing: thing.clone(),
            setting,
        };
        self.page.call(place).await?;
        let obeyed = self.waits("it to obey", async |page| {
            let all = page.call(control::List { family }).await?.value;
            let own = all
                .into_iter()
                .find(|controls| controls.thing == thing)
                .context("its controls")?;
            let one = own.properties.into_iter().find(|one| one.property == Property::Fridge);
            let order = one.and_then(|one| one.order).context("the order")?;
            Ok(matches!(order.standing, Standing::Done { .. }).then_some(()))
        });
        if obeyed.await?.is_none() {
            return Ok(End::Cut);
        }
        let remove = Remove {
            family,
            thing: thing.clone(),
        };
        self.page.call(remove).await?;
        let left = self.waits("it to stand outside", async |_| {
            let said = fs::read_to_string(&log)?;
            let last = said.lines().rev().find(|line| line.starts_with("link"));
            Ok((last == Some("link waiting") || last == Some("link away")).then_some(()))
        });
        Ok(match left.await? {
            Some(()) => End::Lived,
            None => End::Cut,
        })
    }
}

/// Lives with the power going at this step, and then again; whether it went.
async fn lives_through(hub: &Hub, page: &Page, family: FamilyId, step: usize) -> Result<End> {
    let mut fridge = Fridge::new(hub, page, family, step)?;
    let end = fridge.lives().await.with_context(|| format!("until step {step}"))?;
    if end == End::Cut {
        fridge.edge.again(None)?;
        let after = fridge.lives().await.with_context(|| format!("after step {step}"))?;
        ensure!(after == End::Lived, "it died by itself after step {step}");
    }
    Ok(end)
}

#[tokio::test]
async fn a_device_whose_power_goes_at_any_step_of_its_life_goes_on_by_itself() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?.id;
    let mut steps = stream::iter(1..MOST_STEPS)
        .map(|step| lives_through(&hub, &page, family, step))
        .buffered(AT_ONCE);
    let (mut cuts, mut lived) = (0, 0);
    while lived < LIVED_ENOUGH {
        match steps.next().await.context("its life has no end")?? {
            End::Cut => (cuts, lived) = (cuts + 1, 0),
            End::Lived => lived += 1,
        }
    }
    ensure!(cuts >= FEWEST_STEPS, "only {cuts} steps were found");
    println!("the power went at {cuts} steps");
    Ok(())
}
