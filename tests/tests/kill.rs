//! Power cuts: nothing acknowledged is lost.

use std::time::Duration;

use anyhow::{Result, ensure};
use hearth_contract::{
    ItemId,
    host::Answer,
    pantry::{Add, List},
    text::Name,
    units::Count,
};
use hearth_tests::{
    hub::Hub,
    page::{Page, new_call},
};

/// How often the power goes.
const ROUNDS: usize = 100;

/// Each round adds food as fast as it can and pulls the plug somewhere in the
/// middle; what had been answered `Done` must be there when the hub is back.
#[tokio::test]
async fn a_hub_killed_a_hundred_times_keeps_everything_it_acknowledged() -> Result<()> {
    let mut hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    let mut kept = Vec::new();
    for round in 0..ROUNDS {
        let cut =
            tokio::time::sleep_until(tokio::time::Instant::now() + Duration::from_millis(5 + (round as u64 * 37) % 90));
        tokio::pin!(cut);
        loop {
            let item = ItemId(uuid::Uuid::now_v7());
            let add = Add {
                family: family.id,
                item,
                name: Name::parse(&format!("Jar {round}"))?,
                food: None,
                count: Count::ONE,
                best_before: None,
            };
            tokio::select! {
                () = &mut cut => break,
                answer = page.send(new_call(), &add) => if let Ok(Answer::Done(_)) = answer { kept.push(item) },
            }
        }
        hub.power_cut().await?;
    }
    let there: Vec<ItemId> = page
        .call(List { family: family.id })
        .await?
        .value
        .into_iter()
        .map(|item| item.id)
        .collect();
    let lost: Vec<_> = kept.iter().filter(|item| !there.contains(item)).collect();
    ensure!(
        lost.is_empty(),
        "{} of {} acknowledged edits are lost",
        lost.len(),
        kept.len()
    );
    ensure!(
        kept.len() > ROUNDS / 2,
        "only {} edits were acknowledged: the test proves too little",
        kept.len()
    );
    Ok(())
}
