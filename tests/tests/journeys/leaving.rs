//! Going: put out, handing over and leaving, and deleting the account.

use anyhow::Result;
use hearth_contract::family::Joining;
use hearth_tests::{axe, browser::Looks, page::PASSWORD};

use super::steps::Home;

#[tokio::test]
async fn who_is_put_out_loses_the_home_at_once() -> Result<()> {
    let home = Home::start().await?;
    home.joined("Ben", Joining::Adult).await?;
    let ben = home.window_of("ben", Looks::PHONE, "/food").await?;
    ben.sees("Food").await?;
    ben.sees_no_more("Connecting.").await?;
    let owner = home.window(Looks::DESKTOP, "/family").await?;
    owner.press("Change Ben").await?;
    owner.picture("desktop-member-open").await?;
    owner.press("Put out").await?;
    owner.press("Really put out").await?;
    ben.until("no home", "return location.pathname === '/welcome'").await?;
    ben.sees("Create the home").await?;
    // Asked again, he is a stranger: the address of the food leads nowhere for him.
    ben.go(&format!("{}/food", home.hub.address)).await?;
    ben.until("no home", "return location.pathname === '/welcome'").await?;
    owner.sees("Ana put Ben out").await?;
    owner.close().await?;
    ben.close().await
}

#[tokio::test]
async fn an_owner_hands_the_home_over_and_leaves() -> Result<()> {
    let home = Home::start().await?;
    home.joined("Ben", Joining::Adult).await?;
    let ben = home.window_of("ben", Looks::DESKTOP, "/family").await?;
    ben.sees("Only the owner changes roles").await?;
    let owner = home.window(Looks::PHONE, "/family").await?;
    owner.press("Change Ben").await?;
    owner.press("Hand over the home").await?;
    owner.press("Hand over for good").await?;
    ben.pressable("Rename").await?;
    owner.sees("Only the owner changes roles").await?;
    owner.press("Leave").await?;
    owner.press("Leave for good").await?;
    owner
        .until("no home", "return location.pathname === '/welcome'")
        .await?;
    ben.sees("Ana left").await?;
    owner.close().await?;
    ben.close().await
}

#[tokio::test]
async fn an_account_is_deleted_and_says_what_went_with_it() -> Result<()> {
    let home = Home::start().await?;
    home.hub.visit("milk", 1).await?;
    let window = home.window(Looks::PHONE, "/food").await?;
    window.sees("Milk").await?;
    window.go(&format!("{}/account", home.hub.address)).await?;
    window.press("Delete the account").await?;
    window.sees("This can not be undone.").await?;
    axe::clean(&window, "leaving").await?;
    window.fill("Password", "not the password").await?;
    window.press("Delete the account for good").await?;
    window.sees("That is not your password.").await?;
    window.fill("Password", PASSWORD).await?;
    window.press("Delete the account for good").await?;
    window.sees("Your account is gone").await?;
    window.sees("Linden Street").await?;
    window.sees("Nobody else was in it, so it is deleted: devices ").await?;
    window.picture("phone-left").await?;
    axe::clean(&window, "left").await?;
    window.press("To the beginning").await?;
    window.offer(&home.hub.address, "ana@example.org", PASSWORD).await?;
    window.sees("Mail address or password is wrong.").await?;
    // The devices are free again: they show their codes.
    home.hub.code("fridge").await?;
    window.close().await
}

#[tokio::test]
async fn the_last_owner_of_others_keeps_the_account_until_the_home_is_handed_over() -> Result<()> {
    let home = Home::start().await?;
    home.joined("Ben", Joining::Adult).await?;
    let owner = home.window(Looks::DESKTOP, "/leaving").await?;
    owner.fill("Password", PASSWORD).await?;
    owner.press("Delete the account for good").await?;
    owner.sees("Without you the family would have no owner.").await?;
    owner.picture("desktop-leaving-last-owner").await?;
    axe::clean(&owner, "leaving, refused").await?;
    owner.press("Family").await?;
    owner.press("Change Ben").await?;

    let ben = home.window_of("ben", Looks::PHONE, "/leaving").await?;
    ben.fill("Password", PASSWORD).await?;
    ben.press("Delete the account for good").await?;
    ben.sees("Your account is gone").await?;
    ben.sees("You have left it.").await?;
    ben.picture("phone-left-others").await?;
    owner.sees("Ben left").await?;

    // Alone now, Ana may go.
    owner.go(&format!("{}/leaving", home.hub.address)).await?;
    owner.fill("Password", PASSWORD).await?;
    owner.press("Delete the account for good").await?;
    owner.sees("Nobody else was in it, so it is deleted").await?;
    owner.close().await?;
    ben.close().await
}
