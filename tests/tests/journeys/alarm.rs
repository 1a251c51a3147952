//! A door that stands open: every window says so, closing it clears it.

use anyhow::Result;
use hearth_tests::browser::Looks;
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
