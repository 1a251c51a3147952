//! Who may do what: one table, printed in the docs and enforced by the cloud.
//!
//! Access to a command is a power, never a role; a role is a set of powers.

use serde::{Deserialize, Serialize};

/// What somebody is in a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Made the family or was handed it.
    Owner,
    /// Grown-up member.
    Adult,
    /// Child.
    Child,
    /// Somebody who stays for a while.
    Guest,
    /// The tablet on the fridge door.
    Kiosk,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Adult, Self::Child, Self::Guest, Self::Kiosk];
}

/// What a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// See the home: members, devices, alarms, food.
    SeeHome,
    /// Change what is in the pantry.
    EditFood,
    /// Look through the cameras.
    LookInside,
    /// See power, energy and cost.
    SeeEnergy,
    /// Add and remove devices.
    Pair,
    /// Rename the family and change its settings.
    Administer,
}

impl Power {
    /// Every power.
    pub const ALL: [Self; 6] = [
        Self::SeeHome,
        Self::EditFood,
        Self::LookInside,
        Self::SeeEnergy,
        Self::Pair,
        Self::Administer,
    ];
}

/// The powers of a role.
#[must_use]
pub const fn powers(role: Role) -> &'static [Power] {
    use Power::{Administer, EditFood, LookInside, Pair, SeeEnergy, SeeHome};
    match role {
        Role::Owner => &[SeeHome, EditFood, LookInside, SeeEnergy, Pair, Administer],
        Role::Adult => &[SeeHome, EditFood, LookInside, SeeEnergy, Pair],
        Role::Child => &[SeeHome, EditFood, LookInside],
        Role::Guest => &[SeeHome, EditFood],
        Role::Kiosk => &[SeeHome, EditFood, LookInside, SeeEnergy],
    }
}

impl Role {
    /// Whether the role has this power.
    #[must_use]
    pub fn may(self, power: Power) -> bool {
        powers(self).contains(&power)
    }
}
