//! A device whose power goes at any step of its life: coming in, being taken in,
//! obeying, leaving. Back on, it goes on by itself, and is nobody else.

use std::{
    cell::RefCell,
    fs::{self, File},
    path::Path,
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use futures::{StreamExt, stream};
use hearth_contract::{
    FamilyId, ThingName,
    control::{self, FridgeSetPoint, Place, Property, Setting, Standing},
    device::{self, Hardware, Remove},
    pairing::Pair,
    text::CodeText,
};
use hearth_tests::{
    hub::Hub,
    page::Page,
    programs::{Running, named},
    wait::until,
};
use serde_json::json;
use tempfile::TempDir;

/// How many devices live at the same time.
const AT_ONCE: usize = 6;
/// More steps than a device's life has: an end to the search.
const MOST_STEPS: usize = 400;
/// Steps that are tried at least, or something does not count them.
const FEWEST_STEPS: usize = 20;
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
    serial: String,
    folder: TempDir,
    process: Running,
}

impl<'a> Fridge<'a> {
    fn new(hub: &Hub, page: &'a Page, family: FamilyId, step: usize) -> Result<Self> {
        let (folder, authority) = (tempfile::tempdir()?, hub.folder().join("authority"));
        let cloud = json!({
            "host": "localhost",
            "port": hub.devices_port()?,
            "ca": authority.join("ca.pem"),
            "claim": authority.join("claim.pem"),
            "claim_key": authority.join("claim.key"),
        });
        fs::write(folder.path().join("cloud.json"), cloud.to_string())?;
        let serial = format!("SIM9{step:07}");
        let process = switch_on(folder.path(), &serial, Some(step))?;
        Ok(Self {
            page,
            family,
            serial,
            folder,
            process,
        })
    }

    fn thing(&self) -> Result<ThingName> {
        Ok(Hardware::Fridge.thing(&self.serial.parse()?))
    }

    /// Waits for something; `None` once the power has gone.
    async fn waits<T>(&mut self, what: &str, look: impl AsyncFn(&Page) -> Result<Option<T>>) -> Result<Option<T>> {
        let (page, process) = (self.page, RefCell::new(&mut self.process));
        until(what, SOON, || async {
            if process.borrow_mut().ended()? {
                return Ok(Some(None));
            }
            Ok(look(page).await?.map(Some))
        })
        .await
        .with_context(|| fs::read_to_string(self.folder.path().join("said")).unwrap_or_default())
    }

    /// Comes in, is taken in, obeys and is let go, from wherever it stands.
    async fn lives(&mut self) -> Result<End> {
        let (thing, family, said) = (self.thing()?, self.family, self.folder.path().join("said"));
        let is_in = async |page: &Page| -> Result<Option<device::Device>> {
            let all = page.call(device::List { family }).await?.value;
            Ok(all.into_iter().find(|device| device.thing == thing))
        };
        let paired = self.waits("it to be taken in", async |page| {
            if let Some(device) = is_in(page).await? {
                return Ok(device.presence.online.then_some(()));
            }
            let said = fs::read_to_string(&said)?;
            let code = said.lines().rev().find_map(|line| line.strip_prefix("code HEARTH"));
            if let Some(code) = code {
                let code = CodeText::parse(&format!("HEARTH{code}"))?;
                // A code may be too old, or of the life before.
                let _ = page.call(Pair { family, code }).await;
            }
            Ok(None)
        });
        if paired.await?.is_none() {
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
            let said = fs::read_to_string(&said)?;
            let last = said.lines().rev().find(|line| line.starts_with("link"));
            Ok((last == Some("link waiting") || last == Some("link away")).then_some(()))
        });
        Ok(match left.await? {
            Some(()) => End::Lived,
            None => End::Cut,
        })
    }
}

fn switch_on(folder: &Path, serial: &str, cut_at: Option<usize>) -> Result<Running> {
    let mut command = Command::new(named("HEARTH_EDGE")?);
    command.args(["fridge", "--serial", serial]);
    command.arg("--cloud").arg(folder.join("cloud.json"));
    command.arg("--data").arg(folder.join("disk"));
    if let Some(step) = cut_at {
        command.env("HEARTH_CUT_DISK", step.to_string());
    }
    let log = File::options().create(true).append(true).open(folder.join("said"))?;
    Running::start(&mut command, Some(log))
}

/// Lives with the power going at this step, and then again; whether it went.
async fn lives_through(hub: &Hub, page: &Page, family: FamilyId, step: usize) -> Result<End> {
    let mut fridge = Fridge::new(hub, page, family, step)?;
    let end = fridge.lives().await.with_context(|| format!("until step {step}"))?;
    if end == End::Cut {
        fridge.process = switch_on(fridge.folder.path(), &fridge.serial, None)?;
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
    let mut cuts = 0;
    while let Some(end) = steps.next().await {
        match end? {
            End::Cut => cuts += 1,
            End::Lived => {
                ensure!(cuts >= FEWEST_STEPS, "only {cuts} steps were found");
                println!("the power went at {cuts} steps");
                return Ok(());
            }
        }
    }
    bail!("its life has no end")
}
