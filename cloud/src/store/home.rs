//! The right to touch a family's data.
//!
//! Only the store makes a [`Home`], and only where it has just seen why: a
//! member asks, a paired device speaks, the family was just made, or a job says
//! for which home it was written.

use hearth_contract::FamilyId;
use serde::{Deserialize, Serialize};

/// A family whose data may be read and written now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Home(FamilyId);

impl Home {
    pub(super) const fn of(family: FamilyId) -> Self {
        Self(family)
    }

    /// The family.
    pub const fn family(self) -> FamilyId {
        self.0
    }

    /// As a column holds it.
    pub(super) fn text(self) -> String {
        self.0.to_string()
    }
}
