//! Whoever can prove who they are: a person by token or signature, a thing by
//! its certificate. What they may do is said elsewhere, by their role.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    event::Actor,
    ids::{PersonId, ThingName},
};

/// One who has proven who they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Principal {
    /// A person.
    Person(PersonId),
    /// A thing; of all things, only a paired tablet is anybody in a family.
    Thing(ThingName),
}

impl Principal {
    /// The person; `None` if it is a thing.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(*person),
            Self::Thing(_) => None,
        }
    }
}

/// A person's id or a thing's name, which never look alike.
impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => person.fmt(f),
            Self::Thing(thing) => thing.fmt(f),
        }
    }
}

impl From<Principal> for Actor {
    fn from(principal: Principal) -> Self {
        match principal {
            Principal::Person(person) => Self::Person(person),
            Principal::Thing(thing) => Self::Thing(thing),
        }
    }
}
