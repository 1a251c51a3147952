//! The microwave behind the fridge: it comes in by itself, is started, paused and
//! stopped from afar, says why it is not, and is let go while it is away.

use anyhow::{Result, ensure};
use hearth_contract::device::{Device, Hardware, List, Remove};
use hearth_tests::{
    axe,
    browser::{Browser, Looks, PATIENCE},
    wait::until,
};
use serde_json::{Value, json};

use super::steps::Home;

/// Waits until the oven itself does this.
async fn does(home: &Home, oven: &str) -> Result<Value> {
    until(oven, PATIENCE, || async {
        let heating = home.hub.home().await?["microwave"]["heating"].clone();
        Ok((heating[0] == oven).then_some(heating))
    })
    .await
}

/// A home whose microwave is there, and a window on its devices.
async fn devices(home: &Home, looks: Looks) -> Result<Browser> {
    let family = home.family.id;
    until("the microwave to be there", PATIENCE, || async {
        let devices = home.ana.call(List { family }).await?.value;
        let is_there = |device: &Device| device.hardware == Hardware::Microwave && device.presence.online;
        Ok(devices.iter().any(is_there).then_some(()))
    })
    .await?;
    let window = home.window(looks, "/devices").await?;
    window.sees("through Fridge").await?;
    Ok(window)
}

#[tokio::test]
async fn it_heats_waits_and_stops_as_it_is_told_from_afar() -> Result<()> {
    let home = Home::start().await?;
    let phone = devices(&home, Looks::PHONE).await?;
    phone.sees("off, the device said").await?;
    phone.press("Start").await?;
    let on = does(&home, "on").await?;
    ensure!(on[1] == 800, "another power: {on}");
    phone.sees("800 W, 0:").await?;
    phone.sees("Ana wanted 800 W for 1:00").await?;
    phone.pressable("Stop").await?;
    axe::clean(&phone, "a microwave that heats").await?;
    phone.picture("phone-microwave-on").await?;

    phone.press("Pause").await?;
    does(&home, "paused").await?;
    phone.sees("paused, 0:").await?;
    phone.press("Go on").await?;
    does(&home, "on").await?;
    home.hub.control("microwave", json!({ "open": true })).await?;
    phone.sees("paused, 0:").await?;
    phone.press("Go on").await?;
    phone.sees("Its door is open. Close it first.").await?;
    phone.press("Stop").await?;
    does(&home, "off").await?;

    home.hub.control("microwave", json!({ "open": false })).await?;
    home.hub.control("microwave", json!({ "in_hand": true })).await?;
    phone.press("Start").await?;
    phone.sees("Somebody stands at it and has it in hand.").await?;
    axe::clean(&phone, "a microwave that is not started").await?;
    phone.picture("phone-microwave-refused").await?;
    ensure!(does(&home, "off").await?[2] == 60, "its program is another one");
    phone.close().await
}

#[tokio::test]
async fn it_is_called_otherwise_can_not_be_started_without_its_gateway_and_is_let_go_while_it_is_away() -> Result<()> {
    let home = Home::start().await?;
    let desktop = devices(&home, Looks::DESKTOP_DARK).await?;
    desktop.press("Rename").await?;
    desktop.fill("What you call it", " ").await?;
    desktop.press("Call it that").await?;
    axe::clean(&desktop, "a device that is called nothing").await?;
    desktop.fill("What you call it", "Kitchen fridge").await?;
    desktop.press("Call it that").await?;
    desktop.sees("through Kitchen fridge").await?;

    home.hub.control("plug", json!({ "is_in": false })).await?;
    let family = home.family.id;
    let gone = until("the microwave to be away", PATIENCE, || async {
        let devices = home.ana.call(List { family }).await?.value;
        let mut away = devices.into_iter().filter(|device| !device.presence.online);
        Ok(away.find(|device| device.hardware == Hardware::Microwave))
    })
    .await?;
    desktop.press("Start").await?;
    desktop.sees("The device does not answer.").await?;
    desktop.picture("desktop-dark-microwave-away").await?;
    let thing = gone.thing.clone();
    home.ana.call(Remove { family, thing }).await?;
    desktop.sees_no_more("through Kitchen fridge").await?;

    // Back on its cable it stays out: the family said so.
    home.hub.control("plug", json!({ "is_in": true })).await?;
    until("the fridge to be back", PATIENCE, || async {
        Ok((home.hub.home().await?["fridge"]["connected"] == true).then_some(()))
    })
    .await?;
    let devices = home.ana.call(List { family }).await?.value;
    ensure!(devices.iter().all(|device| device.thing != gone.thing), "it came back");
    home.ana.pair(&home.hub, &home.family, "microwave").await?;
    desktop.sees("through Kitchen fridge").await?;
    desktop.close().await
}
