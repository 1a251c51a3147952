//! An appliance and its cable, with real devices on the wire: it comes in by its
//! fridge's word, and belongs to whichever fridge its cable leads to.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hearth_contract::{
    FamilyId, ThingName,
    device::{self, List, Remove},
};
use hearth_tests::{
    edge::{Device, at, taken_in},
    hub::Hub,
    page::Page,
    programs::free_port,
    wait::until,
};

const SOON: Duration = Duration::from_secs(60);
const MICROWAVE: &str = "SIM60000003";

/// A fridge of this family, with a cable at its back.
async fn fridge(hub: &Hub, page: &Page, family: FamilyId, serial: &str) -> Result<(Device, String)> {
    let cable = format!("127.0.0.1:{}", free_port()?);
    let words = ["fridge", "--serial", serial, "--gateway", &cable];
    let fridge = Device::start(&words, &at(hub)?, &[], None)?;
    let thing = format!("fridge-{serial}").parse()?;
    let taken = until("the fridge to be taken in", SOON, || async {
        taken_in(page, family, &thing, &fridge.said()?).await
    });
    taken.await.with_context(|| fridge.said().unwrap_or_default())?;
    Ok((fridge, cable))
}

/// Waits until the microwave is in, online, behind this fridge.
async fn stands_behind(page: &Page, family: FamilyId, fridge: &str) -> Result<device::Device> {
    let gateway: ThingName = format!("fridge-{fridge}").parse()?;
    until("the microwave to stand behind its fridge", SOON, || async {
        let all = page.call(List { family }).await?.value;
        let found = all.into_iter().find(|device| device.serial.as_str() == MICROWAVE);
        Ok(found.filter(|device| device.presence.online && device.gateway.as_ref() == Some(&gateway)))
    })
    .await
}

#[tokio::test]
async fn a_microwave_moves_with_its_cable_and_is_let_go_while_it_is_away() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?.id;
    let (_upstairs, first) = fridge(&hub, &page, family, "SIM60000001").await?;
    let (_downstairs, second) = fridge(&hub, &page, family, "SIM60000002").await?;
    let at_cable = |cable: &str| ["microwave", "--serial", MICROWAVE, "--gateway", cable].map(str::to_owned);

    let words = at_cable(&first);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let mut microwave = Device::start(&words, &at(&hub)?, &[], None)?;
    let before = stands_behind(&page, family, "SIM60000001").await;
    let before = before.with_context(|| microwave.said().unwrap_or_default())?;

    let words = at_cable(&second);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    microwave.again_with(&words)?;
    let after = stands_behind(&page, family, "SIM60000002").await;
    let after = after.with_context(|| microwave.said().unwrap_or_default())?;
    ensure!(
        after.paired_at == before.paired_at && after.name == before.name,
        "it is another one: {before:?}, {after:?}"
    );

    microwave.off()?;
    let thing = after.thing;
    page.call(Remove { family, thing }).await?;
    let all = page.call(List { family }).await?.value;
    ensure!(all.len() == 2, "it is still there: {all:?}");
    Ok(())
}
