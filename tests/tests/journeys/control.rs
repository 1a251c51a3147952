//! Control: a fridge that is away obeys when it comes back, one that won't says
//! why, and what somebody sets at its panel is seen everywhere.

use anyhow::{Result, ensure};
use hearth_contract::family::Joining;
use hearth_tests::{
    axe,
    browser::{Browser, Looks},
};
use serde_json::json;

use super::steps::Home;

#[tokio::test]
async fn a_temperature_is_changed_while_the_fridge_is_away_and_arrives_when_it_is_back() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/devices").await?;
    let desktop = home.window(Looks::DESKTOP, "/devices").await?;
    for window in [&phone, &desktop] {
        window.sees("4 °C, the device said").await?;
        window.sees(concat!("Software ", env!("CARGO_PKG_VERSION"))).await?;
    }
    home.hub.control("plug", json!({ "is_in": false })).await?;
    phone.sees("Offline").await?;
    phone.press("Refrigerator: one degree colder").await?;
    phone.press("Refrigerator: one degree colder").await?;
    for window in [&phone, &desktop] {
        window.sees("Waits for the device").await?;
        window.sees("Ana wants: 2 °C").await?;
    }
    axe::clean(&phone, "an order that waits").await?;
    phone.picture("phone-control-waits").await?;
    desktop.press("Refrigerator: one degree warmer").await?;
    phone.sees("Ana wants: 3 °C").await?;
    let before = home.hub.home().await?["settings"][0].clone();
    ensure!(
        before == json!({ "fridge": 4 }),
        "the fridge obeyed through thin air: {before}"
    );

    home.hub.control("plug", json!({ "is_in": true })).await?;
    for window in [&phone, &desktop] {
        window.sees("3 °C, the device said").await?;
        window.sees("Done").await?;
    }
    let after = home.hub.home().await?["settings"][0].clone();
    ensure!(after == json!({ "fridge": 3 }), "the fridge did not obey: {after}");
    axe::clean(&desktop, "an order that is done").await?;
    desktop.picture("desktop-control-done").await?;
    phone.close().await?;
    desktop.close().await
}

#[tokio::test]
async fn what_can_not_be_ordered_does_not_stand_there_as_if_it_were() -> Result<()> {
    let mut home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/devices").await?;
    phone.sees("4 °C, the device said").await?;
    home.hub.stop().await?;
    phone.press("Refrigerator: one degree colder").await?;
    let shows = |text: &str| format!("return document.querySelector('.stepper-value').textContent === '{text}'");
    phone.until("the wish", &shows("3 °C")).await?;
    phone.sees("Your home server does not answer").await?;
    phone.until("what is so", &shows("4 °C")).await?;
    phone.close().await
}

#[tokio::test]
async fn an_order_is_taken_back_before_the_fridge_has_it() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/devices").await?;
    phone.sees("4 °C, the device said").await?;
    home.hub.control("plug", json!({ "is_in": false })).await?;
    phone.sees("Offline").await?;
    phone.press("Quick cool").await?;
    phone.sees("Ana wants: on").await?;
    phone.press("Take back").await?;
    phone.sees("Taken back").await?;
    ensure!(phone.lacks("Take back").await?, "it can be taken back twice");
    home.hub.control("plug", json!({ "is_in": true })).await?;
    phone.sees_no_more("Offline").await?;
    let settings = home.hub.home().await?["settings"].clone();
    ensure!(
        settings
            .as_array()
            .is_some_and(|all| all.contains(&json!({ "quick_cool": false }))),
        "what was taken back was done: {settings}"
    );
    phone.close().await
}

#[tokio::test]
async fn a_fridge_on_holiday_says_why_it_does_not_cool_and_its_panel_is_seen() -> Result<()> {
    let home = Home::start().await?;
    home.joined("Mei", Joining::Child).await?;
    let desktop = home.window(Looks::DESKTOP_DARK, "/devices").await?;
    let kiosk = Browser::open(Looks::DESKTOP).await?;
    kiosk
        .go(&format!("{}/devices?face=kiosk", home.hub.tablet_address()))
        .await?;
    let child = home.window_of("mei", Looks::PHONE, "/devices").await?;
    desktop.sees("4 °C, the device said").await?;
    desktop.press("Holiday").await?;
    desktop.sees("Done").await?;
    desktop.press("Quick cool").await?;
    for window in [&desktop, &kiosk, &child] {
        window.sees("Not done").await?;
        window.sees("Holiday mode is on. Turn it off first.").await?;
    }
    axe::clean(&desktop, "an order that was refused, in the dark").await?;
    axe::clean(&kiosk, "an order that was refused, on the kiosk").await?;
    desktop.picture("desktop-dark-control-refused").await?;
    kiosk.picture("kiosk-control-refused").await?;

    home.hub
        .control("panel", json!({ "setting": { "freezer": -21 } }))
        .await?;
    for window in [&desktop, &kiosk, &child] {
        window.sees("-21 °C, the device said").await?;
    }
    for name in ["Holiday", "Freezer: one degree colder"] {
        ensure!(child.lacks(name).await?, "a child is offered `{name}`");
    }
    child.picture("phone-control-child").await?;
    for window in [desktop, kiosk, child] {
        window.close().await?;
    }
    Ok(())
}
