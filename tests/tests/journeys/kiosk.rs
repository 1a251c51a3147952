//! The tablet in the fridge's door: it is there without any login, shows what
//! changes, adds food by itself, and is gone when the family puts it out.

use std::time::Duration;

use anyhow::Result;
use hearth_tests::{
    browser::{Browser, Looks},
    hub::Hub,
    page::Page,
};

use super::steps::Home;

#[tokio::test]
async fn the_fridge_door_is_a_member_without_a_login_until_it_is_put_out() -> Result<()> {
    let home = Home::start().await?;
    let tablet = Browser::open(Looks::DESKTOP).await?;
    tablet.go(&format!("{}/?face=kiosk", home.hub.tablet_address())).await?;
    tablet
        .sees("What would you like to do?")
        .await
        .or(tablet.sees("Find").await)?;
    tablet.picture("kiosk-tablet").await?;
    tablet.press("Find").await?;
    tablet.sees("In the fridge").await?;
    home.hub.visit("avocado", 2).await?;
    tablet.sees("Avocado").await?;

    let desktop = home.window(Looks::DESKTOP, "/food").await?;
    desktop.sees("In the fridge").await?;
    tablet.press("Add food").await?;
    tablet.fill("What is it?", "Grandma's pickles").await?;
    tablet.press("Put it in").await?;
    desktop.sees("Grandma's pickles").await?;
    tablet.press("Settings").await?;
    tablet.sees_no_more("Sign out").await?;

    desktop.go(&format!("{}/family", home.hub.address)).await?;
    desktop.sees("In the fridge’s door").await?;
    desktop.picture("desktop-family-tablet").await?;
    desktop.press("Put it out").await?;
    desktop.press("Put it out now").await?;
    desktop.sees_no_more("In the fridge’s door").await?;
    tablet.sees("This tablet is in no home yet").await?;
    // It makes a new key and fetches a new certificate first.
    tablet.sees_within("HEARTH:KT:", Duration::from_secs(60)).await?;
    tablet.picture("kiosk-put-out").await?;
    tablet.close().await?;
    desktop.close().await
}

#[tokio::test]
async fn a_tablet_whose_fridge_is_in_no_home_shows_its_code() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    let tablet = Browser::open(Looks::DESKTOP).await?;
    tablet.go(&hub.tablet_address()).await?;
    tablet.sees("This tablet is in no home yet").await?;
    tablet.sees("HEARTH:KT:").await?;
    page.pair(&hub, &family, "fridge").await?;
    tablet.sees("Find").await?;
    tablet.close().await
}
