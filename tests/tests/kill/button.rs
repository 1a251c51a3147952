//! A device whose power goes at any step after its button was pressed: back on and
//! pressed again, its sticker brings it in.

use std::{cell::RefCell, time::Duration};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream};
use hearth_contract::{FamilyId, device::Hardware, pairing::Pair, text::CodeText};
use hearth_tests::{
    edge::{Device, at, taken_in},
    hub::Hub,
    page::Page,
    wait::until,
};

use super::job::AT_ONCE;

/// Steps that are tried: more than a press has.
const STEPS: usize = 8;
/// It notes that it asks, in two steps, keeps what it gets, in two, and three files go.
const FEWEST_DARK: usize = 7;
const SOON: Duration = Duration::from_secs(60);

/// What it says from here on.
fn since(device: &Device, before: usize) -> Result<String> {
    Ok(device.said()?.split_off(before))
}

/// Switches it on, presses its button and tries its sticker; `false`: its power went.
async fn is_brought_in(page: &Page, family: FamilyId, serial: &str, device: &mut Device) -> Result<bool> {
    let before = device.said()?.len();
    let device = RefCell::new(device);
    let thing = Hardware::Fridge.thing(&serial.parse()?);
    let ready = until("it to wait outside", SOON, || async {
        let said = since(&device.borrow(), before)?;
        Ok(said.contains("code HEARTH").then_some(()))
    });
    ready.await?;
    device.borrow().press()?;
    // Each try without a press counts: it is tried once, when the cloud knows of that.
    let known = until("the cloud to know that it was pressed", SOON, || async {
        let said = since(&device.borrow(), before)?;
        let after = said.rsplit_once("pressed").map_or("", |(_, after)| after);
        // In a home already, it means nothing to it.
        let is_in = taken_in(page, family, &thing, "").await?.is_some();
        match after.contains("link waiting") || is_in {
            true => Ok(Some(true)),
            false => Ok(device.borrow_mut().is_off()?.then_some(false)),
        }
    });
    let known = known.await;
    if !known.with_context(|| device.borrow().said().unwrap_or_default())? {
        return Ok(false);
    }
    let code = CodeText::parse(serial)?;
    // It may be in already: its power went after that.
    let _ = page.call(Pair { family, code }).await;
    let brought = until("its sticker to bring it in", SOON, || async {
        let is_in = taken_in(page, family, &thing, "").await?.is_some();
        match device.borrow_mut().is_off()? {
            true => Ok(Some(false)),
            false => Ok(is_in.then_some(true)),
        }
    });
    let brought = brought.await;
    brought.with_context(|| device.borrow().said().unwrap_or_default())
}

#[tokio::test]
async fn a_device_whose_power_goes_after_its_button_was_pressed_is_brought_in_by_its_sticker() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?.id;
    let presses = async |step: usize| {
        let serial = format!("SIM6{step:07}");
        let mut device = Device::fridge(&serial, &at(&hub)?, &[], None)?;
        device.says("code HEARTH").await?;
        device.again(Some(step))?;
        let is_dark = !is_brought_in(&page, family, &serial, &mut device).await?;
        if is_dark {
            device.again(None)?;
            let is_in = is_brought_in(&page, family, &serial, &mut device).await;
            ensure!(
                is_in.with_context(|| format!("after step {step}"))?,
                "it died by itself"
            );
        }
        Ok(is_dark)
    };
    let mut ends = stream::iter(1..=STEPS).map(presses).buffered(AT_ONCE);
    let mut dark = 0;
    while let Some(is_dark) = ends.next().await {
        dark += usize::from(is_dark?);
    }
    println!("{dark} went dark");
    ensure!(dark >= FEWEST_DARK, "only {dark} went dark");
    Ok(())
}
