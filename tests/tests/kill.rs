//! Power cuts: killed between any two steps and asked again with the same id,
//! the hub gives the same reply, has done it once, and has lost nothing.

mod kill {
    mod button;
    mod device;
    mod job;
    mod rotation;
    mod update;
}

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use hearth_contract::{
    CallId, ItemId,
    family::Family,
    host::Answer,
    pantry::{Add, List},
    text::Name,
    units::Count,
};
use hearth_tests::{
    hub::{BRINKS, Hub},
    page::{Page, new_call},
};

/// How often the power goes.
const ROUNDS: usize = 100;

#[tokio::test]
async fn a_hub_killed_at_every_named_point_keeps_what_it_acknowledged_and_does_it_once() -> Result<()> {
    let mut hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    page.pair(&hub, &family, "fridge").await?;
    let mut edits: HashMap<CallId, Add> = HashMap::new();
    let mut cuts = 0;
    for round in 0..ROUNDS {
        let passes = 1 + (round / BRINKS.len()) % 4;
        hub.cut_at(&format!("{}:{passes}", BRINKS[round % BRINKS.len()]))
            .await?;
        live_until_the_cut(&mut hub, &page, &family, round, &mut edits).await?;
        cuts += usize::from(hub.is_off()?);
        hub.power_cut().await?;
    }
    ensure!(
        cuts >= ROUNDS * 9 / 10,
        "only {cuts} of {ROUNDS} cuts happened at their point"
    );
    for (call, add) in &edits {
        let answer = page.send(*call, add).await?;
        ensure!(
            matches!(answer, Answer::Done(_)),
            "asked again, an edit is answered with {answer:?}"
        );
    }
    let mut there: HashMap<ItemId, u32> = HashMap::new();
    for item in page.call(List { family: family.id }).await?.value {
        *there.entry(item.id).or_default() += item.count.get();
    }
    for add in edits.values() {
        ensure!(
            there.get(&add.item) == Some(&1),
            "an edit is there {:?} times",
            there.get(&add.item)
        );
    }
    let shelf = hub.home().await?["contents"].as_array().map_or(0, Vec::len);
    ensure!(
        there.len() >= edits.len() + shelf,
        "what is on the shelf is on the list"
    );
    Ok(())
}

/// Adds food by hand and at the door until the hub is gone, or long enough.
async fn live_until_the_cut(
    hub: &mut Hub,
    page: &Page,
    family: &Family,
    round: usize,
    edits: &mut HashMap<CallId, Add>,
) -> Result<()> {
    for n in 0..40 {
        if hub.is_off()? {
            return Ok(());
        }
        let (call, add) = (new_call(), jar(family, round)?);
        let answer = page.send(call, &add).await;
        if !matches!(answer, Ok(Answer::Refused(_))) {
            // Done, waiting, or cut off in the middle: asked again it must be done, once.
            edits.insert(call, add);
        }
        // The controls go with the hub; that is the point.
        let _ = hub
            .visit(if n % 2 == 0 { "lemon" } else { "egg" }, if n % 4 < 2 { 1 } else { -1 })
            .await;
    }
    Ok(())
}

fn jar(family: &Family, round: usize) -> Result<Add> {
    Ok(Add {
        family: family.id,
        item: ItemId(new_call().0),
        name: Name::parse(&format!("Jar {round}")).context("a name")?,
        food: None,
        count: Count::ONE,
        best_before: None,
    })
}
