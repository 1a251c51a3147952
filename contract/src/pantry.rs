//! Food: what is in, where it was last seen, and, in `change`, what a closing
//! door changed.

mod change;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use change::{Change, ChangeLine, Settled};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    family::sample_instant,
    ids::{CameraId, ChangeId, FamilyId, FoodKey, ItemId, PictureId, ThingName},
    power::Power,
    seen::Seen,
    session::sample_name,
    text::{Name, Words},
    units::Count,
};

/// One food in the pantry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What it is called, as typed or recognised.
    pub name: Name,
    /// The food of the catalogue it is, if it is one.
    #[serde(default)]
    pub food: Option<FoodKey>,
    /// How many.
    pub count: Count,
    /// Where it was last seen; `None` when no camera of a device that is here
    /// has seen it.
    #[serde(default)]
    pub sighting: Option<Sighting>,
    /// The day it should be eaten by.
    #[serde(default)]
    pub best_before: Option<Date>,
    /// Since when it is in.
    pub added_at: Timestamp,
}

/// The last picture of a thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sighting {
    /// The fridge.
    pub thing: ThingName,
    /// Its camera.
    pub camera: CameraId,
    /// The picture.
    pub picture: PictureId,
    /// Where in the picture.
    pub area: Area,
    /// When.
    pub at: Timestamp,
}

/// A rectangle in a picture, as parts of its width and height: 0 is left and
/// top, 1 is right and bottom.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Area {
    /// Whether the two have a part in common.
    #[must_use]
    pub fn touches(&self, other: &Self) -> bool {
        let apart = self.x + self.w <= other.x
            || other.x + other.w <= self.x
            || self.y + self.h <= other.y
            || other.y + other.h <= self.y;
        !apart
    }
}

/// What happened to the food.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PantryEvent {
    /// An item is in, or has another count or sighting.
    ItemSet {
        /// As it is now.
        item: Item,
    },
    /// An item is gone.
    ItemGone {
        /// Which.
        item: ItemId,
    },
    /// A door closed and the shelves were compared. Items that were
    /// [seen again](Change::seen_again) have a new sighting.
    Changed {
        /// What was seen.
        change: Change,
    },
    /// The family said something to a change.
    Settled {
        /// Which.
        change: ChangeId,
        /// What.
        settled: Settled,
    },
}

impl PantryEvent {
    /// Who may read it.
    #[must_use]
    pub const fn read_by(&self) -> Power {
        match self {
            Self::ItemSet { .. } | Self::ItemGone { .. } | Self::Changed { .. } | Self::Settled { .. } => {
                Power::SeeHome
            }
        }
    }
}

/// `GET /families/{family}/pantry`: everything that is in, what expires first before the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// The family.
    pub family: FamilyId,
}

/// `POST /families/{family}/pantry`: something was put in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Add {
    /// The family.
    pub family: FamilyId,
    /// The new item's id, minted by whoever adds it.
    pub item: ItemId,
    /// What it is.
    pub name: Name,
    /// The food of the catalogue it is.
    #[serde(default)]
    pub food: Option<FoodKey>,
    /// How many.
    pub count: Count,
    /// The day it should be eaten by.
    #[serde(default)]
    pub best_before: Option<Date>,
}

/// `POST /families/{family}/pantry/{item}/removals`: something was taken out. More than is in takes all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    /// The family.
    pub family: FamilyId,
    /// The item.
    pub item: ItemId,
    /// How many.
    pub count: Count,
}

/// Searches the replica: works without a network. Best match first; no words find all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// The family.
    pub family: FamilyId,
    /// What somebody types, in any language the catalogue knows.
    pub words: Words,
}

/// `GET /families/{family}/changes`: the last twenty, latest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// The family.
    pub family: FamilyId,
}

/// `PUT /families/{family}/changes/{change}`: says that a change is right, or takes it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settle {
    /// The family.
    pub family: FamilyId,
    /// The change.
    pub change: ChangeId,
    /// `Confirmed` or `Undone`.
    pub settled: Settled,
}

impl Item {
    /// The device was let go: its pictures are, too.
    pub fn forget(&mut self, thing: &ThingName) {
        if self.sighting.as_ref().is_some_and(|sighting| sighting.thing == *thing) {
            self.sighting = None;
        }
    }

    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            id: ItemId::sample(1),
            name: sample_name("Tomatoes"),
            food: sample_food(),
            count: Count::ONE,
            sighting: Some(Sighting {
                thing: crate::device::Device::sample().thing,
                camera: sample_camera(),
                picture: PictureId::sample(1),
                area: Area {
                    x: 0.1,
                    y: 0.6,
                    w: 0.25,
                    h: 0.3,
                },
                at: sample_instant(),
            }),
            best_before: Some(jiff::civil::date(2026, 11, 24)),
            added_at: sample_instant(),
        }
    }
}

fn sample_food() -> Option<FoodKey> {
    "tomato".parse().ok()
}

pub(crate) fn sample_camera() -> CameraId {
    "shelves"
        .parse()
        .unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

impl Command for List {
    type Reply = Seen<Vec<Item>>;
    const NAME: &'static str = "pantry.list";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/pantry"), Access::Power(Power::SeeHome));
    // A device that is let go takes its pictures along.
    const HEARS: &'static [Hears] = &[Hears::Pantry, Hears::Device];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Item::sample()], sample_instant())
    }
}

impl Command for Add {
    type Reply = Item;
    const NAME: &'static str = "pantry.add";
    const GOES: Goes = Goes::Queued(Route::post("/families/{family}/pantry"), Access::Power(Power::EditFood));
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            item: ItemId::sample(2),
            name: sample_name("Milk"),
            food: "milk".parse().ok(),
            count: Count::ONE,
            best_before: None,
        }
    }
    fn sample_reply() -> Item {
        Item::sample()
    }
}

impl Command for Remove {
    type Reply = ();
    const NAME: &'static str = "pantry.remove";
    const GOES: Goes = Goes::Queued(
        Route::post("/families/{family}/pantry/{item}/removals"),
        Access::Power(Power::EditFood),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            item: ItemId::sample(1),
            count: Count::ONE,
        }
    }
    fn sample_reply() {}
}

impl Command for Search {
    type Reply = Seen<Vec<Item>>;
    const NAME: &'static str = "pantry.search";
    const GOES: Goes = Goes::Core;
    // A device that is let go takes its pictures along.
    const HEARS: &'static [Hears] = &[Hears::Pantry, Hears::Device];
    fn sample() -> Self {
        let words = Words::parse("xhs").unwrap_or_else(|_| unreachable!("samples are well-formed"));
        Self {
            family: FamilyId::sample(1),
            words,
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Item::sample()], sample_instant())
    }
}

impl Command for Changes {
    type Reply = Seen<Vec<Change>>;
    const NAME: &'static str = "pantry.changes";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/changes"), Access::Power(Power::SeeHome));
    // A device that is let go takes its pictures along.
    const HEARS: &'static [Hears] = &[Hears::Pantry, Hears::Device];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Change::sample()], sample_instant())
    }
}

impl Command for Settle {
    type Reply = ();
    const NAME: &'static str = "pantry.settle";
    const GOES: Goes = Goes::Cloud(
        Route::put("/families/{family}/changes/{change}"),
        Access::Power(Power::EditFood),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            change: ChangeId::sample(1),
            settled: Settled::Confirmed,
        }
    }
    fn sample_reply() {}
}

/// The commands of this feature.
#[macro_export]
macro_rules! pantry_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::pantry::List;
            queued $crate::pantry::Add;
            queued $crate::pantry::Remove;
            core $crate::pantry::Search;
            cloud $crate::pantry::Changes;
            cloud $crate::pantry::Settle;
        }
    };
}
