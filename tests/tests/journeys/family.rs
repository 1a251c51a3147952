//! Family: who is in, and what the home is called.

use anyhow::Result;
use hearth_tests::browser::Looks;

use super::steps::Home;

#[tokio::test]
async fn the_owner_calls_the_home_something_else_and_every_window_knows() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/").await?;
    let desktop = home.window(Looks::DESKTOP, "/family").await?;
    phone.sees("Linden Street").await?;
    desktop.sees("Owner").await?;
    desktop.fill("Name of the home", "   ").await?;
    desktop.press("Rename").await?;
    desktop.sees("This is empty.").await?;
    desktop.fill("Name of the home", "The old mill").await?;
    desktop.press("Rename").await?;
    desktop.sees("The home has its new name.").await?;
    phone.sees("The old mill").await?;
    phone.close().await?;
    desktop.close().await
}
