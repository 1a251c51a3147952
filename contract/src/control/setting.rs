//! What can be set on a device, and between which values.

use serde::{Deserialize, Serialize};

use super::{Heating, ON_ITS_WAY_FOR, ORDER_FOR, Oven};
use crate::{
    device::Hardware,
    ids::DoorId,
    units::{Seconds, SetPoint},
};

/// The set point of a refrigerator's compartment, °C.
pub type FridgeSetPoint = SetPoint<1, 9>;
/// The set point of a freezer's compartment, °C.
pub type FreezerSetPoint = SetPoint<-26, -14>;
/// How long a door may stand open before everybody is called, minutes.
pub type DoorLimit = SetPoint<2, 30>;

/// How long quick cool lasts: it ends by itself.
pub const QUICK_COOL_FOR: Seconds = Seconds(2 * 3600);
/// How long doors may stand open for restocking: it ends by itself.
pub const RESTOCK_FOR: Seconds = Seconds(1200);

/// What can be set on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// The refrigerator compartment's set point.
    Fridge,
    /// The freezer compartment's set point.
    Freezer,
    /// Holiday mode: the refrigerator compartment is empty and kept mild.
    Holiday,
    /// Quick cool: as cold as it can for [`QUICK_COOL_FOR`], after shopping.
    QuickCool,
    /// The light inside.
    Light,
    /// Somebody puts food in: no door alarms for [`RESTOCK_FOR`].
    Restocking,
    /// How long the refrigerator's door may stand open.
    FridgeDoor,
    /// How long the freezer's door may stand open.
    FreezerDoor,
    /// What a microwave does.
    Heating,
}

/// A property with its value; in JSON one field, `{"fridge": 4}`, as the
/// device's shadow has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// [`Property::Fridge`].
    Fridge(FridgeSetPoint),
    /// [`Property::Freezer`].
    Freezer(FreezerSetPoint),
    /// [`Property::Holiday`].
    Holiday(bool),
    /// [`Property::QuickCool`].
    QuickCool(bool),
    /// [`Property::Light`].
    Light(bool),
    /// [`Property::Restocking`].
    Restocking(bool),
    /// [`Property::FridgeDoor`].
    FridgeDoor(DoorLimit),
    /// [`Property::FreezerDoor`].
    FreezerDoor(DoorLimit),
    /// [`Property::Heating`].
    Heating(Heating),
}

/// What a setting is set to, whatever it sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// So many.
    Number(i8, Unit),
    /// On or off.
    Switch(bool),
    /// What an oven does.
    Heating(Heating),
}

/// Of what there are so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// °C.
    Celsius,
    /// Minutes.
    Minutes,
}

impl Setting {
    /// What it sets.
    #[must_use]
    pub const fn property(self) -> Property {
        match self {
            Self::Fridge(_) => Property::Fridge,
            Self::Freezer(_) => Property::Freezer,
            Self::Holiday(_) => Property::Holiday,
            Self::QuickCool(_) => Property::QuickCool,
            Self::Light(_) => Property::Light,
            Self::Restocking(_) => Property::Restocking,
            Self::FridgeDoor(_) => Property::FridgeDoor,
            Self::FreezerDoor(_) => Property::FreezerDoor,
            Self::Heating(_) => Property::Heating,
        }
    }

    /// What it is set to.
    #[must_use]
    pub const fn value(self) -> Value {
        match self {
            Self::Fridge(point) => Value::Number(point.get(), Unit::Celsius),
            Self::Freezer(point) => Value::Number(point.get(), Unit::Celsius),
            Self::FridgeDoor(limit) | Self::FreezerDoor(limit) => Value::Number(limit.get(), Unit::Minutes),
            Self::Holiday(on) | Self::QuickCool(on) | Self::Light(on) | Self::Restocking(on) => Value::Switch(on),
            Self::Heating(heating) => Value::Heating(heating),
        }
    }

    /// The same property at another number; `None` for a switch, and for a
    /// number the device does not take.
    #[must_use]
    pub fn at(self, number: i8) -> Option<Self> {
        match self {
            Self::Fridge(_) => SetPoint::new(number).map(Self::Fridge),
            Self::Freezer(_) => SetPoint::new(number).map(Self::Freezer),
            Self::FridgeDoor(_) => SetPoint::new(number).map(Self::FridgeDoor),
            Self::FreezerDoor(_) => SetPoint::new(number).map(Self::FreezerDoor),
            Self::Holiday(_) | Self::QuickCool(_) | Self::Light(_) | Self::Restocking(_) | Self::Heating(_) => None,
        }
    }

    /// The same property on or off; `None` for a number.
    #[must_use]
    pub const fn turned(self, on: bool) -> Option<Self> {
        match self {
            Self::Holiday(_) => Some(Self::Holiday(on)),
            Self::QuickCool(_) => Some(Self::QuickCool(on)),
            Self::Light(_) => Some(Self::Light(on)),
            Self::Restocking(_) => Some(Self::Restocking(on)),
            Self::Fridge(_) | Self::Freezer(_) | Self::FridgeDoor(_) | Self::FreezerDoor(_) | Self::Heating(_) => None,
        }
    }

    /// Whether a device that was set to this and is left alone is set to that
    /// later: an oven's time runs down.
    #[must_use]
    pub fn goes_on_as(self, later: Self) -> bool {
        match (self, later) {
            (Self::Heating(before), Self::Heating(after)) => before.oven == after.oven && before.power == after.power,
            _ => self == later,
        }
    }

    /// Whether it ends what a device does, which is never too late.
    #[must_use]
    pub fn stops(self) -> bool {
        matches!(self, Self::Heating(wish) if wish.oven != Oven::On)
    }

    /// After what time the device turns it off by itself; `None`: it does not.
    #[must_use]
    pub const fn ends_after(self) -> Option<Seconds> {
        match self {
            Self::QuickCool(true) => Some(QUICK_COOL_FOR),
            Self::Restocking(true) => Some(RESTOCK_FOR),
            _ => None,
        }
    }
}

impl Property {
    /// How long an order of it waits for its device; `None`: it does not, the
    /// device must be there. Nobody wants an oven that starts when they have gone.
    #[must_use]
    pub const fn waits_for(self) -> Option<Seconds> {
        match self {
            Self::Heating => None,
            _ => Some(ORDER_FOR),
        }
    }

    /// How long an order of it is good. A device that hears an older one does not obey.
    #[must_use]
    pub fn good_for(self) -> Seconds {
        self.waits_for().unwrap_or(ON_ITS_WAY_FOR)
    }

    /// What says how long this door may stand open; `None` if nothing does.
    #[must_use]
    pub fn of_door(door: &DoorId) -> Option<Self> {
        match door.as_str() {
            "fridge" => Some(Self::FridgeDoor),
            "freezer" => Some(Self::FreezerDoor),
            _ => None,
        }
    }
}

/// How long this door may stand open by these settings; as a new device has it
/// where they don't say.
#[must_use]
pub fn door_limit(settings: &[Setting], door: &DoorId) -> Seconds {
    let of_door = |setting: &&Setting| Some(setting.property()) == Property::of_door(door);
    match settings.iter().find(of_door).map(|setting| setting.value()) {
        Some(Value::Number(minutes, Unit::Minutes)) => Seconds(u64::from(minutes.unsigned_abs()) * 60),
        _ => crate::alarm::DOOR_OPEN_FOR,
    }
}

impl Hardware {
    /// What can be set on such a device, in the order people look for it.
    #[must_use]
    pub const fn properties(self) -> &'static [Property] {
        match self {
            Self::Fridge => &[
                Property::Fridge,
                Property::Freezer,
                Property::QuickCool,
                Property::Holiday,
                Property::Light,
                Property::Restocking,
                Property::FridgeDoor,
                Property::FreezerDoor,
            ],
            Self::Microwave => &[Property::Heating],
            Self::Meter | Self::Tablet => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: i8) -> DoorLimit {
        DoorLimit::new(minutes).unwrap()
    }

    #[test]
    fn a_number_stays_within_what_the_device_takes_and_a_switch_is_none() {
        let limit = Setting::FreezerDoor(minutes(10));
        assert_eq!(limit.at(30), Some(Setting::FreezerDoor(minutes(30))));
        assert_eq!(limit.at(31), None);
        assert_eq!(limit.turned(true), None);
        assert_eq!(Setting::Restocking(false).turned(true), Some(Setting::Restocking(true)));
        assert_eq!(Setting::Restocking(false).at(2), None);
    }

    #[test]
    fn each_door_has_its_own_limit() {
        let settings = [Setting::FridgeDoor(minutes(5)), Setting::FreezerDoor(minutes(2))];
        let limit = |door: &str| door_limit(&settings, &door.parse().unwrap());
        assert_eq!(limit("fridge"), Seconds(300));
        assert_eq!(limit("freezer"), Seconds(120));
        assert_eq!(limit("drawer"), crate::alarm::DOOR_OPEN_FOR);
    }
}
