//! Temperatures inside a refrigerator, and from when food is too warm.

use serde::{Deserialize, Serialize};

use crate::{
    control::{Property, Setting, Value},
    ids::DoorId,
    units::{Celsius, Seconds},
};

/// How long a compartment may be too warm until everybody is called: as long as
/// it takes after shopping, and well before food spoils.
pub const TOO_WARM_FOR: Seconds = Seconds(3600);
/// How far above its set point a compartment may be, if that is more than its
/// own limit.
const ABOVE_SET_POINT: Celsius = Celsius::tenths(20);
/// How far below the limit it must come to be well again: a sensor trembles.
const WELL_BELOW: Celsius = Celsius::tenths(5);

/// A part of a refrigerator with a temperature of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compartment {
    /// Where food is kept cool.
    Fridge,
    /// Where food is kept frozen.
    Freezer,
}

impl Compartment {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Fridge, Self::Freezer];

    /// What its set point is; this is also what its temperature is shown beside.
    #[must_use]
    pub const fn set_point(self) -> Property {
        match self {
            Self::Fridge => Property::Fridge,
            Self::Freezer => Property::Freezer,
        }
    }

    /// Whose set point this is.
    #[must_use]
    pub fn of(property: Property) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.set_point() == property)
    }

    /// What is behind this door; `None` for one that nothing is kept behind.
    #[must_use]
    pub fn behind(door: &DoorId) -> Option<Self> {
        match door.as_str() {
            "fridge" => Some(Self::Fridge),
            "freezer" => Some(Self::Freezer),
            _ => None,
        }
    }

    /// What food may have for a while: the most at which chilled food may be
    /// kept, and what a two-star compartment keeps frozen food at.
    ///
    /// # Source
    /// The Food Safety and Hygiene (England) Regulations 2013, schedule 3;
    /// IEC 62552, two-star compartments.
    const fn limit(self) -> Celsius {
        match self {
            Self::Fridge => Celsius::tenths(80),
            Self::Freezer => Celsius::tenths(-120),
        }
    }

    /// Whether it is too warm by these settings; `was`: whether it was so far.
    /// A refrigerator on holiday is empty, and never too warm.
    #[must_use]
    pub fn is_too_warm(self, temperature: Celsius, settings: &[Setting], was: bool) -> bool {
        if self == Self::Fridge && settings.contains(&Setting::Holiday(true)) {
            return false;
        }
        let is_mine = |setting: &&Setting| setting.property() == self.set_point();
        let above = match settings.iter().find(is_mine).map(|setting| setting.value()) {
            Some(Value::Number(point, _)) => Celsius::tenths(10 * i16::from(point)).plus(ABOVE_SET_POINT),
            _ => self.limit(),
        };
        let limit = above.max(self.limit());
        match was {
            true => temperature.plus(WELL_BELOW) > limit,
            false => temperature > limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::FridgeSetPoint;

    #[test]
    fn it_is_too_warm_above_its_limit_and_well_again_clearly_below() {
        let warm = |tenths, was| Compartment::Freezer.is_too_warm(Celsius::tenths(tenths), &[], was);
        assert!(!warm(-120, false) && warm(-119, false));
        assert!(warm(-124, true) && !warm(-125, true));
    }

    #[test]
    fn who_wants_it_mild_is_not_called_for_that_and_a_holiday_is_not_food() {
        let nine = Setting::Fridge(FridgeSetPoint::new(9).unwrap());
        let warm =
            |tenths, settings: &[Setting]| Compartment::Fridge.is_too_warm(Celsius::tenths(tenths), settings, false);
        assert!(warm(95, &[]) && !warm(95, &[nine]) && warm(111, &[nine]));
        assert!(!warm(150, &[Setting::Holiday(true)]));
    }
}
