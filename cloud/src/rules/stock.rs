//! How the list changes: every item that is set or goes is told to the journal.

use hearth_contract::{
    Failure, FoodKey, HomeEvent, ItemId, ThingName,
    pantry::{Item, PantryEvent, Sighting},
    text::Name,
    units::Count,
};

use crate::{
    store::{self, Home, changes::Applied},
    unit::Work,
};

/// A food that was seen to come in.
pub(super) struct Arrival<'a> {
    pub food: &'a FoodKey,
    pub name: &'a Name,
    pub sighting: Sighting,
    pub count: Count,
}

/// Writes an item and tells it.
pub(super) async fn set(work: &mut Work, home: Home, item: &Item) -> Result<(), Failure> {
    store::items::set(work.tx(), home, item).await?;
    work.tell(home, HomeEvent::Pantry(PantryEvent::ItemSet { item: item.clone() }))
        .await
}

/// Adds to an item or, with a negative number, takes from it; taking all removes it.
pub(super) async fn add_to(work: &mut Work, home: Home, mut item: Item, delta: i64) -> Result<(), Failure> {
    match clamp(i64::from(item.count.get()) + delta) {
        Some(count) => {
            item.count = count;
            set(work, home, &item).await
        }
        None => {
            store::items::remove(work.tx(), home, item.id).await?;
            work.tell(home, HomeEvent::Pantry(PantryEvent::ItemGone { item: item.id }))
                .await
        }
    }
}

/// Puts a food that was seen on the list: to the item last seen in the same
/// fridge, else to the oldest of that food, else as a new item.
pub(super) async fn bring(work: &mut Work, home: Home, arrival: Arrival<'_>) -> Result<Applied, Failure> {
    let items = store::items::of_food(work.tx(), home, arrival.food).await?;
    let here = items
        .iter()
        .position(|item| is_in(item, &arrival.sighting.thing))
        .unwrap_or(0);
    let found = items.into_iter().nth(here);
    let before = found.as_ref().map_or(0, |item| i64::from(item.count.get()));
    let mut item = match found {
        Some(item) => item,
        None => Item {
            id: ItemId(work.mint()?),
            name: arrival.name.clone(),
            food: Some(arrival.food.clone()),
            count: arrival.count,
            sighting: None,
            best_before: None,
            added_at: work.now(),
        },
    };
    item.count = clamp(before + i64::from(arrival.count.get())).unwrap_or(arrival.count);
    item.sighting = Some(arrival.sighting);
    set(work, home, &item).await?;
    let delta = i64::from(item.count.get()) - before;
    Ok(Applied { item, delta })
}

/// Takes a food off the list: first what was last seen in this fridge, then the oldest.
pub(super) async fn take(
    work: &mut Work,
    home: Home,
    (thing, food): (&ThingName, &FoodKey),
    count: u32,
) -> Result<Vec<Applied>, Failure> {
    let mut items = store::items::of_food(work.tx(), home, food).await?;
    items.sort_by_key(|item| !is_in(item, thing));
    let mut left = i64::from(count);
    let mut applied = Vec::new();
    for item in items {
        if left == 0 {
            break;
        }
        let taken = left.min(i64::from(item.count.get()));
        left -= taken;
        add_to(work, home, item.clone(), -taken).await?;
        applied.push(Applied { item, delta: -taken });
    }
    Ok(applied)
}

/// Takes back what a change did, as far as nobody has done so already.
pub(super) async fn reverse(work: &mut Work, home: Home, applied: &Applied) -> Result<(), Failure> {
    match store::items::one(work.tx(), home, applied.item.id).await? {
        Some(item) => add_to(work, home, item, -applied.delta).await,
        None => match clamp(-applied.delta) {
            Some(count) => {
                set(
                    work,
                    home,
                    &Item {
                        count,
                        ..applied.item.clone()
                    },
                )
                .await
            }
            None => Ok(()),
        },
    }
}

fn is_in(item: &Item, thing: &ThingName) -> bool {
    item.sighting.as_ref().is_some_and(|sighting| sighting.thing == *thing)
}

/// As a count: `None` for nothing left, and never more than a count holds.
fn clamp(count: i64) -> Option<Count> {
    Count::new(u32::try_from(count.min(999)).ok()?)
}
