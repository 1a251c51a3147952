//! Energy: watts now, today's curve with yesterday beside it, and its table.

use anyhow::Result;
use hearth_tests::browser::Looks;

use super::steps::Home;

#[tokio::test]
async fn watts_now_and_the_days_curve_are_there_and_say_that_they_are_simulated() -> Result<()> {
    let home = Home::start().await?;
    let window = home.window(Looks::DESKTOP, "/energy").await?;
    window.sees("measured").await?;
    window.sees("the simulated home’s, not a real meter’s").await?;
    window
        .until("watts", "return /\\d+\\s*(W|kW)/.test(document.body.innerText)")
        .await?;
    window
        .until(
            "a curve",
            "return [...document.querySelectorAll('svg path')].some(p => (p.getAttribute('d') ?? '').length > 200)",
        )
        .await?;
    window.picture("desktop-energy").await?;
    window
        .run("for (const table of document.querySelectorAll('details')) table.open = true")
        .await?;
    window
        .until(
            "a table",
            "return document.querySelectorAll('table tbody tr').length >= 20",
        )
        .await?;
    window.press("Day before").await?;
    window
        .until("another day", "return document.querySelectorAll('svg path').length > 0")
        .await?;
    window.close().await
}
