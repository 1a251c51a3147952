//! The food of one family as the cloud has it, folded from its list and the
//! journal's entries after it.
//!
//! Entries say what an item is now, not by how much it changed, so folding one
//! twice, or one that the list already held, does no harm.

use hearth_contract::{
    Seen, Source, ThingName,
    pantry::{Item, PantryEvent},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known of one family.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shelf {
    /// The last entry of the journal that was folded.
    pub(crate) seq: Option<u64>,
    /// The food, if it was ever asked for.
    pub(crate) list: Option<Seen<Vec<Item>>>,
}

impl Shelf {
    /// The cloud answered with the whole list.
    pub(crate) fn fetched(&mut self, list: Seen<Vec<Item>>) {
        self.list = Some(list);
    }

    /// Something happened to the food.
    pub(crate) fn fold(&mut self, event: &PantryEvent, at: Timestamp) {
        let Some(list) = &mut self.list else { return };
        match event {
            PantryEvent::ItemSet { item } => {
                list.value.retain(|known| known.id != item.id);
                list.value.push(item.clone());
            }
            PantryEvent::ItemGone { item } => list.value.retain(|known| known.id != *item),
            PantryEvent::Changed { change } => {
                for item in &mut list.value {
                    if let Some(sighting) = change.seen_again(item) {
                        item.sighting = Some(sighting);
                    }
                }
            }
            PantryEvent::Settled { .. } => {}
        }
        list.at = list.at.max(at);
        list.source = Source::Cloud;
        sort(&mut list.value);
    }

    /// A device was let go.
    pub(crate) fn forget(&mut self, thing: &ThingName) {
        self.change(|items| items.iter_mut().for_each(|item| item.forget(thing)));
    }

    /// An edit of ours was taken.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Vec<Item>)) {
        if let Some(list) = &mut self.list {
            change(&mut list.value);
            sort(&mut list.value);
        }
    }
}

/// What expires first before the rest, then what came first.
pub(crate) fn sort(items: &mut [Item]) {
    items.sort_by_key(|item| (item.best_before.is_none(), item.best_before, item.added_at, item.id));
}
