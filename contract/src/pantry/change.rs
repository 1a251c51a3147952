//! What a closing door changed, and the law of what was seen again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Area, Item, Sighting, sample_food};
use crate::{
    family::sample_instant,
    ids::{ChangeId, FoodKey, ItemId, PictureId, ThingName},
    session::sample_name,
    text::Name,
};

/// What was seen to change between two closings of a door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// The fridge.
    pub thing: ThingName,
    /// When the door closed.
    pub at: Timestamp,
    /// The shelves before; `None` the first time.
    #[serde(default)]
    pub before: Option<PictureId>,
    /// The shelves after.
    pub after: PictureId,
    /// What changed. Empty: the door was closed and nothing changed.
    pub lines: Vec<ChangeLine>,
    /// What the family said to it.
    pub settled: Settled,
}

/// One line of a change: "+2 eggs", "−1 milk?".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeLine {
    /// The item this is about; `None` while it is only a guess.
    #[serde(default)]
    pub item: Option<ItemId>,
    /// What it is called; `None` when only "something" is known.
    #[serde(default)]
    pub name: Option<Name>,
    /// The food of the catalogue it is.
    #[serde(default)]
    pub food: Option<FoodKey>,
    /// How many more (or, negative, less).
    pub delta: i32,
    /// Sure enough to change the list.
    pub sure: bool,
    /// Where in the picture.
    pub area: Area,
}

/// What the family said to a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// Nothing yet.
    Open,
    /// That's right.
    Confirmed,
    /// Taken back.
    Undone,
}

impl Change {
    /// The law of seeing again: what stood in the picture before, and is in no
    /// doubt, stands in the picture after as well. The item's new sighting;
    /// `None` where the change says nothing of it.
    #[must_use]
    pub fn seen_again(&self, item: &Item) -> Option<Sighting> {
        let sighting = item.sighting.as_ref()?;
        let was_there = sighting.thing == self.thing && self.before == Some(sighting.picture);
        let in_doubt = |line: &ChangeLine| !line.sure && line.area.touches(&sighting.area);
        (was_there && !self.lines.iter().any(in_doubt)).then(|| Sighting {
            picture: self.after,
            at: self.at,
            ..sighting.clone()
        })
    }

    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            id: ChangeId::sample(1),
            thing: crate::device::Device::sample().thing,
            at: sample_instant(),
            before: Some(PictureId::sample(1)),
            after: PictureId::sample(2),
            lines: vec![ChangeLine {
                item: Some(ItemId::sample(1)),
                name: Some(sample_name("Tomatoes")),
                food: sample_food(),
                delta: 2,
                sure: true,
                area: Area {
                    x: 0.1,
                    y: 0.6,
                    w: 0.25,
                    h: 0.3,
                },
            }],
            settled: Settled::Open,
        }
    }
}
