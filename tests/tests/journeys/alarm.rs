//! A door that stands open: every window says so, somebody sees to it, closing it clears it.

use std::time::Duration;

use anyhow::{Result, ensure};
use hearth_tests::{axe, browser::Looks};
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
