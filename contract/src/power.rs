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
    /// Set what devices do.
    Control,
    /// Add and remove devices.
    Pair,
    /// Invite people, see and revoke invitations.
    Invite,
    /// See who joined, left, paired and looked.
    SeeAudit,
    /// Go, by oneself.
    Leave,
    /// Rename the family, change roles, put members out, hand over.
    Administer,
}

impl Power {
    /// Every power.
    pub const ALL: [Self; 10] = [
        Self::SeeHome,
        Self::EditFood,
        Self::LookInside,
        Self::SeeEnergy,
        Self::Control,
        Self::Pair,
        Self::Invite,
        Self::SeeAudit,
        Self::Leave,
        Self::Administer,
    ];
}

/// The powers of a role.
#[must_use]
pub const fn powers(role: Role) -> &'static [Power] {
    use Power::{Administer, Control, EditFood, Invite, Leave, LookInside, Pair, SeeAudit, SeeEnergy, SeeHome};
    match role {
        Role::Owner => &[
            SeeHome, EditFood, LookInside, SeeEnergy, Control, Pair, Invite, SeeAudit, Leave, Administer,
        ],
        Role::Adult => &[
            SeeHome, EditFood, LookInside, SeeEnergy, Control, Pair, Invite, SeeAudit, Leave,
        ],
        Role::Child => &[SeeHome, EditFood, LookInside, Leave],
        Role::Guest => &[SeeHome, EditFood, Leave],
        Role::Kiosk => &[SeeHome, EditFood, LookInside, SeeEnergy, Control],
    }
}

impl Role {
    /// Whether the role has this power.
    #[must_use]
    pub fn may(self, power: Power) -> bool {
        powers(self).contains(&power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word<T: Serialize>(value: &T) -> String {
        serde_json::to_value(value).unwrap().as_str().unwrap().replace('_', " ")
    }

    #[test]
    fn the_docs_print_this_table() {
        let roles: Vec<String> = Role::ALL.iter().map(word).collect();
        let mut table = format!(
            "| power | {} |\n|---|{}\n",
            roles.join(" | "),
            "---|".repeat(roles.len())
        );
        for power in Power::ALL {
            let cells: Vec<&str> = Role::ALL
                .iter()
                .map(|role| if role.may(power) { "yes" } else { "–" })
                .collect();
            table.push_str(&format!("| {} | {} |\n", word(&power), cells.join(" | ")));
        }
        let docs = include_str!("../../docs/powers.md");
        assert!(docs.contains(&table), "docs/powers.md must hold\n{table}");
    }
}
