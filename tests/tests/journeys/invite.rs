//! Inviting: the link goes from one person to another, and everybody sees who came.

use anyhow::{Context, Result};
use hearth_contract::family::{self, Joining};
use hearth_tests::{
    axe,
    browser::{Browser, Looks},
    page::PASSWORD,
};

use super::steps::{Home, code_on};

#[tokio::test]
async fn who_is_invited_joins_by_the_link_and_appears_in_the_owners_window() -> Result<()> {
    let home = Home::start().await?;
    let owner = home.window(Looks::DESKTOP, "/family").await?;
    owner.sees("Nobody is invited at the moment.").await?;
    owner.press("Make an invitation").await?;
    owner.sees("It is shown only now.").await?;
    owner.sees("0 of 1 used").await?;
    axe::clean(&owner, "invitation").await?;
    owner.picture("desktop-invitation").await?;
    let link = owner.field("Link").await?.prop("value").await?.context("no link")?;

    let guest = Browser::open(Looks::PHONE).await?;
    guest.go(&link).await?;
    guest.sees("You are invited").await?;
    axe::clean(&guest, "join, signed out").await?;
    guest.press("Create an account").await?;
    guest.fill("Your name", "Otto").await?;
    guest.fill("Mail", "otto@example.org").await?;
    guest.fill("Password", PASSWORD).await?;
    guest.press("Create account").await?;
    guest.sees("Confirm your mail address").await?;
    let code = home.hub.mailed_code("otto@example.org").await?;
    guest.fill("Six-digit code", &code).await?;
    guest.press("Confirm").await?;
    guest.sees("Ana invites you to Linden Street as Adult.").await?;
    axe::clean(&guest, "join, signed in").await?;
    guest.picture("phone-join").await?;
    guest.press("Join").await?;
    guest.until("the home", "return location.pathname === '/'").await?;
    guest.sees("Linden Street").await?;

    owner.sees("Otto joined as Adult").await?;
    owner.sees("Nobody is invited at the moment.").await?;
    owner.pressable("Change Otto").await?;
    guest.close().await?;
    owner.close().await
}

#[tokio::test]
async fn the_last_owner_cant_leave() -> Result<()> {
    let home = Home::start().await?;
    let owner = home.window(Looks::PHONE, "/family").await?;
    owner.press("Leave").await?;
    owner.press("Leave for good").await?;
    owner.sees("Without you the family would have no owner.").await?;
    owner.sees("Hand it over to somebody first.").await?;
    owner.sees("Linden Street").await?;
    owner.close().await
}

#[tokio::test]
async fn an_invitation_is_read_off_the_screen_by_another_phone() -> Result<()> {
    let home = Home::start().await?;
    hearth_tests::page::Page::open(&home.hub)?
        .sign_up(&home.hub, "Ben")
        .await?;
    let owner = home.window(Looks::DESKTOP, "/family").await?;
    owner.press("Make an invitation").await?;
    owner.sees("It is shown only now.").await?;
    let scanned = code_on(&owner).await?;
    let guest = Browser::open(Looks::PHONE).await?;
    guest.go(&scanned).await?;
    guest.sees("You are invited").await?;
    guest.press("I have an account").await?;
    guest.fill("Mail", "ben@example.org").await?;
    guest.fill("Password", PASSWORD).await?;
    guest.press("Sign in").await?;
    guest.sees("Ana invites you to Linden Street as Adult.").await?;
    guest.press("Join").await?;
    guest.sees("Linden Street").await?;
    owner.sees("Ben joined as Adult").await?;
    guest.close().await?;
    owner.close().await
}

#[tokio::test]
async fn an_invitation_that_was_taken_back_or_is_too_old_says_so() -> Result<()> {
    let home = Home::start().await?;
    hearth_tests::page::Page::open(&home.hub)?
        .sign_up(&home.hub, "Ben")
        .await?;
    let guest = Browser::open(Looks::PHONE).await?;
    guest.sign_in(&home.hub.address, "ben@example.org", "/welcome").await?;
    let link = |code: &_| family::link(&home.hub.address, code);

    let revoked = home.invitation(Joining::Adult).await?;
    let owner = home.window(Looks::DESKTOP, "/family").await?;
    owner.press("Take back").await?;
    owner.sees("The invitation is taken back.").await?;
    guest.go(&link(&revoked)).await?;
    guest.sees("This invitation was taken back.").await?;
    guest.picture("phone-join-revoked").await?;
    axe::clean(&guest, "join, taken back").await?;

    let old = home.invitation(Joining::Adult).await?;
    owner.sees("0 of 1 used").await?;
    home.hub.advance(2 * 3600).await?;
    guest.go("about:blank").await?;
    guest.go(&link(&old)).await?;
    guest.sees("This invitation is too old.").await?;
    guest.pressable("Go to your home").await?;
    guest.close().await?;
    owner.close().await
}
