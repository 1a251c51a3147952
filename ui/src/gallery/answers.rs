//! What the gallery's pages are answered: the contract's own samples, in every
//! state an answer can have. Nothing here is ever asked of anybody.

use hearth_contract::{
    Command, Failure, ItemId, Reason, Role, Seen, Source,
    alarm::Alarm,
    family::Member,
    live::{Camera, Cameras},
    meter::{AskDay, AskNow, Day, Now},
    pantry::{Change, Item},
    text::Name,
    units::Count,
};
use jiff::{SignedDuration, ToSpan};

use crate::{
    ask::{Answer, Ask},
    foods::FOODS,
};

/// A state of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing known yet.
    Loading,
    /// Refused.
    Failed,
    /// There is nothing.
    Empty,
    /// There is something of everything.
    Full,
    /// Kept from before, with names as long as they get.
    Long,
}

impl State {
    /// All of them, by name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("loading", Self::Loading),
        ("failed", Self::Failed),
        ("empty", Self::Empty),
        ("full", Self::Full),
        ("long", Self::Long),
    ];

    pub(super) fn ask<T: Clone + Send + Sync + 'static>(self, empty: T, full: T) -> Ask<T> {
        let at = Member::sample().joined_at;
        Ask::still(match self {
            Self::Loading => Answer::Loading,
            Self::Failed => Answer::Failed(Failure::new(Reason::CloudUnreachable), None),
            Self::Empty => Answer::Seen(Seen::now(empty, at)),
            Self::Full => Answer::Seen(Seen::now(full, at)),
            Self::Long => Answer::Seen(Seen {
                value: full,
                at,
                source: Source::Replica,
            }),
        })
    }

    pub(super) fn name(self, name: &str) -> Name {
        let long = format!("{name} from the long-established delicatessen behind the old town hall");
        let text = if self == Self::Long { &long } else { name };
        Name::parse(text).unwrap_or_else(|_| Member::sample().name)
    }

    /// Everybody.
    #[must_use]
    pub fn members(self) -> Ask<Vec<Member>> {
        let names = [
            ("Ana", Role::Owner),
            ("Leo", Role::Adult),
            ("Mei", Role::Child),
            ("Oma", Role::Guest),
        ];
        let member = |(name, role): &(&str, Role)| Member {
            name: self.name(name),
            role: *role,
            ..Member::sample()
        };
        self.ask(Vec::new(), names.iter().map(member).collect())
    }

    /// The food.
    #[must_use]
    pub fn items(self) -> Ask<Vec<Item>> {
        let items = FOODS.iter().take(9).enumerate().map(|(place, food)| {
            let sample = Item::sample();
            let days = i64::try_from(place).unwrap_or_default() - 1;
            Item {
                id: ItemId::sample(place as u128 + 1),
                name: self.name(food.en),
                food: food.key.parse().ok(),
                count: Count::new(place as u32 % 5 + 1).unwrap_or(Count::ONE),
                sighting: sample.sighting.filter(|_| place % 4 != 3),
                best_before: sample
                    .best_before
                    .and_then(|day| day.checked_add((days * 2 - 3).days()).ok()),
                added_at: sample.added_at,
            }
        });
        self.ask(Vec::new(), items.collect())
    }

    /// What the doors changed.
    #[must_use]
    pub fn changes(self) -> Ask<Vec<Change>> {
        let mut change = Change::sample();
        let line = change.lines.first().cloned();
        change
            .lines
            .extend(line.map(|line| hearth_contract::pantry::ChangeLine {
                name: Some(self.name("Milk")),
                food: "milk".parse().ok(),
                delta: -1,
                sure: false,
                ..line
            }));
        let earlier = Change {
            id: hearth_contract::ChangeId::sample(2),
            at: change.at - SignedDuration::from_hours(3),
            lines: Vec::new(),
            ..change.clone()
        };
        self.ask(Vec::new(), vec![change, earlier])
    }

    /// The cameras.
    #[must_use]
    pub fn cameras(self) -> Ask<Vec<Camera>> {
        let mut cameras = Cameras::sample_reply().value;
        let second = cameras.first().cloned().map(|camera| Camera {
            camera: "door".parse().unwrap_or(camera.camera.clone()),
            ..camera
        });
        cameras.extend(second);
        self.ask(Vec::new(), cameras)
    }

    /// The power now.
    #[must_use]
    pub fn now(self) -> Ask<Vec<Now>> {
        self.ask(Vec::new(), AskNow::sample_reply().value)
    }

    /// A day's curve; `before` is the day before, known to its end.
    #[must_use]
    pub fn day(self, before: bool) -> Ask<Day> {
        let sample = AskDay::sample_reply().value;
        let used = |slot: usize| {
            let hour = slot as f64 / 12.0 + f64::from(before);
            let peak = |at: f64, wide: f64| (-((hour - at) / wide).powi(2)).exp();
            let wobble = ((slot * 37 % 11) as f64 - 5.0) * 0.5;
            hearth_contract::units::WattHours(14.0 + 60.0 * peak(7.5, 1.4) + 95.0 * peak(19.0, 2.0) + wobble)
        };
        let used_wh = (0..288)
            .map(|slot| (before || slot < 205).then(|| used(slot)))
            .collect();
        let day = if before {
            sample.day.yesterday().unwrap_or(sample.day)
        } else {
            sample.day
        };
        let empty = Day {
            used_wh: vec![None; 288],
            day,
            ..sample.clone()
        };
        self.ask(empty, Day { used_wh, day, ..sample })
    }

    /// The alarms that are not over.
    #[must_use]
    pub fn alarms(self) -> Vec<Alarm> {
        if matches!(self, Self::Full | Self::Long) {
            vec![Alarm::sample(), Alarm::sample_warm(), Alarm::sample_acknowledged()]
        } else {
            Vec::new()
        }
    }
}
