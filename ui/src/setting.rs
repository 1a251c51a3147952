//! How a setting, and what became of an order, are said.

use hearth_contract::control::{
    Because, Control, Heating, HeatingPower, HeatingTime, Order, Oven, Property, Reported, Setting, Standing, Unit,
    Value,
};
use jiff::Timestamp;

use crate::{
    language::told,
    parts::badge::Mood,
    tell,
    words::{Text, say as w},
};

/// An order that the device may still obey.
#[must_use]
pub fn open(control: &Control) -> Option<&Order> {
    control.order.as_ref().filter(|order| order.standing.is_open())
}

/// What is wanted: by an order that is open, else as it is.
#[must_use]
pub fn wanted(control: &Control) -> Option<Setting> {
    let reported = control.reported.map(|reported| reported.setting);
    open(control).map(|order| order.setting).or(reported)
}

/// When an order came to its end; `None` while it is open.
#[must_use]
pub const fn ended(order: &Order) -> Option<Timestamp> {
    match order.standing {
        Standing::Queued | Standing::Sent => None,
        Standing::Done { at }
        | Standing::Refused { at, .. }
        | Standing::Expired { at }
        | Standing::Withdrawn { at } => Some(at),
    }
}

/// What people call a property.
#[must_use]
pub const fn called(property: Property) -> Text {
    match property {
        Property::Fridge => w::CONTROL_FRIDGE,
        Property::Freezer => w::CONTROL_FREEZER,
        Property::Holiday => w::CONTROL_HOLIDAY,
        Property::QuickCool => w::CONTROL_QUICK_COOL,
        Property::Light => w::CONTROL_LIGHT,
        Property::Restocking => w::CONTROL_RESTOCKING,
        Property::FridgeDoor => w::CONTROL_FRIDGE_DOOR,
        Property::FreezerDoor => w::CONTROL_FREEZER_DOOR,
        Property::Heating => w::CONTROL_HEATING,
    }
}

/// A value with its unit; a dash for none.
#[must_use]
pub fn value(setting: Option<Setting>) -> String {
    match setting.map(Setting::value) {
        None => "–".to_owned(),
        Some(Value::Number(number, unit)) => quantity(number, unit),
        Some(Value::Heating(heating)) => heated(heating),
        Some(Value::Switch(on)) => told(if on { w::CONTROL_ON } else { w::CONTROL_OFF }, &[]),
    }
}

fn heated(heating: Heating) -> String {
    let (power, time) = (watts(heating.power), tell::run_time(heating.run_for.seconds()));
    match heating.oven {
        Oven::Off => told(w::CONTROL_OFF, &[]),
        Oven::On => told(w::HEATING_LEFT, &[("power", &power), ("time", &time)]),
        Oven::Paused => told(w::HEATING_PAUSED, &[("time", &time)]),
    }
}

/// What somebody wants, in words: of an oven nothing is left yet.
#[must_use]
pub fn wish(setting: Setting) -> String {
    let Setting::Heating(heating) = setting else {
        return value(Some(setting));
    };
    let (power, time) = (watts(heating.power), tell::run_time(heating.run_for.seconds()));
    match heating.oven {
        Oven::Off => told(w::CONTROL_OFF, &[]),
        Oven::On => told(w::HEATING_FOR, &[("power", &power), ("time", &time)]),
        Oven::Paused => told(w::HEATING_HELD, &[]),
    }
}

/// A microwave's power.
#[must_use]
pub fn watts(power: HeatingPower) -> String {
    told(w::HEATING_WATTS, &[("n", &power.watts().to_string())])
}

/// What a device is set to by now, if it goes on as it said: an oven's time runs down.
#[must_use]
pub fn by_now(reported: Reported, now: Timestamp) -> Setting {
    let Setting::Heating(heating @ Heating { oven: Oven::On, .. }) = reported.setting else {
        return reported.setting;
    };
    let passed = u16::try_from(now.duration_since(reported.at).as_secs().max(0)).unwrap_or(u16::MAX);
    let left = HeatingTime::new(heating.run_for.seconds().saturating_sub(passed));
    Setting::Heating(match left {
        Some(run_for) => Heating { run_for, ..heating },
        None => heating.put(Oven::Off),
    })
}

/// A number with its unit.
#[must_use]
pub fn quantity(number: i8, unit: Unit) -> String {
    match unit {
        Unit::Celsius => tell::celsius(number.into(), 0),
        Unit::Minutes => told(w::CONTROL_MINUTES, &[("n", &number.to_string())]),
    }
}

/// What one less and one more of it are called.
#[must_use]
pub const fn steps(unit: Unit) -> (Text, Text) {
    match unit {
        Unit::Celsius => (w::CONTROL_COLDER, w::CONTROL_WARMER),
        Unit::Minutes => (w::CONTROL_SHORTER, w::CONTROL_LONGER),
    }
}

/// What became of an order: how it looks, in a word, and why.
#[must_use]
pub const fn standing(standing: Standing) -> (Mood, Text, Option<Text>) {
    match standing {
        Standing::Queued => (Mood::Soon, w::CONTROL_QUEUED, None),
        Standing::Sent => (Mood::Frost, w::CONTROL_SENT, None),
        Standing::Done { .. } => (Mood::Fresh, w::CONTROL_DONE, None),
        Standing::Refused { because, .. } => {
            let why = match because {
                Because::Holiday => w::CONTROL_BECAUSE_HOLIDAY,
                Because::Broken => w::CONTROL_BECAUSE_BROKEN,
                Because::DoorOpen => w::CONTROL_BECAUSE_DOOR,
                Because::TooLate => w::CONTROL_BECAUSE_TOO_LATE,
                Because::InHand => w::CONTROL_BECAUSE_IN_HAND,
                Because::Unknown => w::CONTROL_BECAUSE_UNKNOWN,
            };
            (Mood::Danger, w::CONTROL_REFUSED, Some(why))
        }
        Standing::Expired { .. } => (Mood::Soon, w::CONTROL_EXPIRED, Some(w::CONTROL_BECAUSE_EXPIRED)),
        Standing::Withdrawn { .. } => (Mood::Plain, w::CONTROL_WITHDRAWN, None),
    }
}
