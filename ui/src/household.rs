//! Whose pages these are, and where their pictures come from.

use hearth_contract::{FamilyId, PictureId, Power, family::Family};
use leptos::prelude::*;

/// The family whose pages these are.
#[derive(Clone, Copy)]
pub struct Household(pub Signal<Family>);

impl Household {
    /// The family of this page.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Its id, as it is when asked.
    #[must_use]
    pub fn id(self) -> FamilyId {
        self.0.with(|family| family.id)
    }

    /// Whether the reader may do this here.
    #[must_use]
    pub fn may(self, power: Power) -> bool {
        self.0.with(|family| family.role.may(power))
    }

    /// Where its days begin and end.
    #[must_use]
    pub fn zone(self) -> String {
        self.0.with(|family| family.zone.as_str().to_owned())
    }
}

/// Where the page finds a stored picture: the host knows.
#[derive(Clone, Copy)]
pub struct Pictures(pub fn(FamilyId, PictureId) -> String);

impl Pictures {
    /// As it is on this page.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }
}
