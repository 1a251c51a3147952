//! The edits that can wait, and what each does to the food.

use hearth_contract::{
    Failure, FamilyId,
    pantry::{Add, Item, Remove},
    rest::RestCall,
    units::Count,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dispatch::{Queueable, rest_of};

/// A queued command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Edit {
    /// Something was put in.
    Add(Add),
    /// Something was taken out.
    Remove(Remove),
}

impl Queueable for Add {
    fn edit(self) -> Edit {
        Edit::Add(self)
    }
}

impl Queueable for Remove {
    fn edit(self) -> Edit {
        Edit::Remove(self)
    }
}

impl Edit {
    /// Whose food it is about.
    pub(crate) fn family(&self) -> FamilyId {
        match self {
            Self::Add(add) => add.family,
            Self::Remove(remove) => remove.family,
        }
    }

    /// As it is sent.
    ///
    /// # Errors
    /// `Internal`: a fault of the contract.
    pub(crate) fn rest(&self) -> Result<RestCall, Failure> {
        match self {
            Self::Add(add) => rest_of(add),
            Self::Remove(remove) => rest_of(remove),
        }
    }

    /// What it does to the food, made at that instant.
    pub(crate) fn apply(&self, items: &mut Vec<Item>, at: Timestamp) {
        match self {
            Self::Add(add) => {
                items.retain(|item| item.id != add.item);
                items.push(Item {
                    id: add.item,
                    name: add.name.clone(),
                    food: add.food.clone(),
                    count: add.count,
                    sighting: None,
                    best_before: add.best_before,
                    added_at: at,
                });
            }
            Self::Remove(remove) => items.retain_mut(|item| {
                if item.id != remove.item {
                    return true;
                }
                let left = item.count.get().checked_sub(remove.count.get()).and_then(Count::new);
                item.count = left.unwrap_or(item.count);
                left.is_some()
            }),
        }
    }
}
