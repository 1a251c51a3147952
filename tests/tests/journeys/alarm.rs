//! A door that stands open: told gently at the fridge, then in every window;
//! somebody sees to it, restocks or closes it; and a fridge that vanished meanwhile.

use std::time::Duration;

use anyhow::{Result, ensure};
use hearth_contract::{alarm::Open, family::Joining};
use hearth_tests::{
    axe,
    browser::{Browser, Looks, PATIENCE},
    wait::until,
};
use serde_json::json;

use super::steps::Home;

#[tokio::test]
async fn an_open_door_alarms_every_window_and_closing_clears_it() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/").await?;
    let desktop = home.window(Looks::DESKTOP, "/energy").await?;
    phone.sees("Linden Street").await?;
    home.hub
        .control("door", json!({ "door": "freezer", "open": true }))
        .await?;
    home.hub.advance(700).await?;
    phone.sees("Freezer door open for").await?;
    desktop.sees("Freezer door open for").await?;
    phone.picture("phone-alarm").await?;
    home.hub
        .control("door", json!({ "door": "freezer", "open": false }))
        .await?;
    phone.sees_no_more("Freezer door open for").await?;
    desktop.sees_no_more("Freezer door open for").await?;
    phone.close().await?;
    desktop.close().await
}

#[tokio::test]
async fn one_of_three_windows_sees_to_an_alarm_and_all_say_who() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/").await?;
    let desktop = home.window(Looks::DESKTOP, "/food").await?;
    let dark = home.window(Looks::DESKTOP_DARK, "/devices").await?;
    home.hub
        .control("door", json!({ "door": "fridge", "open": true }))
        .await?;
    home.hub.advance(700).await?;
    for window in [&phone, &desktop, &dark] {
        window.sees("Fridge door open for").await?;
        window.pressable("I’m on it").await?;
    }
    axe::clean(&desktop, "an alarm").await?;
    desktop.picture("desktop-alarm").await?;
    phone.press("I’m on it").await?;
    for window in [&phone, &desktop, &dark] {
        window.sees_within("Ana is on it", Duration::from_secs(2)).await?;
        ensure!(window.lacks("I’m on it").await?, "a window still asks");
    }
    axe::clean(&phone, "an alarm that somebody sees to").await?;
    axe::clean(&dark, "an alarm that somebody sees to, in the dark").await?;
    phone.picture("phone-alarm-seen-to").await?;
    dark.picture("desktop-dark-alarm-seen-to").await?;
    home.hub
        .control("door", json!({ "door": "fridge", "open": false }))
        .await?;
    for window in [phone, desktop, dark] {
        window.sees_no_more("Fridge door open for").await?;
        window.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn at_the_fridge_it_is_told_gently_first_and_who_restocks_has_a_while() -> Result<()> {
    let home = Home::start().await?;
    home.joined("Mei", Joining::Child).await?;
    let kiosk = Browser::open(Looks::DESKTOP).await?;
    kiosk.go(&format!("{}/?face=kiosk", home.hub.tablet_address())).await?;
    let phone = home.window_of("mei", Looks::PHONE, "/food").await?;
    phone.sees("Milk").await?;
    home.hub
        .control("door", json!({ "door": "fridge", "open": true }))
        .await?;
    home.hub.advance(180).await?;
    kiosk.sees("If it stays open, everybody is called.").await?;
    kiosk.pressable("Restocking").await?;
    axe::clean(&kiosk, "an open door, told gently").await?;
    kiosk.picture("kiosk-alarm-gentle").await?;
    ensure!(!phone.text().await?.contains("Fridge door"), "the phone is disturbed");

    kiosk.press("Restocking").await?;
    kiosk.sees_no_more("If it stays open").await?;
    // It ends by itself, with the door still open.
    home.hub.advance(1260).await?;
    for window in [&kiosk, &phone] {
        window.sees("Fridge door open for").await?;
        window.pressable("I’m on it").await?;
    }
    ensure!(
        phone.lacks("Restocking").await?,
        "a child is offered what it may not do"
    );
    kiosk.picture("kiosk-alarm").await?;
    phone.picture("phone-alarm-child").await?;
    home.hub
        .control("door", json!({ "door": "fridge", "open": false }))
        .await?;
    for window in [kiosk, phone] {
        window.sees_no_more("Fridge door open for").await?;
        window.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_fridge_that_vanishes_with_its_door_open_is_spoken_for() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/devices").await?;
    phone.sees("Fridge door alarm after").await?;
    for _ in 0..8 {
        phone.press("Fridge door alarm after: one minute less").await?;
    }
    phone.sees("2 min, the device said").await?;
    home.hub
        .control("door", json!({ "door": "fridge", "open": true }))
        .await?;
    home.hub.advance(30).await?;
    let family = home.family.id;
    until("it to be told, gently", PATIENCE, || async {
        Ok(home.ana.call(Open { family }).await?.value.pop())
    })
    .await?;
    home.hub.control("plug", json!({ "is_in": false })).await?;
    phone.sees("Offline").await?;
    home.hub.advance(130).await?;
    phone.sees("It can’t say whether the door is closed by now.").await?;
    axe::clean(&phone, "a vanished fridge").await?;
    phone.picture("phone-alarm-vanished").await?;
    home.hub
        .control("door", json!({ "door": "fridge", "open": false }))
        .await?;
    phone.sees("Fridge door open for").await?;
    home.hub.control("plug", json!({ "is_in": true })).await?;
    phone.sees_no_more("Fridge door open for").await?;
    phone.close().await
}

#[tokio::test]
async fn food_that_gets_too_warm_is_told_at_the_fridge_then_to_everybody() -> Result<()> {
    let home = Home::start().await?;
    let kiosk = Browser::open(Looks::DESKTOP_DARK).await?;
    kiosk.go(&format!("{}/?face=kiosk", home.hub.tablet_address())).await?;
    kiosk.sees("Find").await?;
    let phone = home.window(Looks::PHONE, "/devices").await?;
    phone.sees("°C inside, ").await?;
    home.hub.control("cooling", json!({ "works": false })).await?;
    home.hub.advance(2 * 3600).await?;
    home.goes_on_until(&kiosk, "If it stays too warm, everybody is called.")
        .await?;
    kiosk.sees("Fridge too warm for").await?;
    axe::clean(&kiosk, "food that gets warm, told gently in the dark").await?;
    kiosk.picture("kiosk-dark-alarm-warm").await?;
    ensure!(!phone.text().await?.contains("too warm"), "the phone is disturbed");

    home.goes_on_until(&phone, "°C inside, too warm since").await?;
    axe::clean(&phone, "food that is too warm").await?;
    phone.picture("phone-alarm-warm").await?;
    phone.press("I’m on it").await?;
    for window in [&phone, &kiosk] {
        window.sees("Ana is on it").await?;
    }
    home.hub.control("cooling", json!({ "works": true })).await?;
    home.hub.advance(4 * 3600).await?;
    for window in [phone, kiosk] {
        window.sees_no_more("too warm").await?;
        window.close().await?;
    }
    Ok(())
}
