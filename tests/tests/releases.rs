//! Releases at home, with real devices: laid into a folder, a release goes from
//! one fridge to the next, and a bad one ends at the first.

use std::{fs, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use hearth_contract::{
    FamilyId,
    software::{Errand, Version},
};
use hearth_embedded::{jobs::Status, things::Things};
use hearth_hub::clocks::RealClock;
use hearth_tests::{
    edge::{Device, at, taken_in},
    hub::Hub,
    page::Page,
    programs::named,
    release::{Maker, good, hangs},
    wait::until,
};
use serde_json::json;

const SOON: Duration = Duration::from_secs(120);
const FRIDGES: [&str; 2] = ["SIM50000001", "SIM50000002"];

/// Lays a release into the folder, as its maker does: first the file, then what is signed.
fn lay(folder: &Path, maker: &Maker, version: Version, program: &str) -> Result<()> {
    let Errand::Update(offer) = maker.releases(program, version, "") else {
        anyhow::bail!("an update");
    };
    let name = format!("fridge-{version}");
    fs::write(folder.join(&name), program)?;
    let signed = json!({ "release": offer.release, "signature": offer.signature });
    Ok(fs::write(folder.join(format!("{name}.json")), signed.to_string())?)
}

async fn fridge(hub: &Hub, page: &Page, family: FamilyId, maker: &Maker, serial: &str) -> Result<Device> {
    let mut cloud = at(hub)?;
    cloud["software_key"] = "software_key".into();
    let fridge = Device::fridge(serial, &cloud, &[("software_key", &maker.key_pem())], None)?;
    let thing = format!("fridge-{serial}").parse()?;
    let taken = until("the fridge to be taken in", SOON, || async {
        taken_in(page, family, &thing, &fridge.said()?).await
    });
    taken.await.with_context(|| fridge.said().unwrap_or_default())?;
    Ok(fridge)
}

#[tokio::test]
async fn a_release_goes_from_fridge_to_fridge_and_a_bad_one_ends_at_the_first() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let hub = Hub::start_with(&["--releases", &folder.path().to_string_lossy()]).await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?.id;
    let (maker, things) = (Maker::new()?, Things::open(&hub.folder(), Arc::new(RealClock)).await?);
    let mut fridges = Vec::new();
    for serial in FRIDGES {
        fridges.push(fridge(&hub, &page, family, &maker, serial).await?);
    }
    let status = async |serial: &str, job: &str| -> Result<Option<Status>> {
        let found = things.jobs().execution(&format!("fridge-{serial}"), job).await?;
        Ok(found.map(|execution| execution.status))
    };

    lay(
        folder.path(),
        &maker,
        Version(1, 4, 0),
        &good(named("HEARTH_EDGE")?.as_ref()),
    )?;
    until("both to run it", SOON, || async {
        let first = status(FRIDGES[0], "update-1-4-0").await?;
        let second = status(FRIDGES[1], "update-1-4-0").await?;
        let in_turn = second.is_none() || first == Some(Status::Succeeded) || second == Some(Status::Succeeded);
        ensure!(in_turn, "both at once: {first:?}, {second:?}");
        Ok((first == Some(Status::Succeeded) && second == Some(Status::Succeeded)).then_some(()))
    })
    .await?;
    for fridge in &fridges {
        fridge.says("software 1.4.0").await?;
    }

    lay(folder.path(), &maker, Version(1, 5, 0), &hangs())?;
    let bad = until("the first to fall back", SOON, || async {
        for (n, serial) in FRIDGES.iter().enumerate() {
            if status(serial, "update-1-5-0").await? == Some(Status::Failed) {
                return Ok(Some(n));
            }
        }
        Ok(None)
    });
    let bad = bad.await?;

    // A better one goes on; the bad one never came to the other fridge.
    lay(
        folder.path(),
        &maker,
        Version(1, 6, 0),
        &good(named("HEARTH_EDGE")?.as_ref()),
    )?;
    for fridge in &fridges {
        fridge.says("software 1.6.0").await?;
    }
    ensure!(status(FRIDGES[1 - bad], "update-1-5-0").await?.is_none(), "it went on");
    Ok(())
}
