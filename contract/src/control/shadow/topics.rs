//! The reserved topics of a thing's classic shadow.

use crate::ids::ThingName;

/// The topic at which a device writes its shadow.
#[must_use]
pub fn update(thing: &ThingName) -> String {
    format!("$aws/things/{thing}/shadow/update")
}

/// The topic at which a device hears what it does not do yet.
#[must_use]
pub fn delta(thing: &ThingName) -> String {
    format!("{}/delta", update(thing))
}

/// The topic at which a device asks for its shadow.
#[must_use]
pub fn get(thing: &ThingName) -> String {
    format!("$aws/things/{thing}/shadow/get")
}

/// The topic at which it hears its shadow.
#[must_use]
pub fn got(thing: &ThingName) -> String {
    format!("{}/accepted", get(thing))
}

/// The topic at which it hears why not: there may be none.
#[must_use]
pub fn not_got(thing: &ThingName) -> String {
    format!("{}/rejected", get(thing))
}

/// The topic at which a device hears why its shadow was not written.
#[must_use]
pub fn rejected(thing: &ThingName) -> String {
    format!("{}/rejected", update(thing))
}

/// The topic of the shadow after each change.
#[must_use]
pub fn documents(thing: &ThingName) -> String {
    format!("{}/documents", update(thing))
}
