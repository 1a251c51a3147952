//! What members may become: leaving, being removed, other roles, handing over,
//! and saying goodbye to every family at once.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Member;
use crate::{
    command::{Access, Command, Goes, Route},
    ids::{FamilyId, PersonId},
    power::{Power, Role},
    session::sample_name,
    text::Name,
};

/// How somebody went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parting {
    /// By themselves.
    Left,
    /// Another member put them out.
    Removed,
    /// A guest's time was over.
    StayEnded,
}

/// `POST /families/{family}/leave`: is no member any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leave {
    /// The family.
    pub family: FamilyId,
}

/// `DELETE /families/{family}/members/{person}`: puts somebody out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemoveMember {
    /// The family.
    pub family: FamilyId,
    /// Who.
    pub person: PersonId,
}

/// `PUT /families/{family}/members/{person}/role`: what somebody is from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetRole {
    /// The family.
    pub family: FamilyId,
    /// Who.
    pub person: PersonId,
    /// The role; never the kiosk's.
    pub role: Role,
    /// The last day of a guest's stay, in the home's zone; only guests have one, and must.
    pub last_day: Option<Date>,
}

/// `POST /families/{family}/owner`: makes another member the owner; whoever
/// hands over stays as an adult.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    /// The family.
    pub family: FamilyId,
    /// To whom.
    pub person: PersonId,
}

/// `POST /farewell`: leaves every family, before an account is deleted. A family
/// nobody else is in is deleted with everything in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Farewell {}

/// What became of one family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goodbye {
    /// What the home is called.
    pub family: Name,
    /// What became of it.
    pub fate: Fate,
}

/// What went and what stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The membership went; the family and its data stay with the others.
    Left {
        /// Lines of the journal that stay and name whoever left.
        lines: u64,
    },
    /// All of it went.
    Deleted {
        /// Devices that are free again.
        devices: u64,
        /// Foods.
        items: u64,
        /// Pictures.
        pictures: u64,
        /// Readings of meters.
        readings: u64,
        /// Lines of the journal.
        lines: u64,
    },
}

impl Command for Leave {
    type Reply = ();
    const NAME: &'static str = "family.leave";
    const GOES: Goes = Goes::Cloud(Route::post("/families/{family}/leave"), Access::Power(Power::Leave));
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() {}
}

impl Command for RemoveMember {
    type Reply = ();
    const NAME: &'static str = "family.remove";
    const GOES: Goes = Goes::Cloud(
        Route::delete("/families/{family}/members/{person}"),
        Access::Power(Power::Administer),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            person: PersonId::sample(2),
        }
    }
    fn sample_reply() {}
}

impl Command for SetRole {
    type Reply = Member;
    const NAME: &'static str = "family.set_role";
    const GOES: Goes = Goes::Cloud(
        Route::put("/families/{family}/members/{person}/role"),
        Access::Power(Power::Administer),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            person: PersonId::sample(2),
            role: Role::Adult,
            last_day: None,
        }
    }
    fn sample_reply() -> Member {
        Member::sample()
    }
}

impl Command for HandOver {
    type Reply = ();
    const NAME: &'static str = "family.hand_over";
    const GOES: Goes = Goes::Cloud(
        Route::post("/families/{family}/owner"),
        Access::Power(Power::Administer),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            person: PersonId::sample(2),
        }
    }
    fn sample_reply() {}
}

impl Command for Farewell {
    type Reply = Vec<Goodbye>;
    const NAME: &'static str = "family.farewell";
    const GOES: Goes = Goes::Cloud(Route::post("/farewell"), Access::SignedIn);
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Vec<Goodbye> {
        let fate = Fate::Left { lines: 12 };
        vec![Goodbye {
            family: sample_name("Linden Street"),
            fate,
        }]
    }
}
