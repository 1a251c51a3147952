//! Giving the fridge away: what goes, what stays, and the next home it comes into.

use anyhow::{Result, ensure};
use hearth_contract::family::Joining;
use hearth_tests::{axe, browser::Looks, page::Page};

use super::steps::Home;

#[tokio::test]
async fn a_fridge_is_given_away_with_a_report_and_comes_into_another_home() -> Result<()> {
    let home = Home::start().await?;
    home.joined("Mei", Joining::Child).await?;
    home.hub.visit("milk", 1).await?;
    let phone = home.window(Looks::PHONE, "/devices").await?;
    let child = home.window_of("mei", Looks::DESKTOP_DARK, "/devices").await?;
    phone.sees("4 °C, the device said").await?;
    child.sees("4 °C, the device said").await?;
    ensure!(
        child.lacks("Give away or remove").await?,
        "a child is offered what it may not do"
    );
    child.go(&format!("{}/food", home.hub.address)).await?;
    child.sees("Milk").await?;
    phone.press("Give away or remove").await?;
    phone.sees("Your food list stays.").await?;
    axe::clean(&phone, "about to give a device away").await?;
    phone.picture("phone-let-go").await?;
    phone.press("Let it go").await?;
    phone.sees("A device has left").await?;
    phone.sees("Pictures deleted:").await?;
    child.sees("no picture").await?;
    child.sees("Milk").await?;
    axe::clean(&phone, "a device that has left").await?;
    phone.picture("phone-let-go-report").await?;
    child.picture("desktop-dark-food-without-fridge").await?;

    let ben = Page::open(&home.hub)?;
    ben.sign_up(&home.hub, "Ben").await?;
    let elm = ben.found("Elm Street").await?;
    ben.pair(&home.hub, &elm, "fridge").await?;
    let desktop = home.window_of("ben", Looks::DESKTOP, "/devices").await?;
    desktop.sees("4 °C, the device said").await?;
    desktop.picture("desktop-given-away").await?;
    for window in [phone, child, desktop] {
        window.close().await?;
    }
    Ok(())
}
