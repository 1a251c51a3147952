//! Food: seen by the camera, found by any word, put in and taken out by hand.

use anyhow::Result;
use hearth_tests::browser::Looks;

use super::steps::Home;

#[tokio::test]
async fn a_closing_door_changes_the_list_in_every_window_and_any_word_finds_it() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/food").await?;
    let desktop = home.window(Looks::DESKTOP, "/food").await?;
    phone.sees("In the fridge").await?;
    desktop.sees("In the fridge").await?;
    home.hub.visit("avocado", 2).await?;
    phone.sees("Avocado").await?;
    desktop.sees("Avocado").await?;
    phone.picture("phone-food").await?;

    for words in ["avocado", "niuyouguo", "nyg", "牛油果", "avocdo"] {
        desktop.fill("Search food", words).await?;
        desktop.sees("Avocado").await?;
    }
    desktop.picture("desktop-food-search").await?;
    desktop.fill("Search food", "zzzz").await?;
    desktop.sees("Nothing like that is in.").await?;
    phone.close().await?;
    desktop.close().await
}

#[tokio::test]
async fn food_is_put_in_by_hand_taken_out_and_the_taking_undone() -> Result<()> {
    let home = Home::start().await?;
    let phone = home.window(Looks::PHONE, "/food").await?;
    phone.press("Add food").await?;
    phone.fill("What is it?", "Grandma's pickles").await?;
    phone.press("Put it in").await?;
    phone.sees("Grandma's pickles").await?;
    let other = home.window(Looks::DESKTOP, "/food").await?;
    other.sees("Grandma's pickles").await?;
    phone.fill("Search food", "pickles").await?;
    phone.press("Take out").await?;
    phone.sees("Undo").await?;
    other.sees_no_more("Grandma's pickles").await?;
    phone
        .find("//*[@role='status']//button[normalize-space(.)='Undo']")
        .await?
        .click()
        .await?;
    other.sees("Grandma's pickles").await?;
    phone.close().await?;
    other.close().await
}

#[tokio::test]
async fn a_change_is_confirmed_or_taken_back() -> Result<()> {
    let home = Home::start().await?;
    let window = home.window(Looks::DESKTOP, "/").await?;
    home.hub.visit("wine", 1).await?;
    window.sees("Wine").await?;
    window.picture("desktop-today").await?;
    window.press("Undo").await?;
    window.sees("Taken back").await?;
    home.hub.visit("beer", 1).await?;
    window.sees("Beer").await?;
    window.press("That’s right").await?;
    window.sees("Confirmed").await?;
    window.close().await
}
