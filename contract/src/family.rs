//! The family: who shares this home, and the journal of what happened in it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    event::JournalEntry,
    ids::{FamilyId, IdentityId, InvitationId, PersonId},
    power::{Power, Role},
    seen::Seen,
    session::sample_name,
    text::{Name, ZoneName},
};

mod audit;
mod invitation;
mod membership;

pub use audit::{AUDIT_PAGE, Audit, AuditLine};
pub use invitation::{
    INVITATION_LASTS, Invitation, Invitations, Invite, Join, Joining, Offer, Offered, Revoke, Uses, link,
};
pub use membership::{Farewell, Fate, Goodbye, HandOver, Leave, Parting, RemoveMember, SetRole};

/// A family, as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// Its id.
    pub id: FamilyId,
    /// What the home is called.
    pub name: Name,
    /// Where days begin and end.
    pub zone: ZoneName,
    /// What the asker is in it.
    pub role: Role,
    /// The number of the last journal entry.
    pub seq: u64,
}

/// A member of a family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// What the others call them.
    pub name: Name,
    /// What they are in the family.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
    /// When a guest's stay ends; `None` for other roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What happened in the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FamilyEvent {
    /// The family was made.
    Created,
    /// It has another name.
    Renamed {
        /// The new name.
        name: Name,
    },
    /// Somebody is in.
    MemberJoined {
        /// Who.
        member: Member,
    },
    /// Somebody is out.
    MemberLeft {
        /// Who; their name as it was.
        member: Member,
        /// How they went.
        how: Parting,
    },
    /// A member is something else from now on.
    RoleChanged {
        /// As they are now.
        member: Member,
        /// What they were.
        was: Role,
    },
    /// Somebody may be let in.
    Invited {
        /// The invitation.
        invitation: Invitation,
    },
    /// An invitation lets nobody in any more.
    InvitationRevoked {
        /// Which.
        invitation: InvitationId,
    },
    /// The family was deleted with everything in it; the last entry.
    Ended,
}

impl FamilyEvent {
    /// Who may read it.
    #[must_use]
    pub const fn read_by(&self) -> Power {
        match self {
            Self::Created
            | Self::Renamed { .. }
            | Self::MemberJoined { .. }
            | Self::MemberLeft { .. }
            | Self::RoleChanged { .. }
            | Self::Ended => Power::SeeHome,
            Self::Invited { .. } | Self::InvitationRevoked { .. } => Power::Invite,
        }
    }
}

/// `POST /families`: makes a family; whoever asks owns it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Create {
    /// What the home is called.
    pub name: Name,
    /// What the others are to call the owner.
    pub called: Name,
    /// Where days begin and end.
    pub zone: ZoneName,
}

/// `GET /families`: the families of whoever asks, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mine {}

/// `GET /families/{family}/members`: in the order they joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Members {
    /// The family.
    pub family: FamilyId,
}

/// `PUT /families/{family}/name`: calls the home something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rename {
    /// The family.
    pub family: FamilyId,
    /// The new name.
    pub name: Name,
}

/// `GET /families/{family}/journal?after=`: what happened since, oldest first,
/// at most 500 entries a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    /// The family.
    pub family: FamilyId,
    /// The last entry the asker has; 0 for all.
    pub after: u64,
}

/// `PUT /inbox`: from now on this identity's inbox topic gets what its person may know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listen {
    /// The identity of the identity pool that is about to connect.
    pub identity: IdentityId,
}

impl Family {
    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            id: FamilyId::sample(1),
            name: sample_name("Linden Street"),
            zone: sample_zone(),
            role: Role::Owner,
            seq: 12,
        }
    }
}

impl Member {
    /// Whether their stay has ended: they are no member any more, even before
    /// anybody has noticed.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            person: PersonId::sample(1),
            name: sample_name("Ana"),
            role: Role::Owner,
            joined_at: sample_instant(),
            until: None,
        }
    }
}

fn sample_zone() -> ZoneName {
    ZoneName::parse("Europe/Berlin").unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

/// 2026-11-21 17:04:00 UTC, the instant of all samples.
pub(crate) fn sample_instant() -> Timestamp {
    Timestamp::constant(1_795_280_640, 0)
}

impl Command for Create {
    type Reply = Family;
    const NAME: &'static str = "family.create";
    const GOES: Goes = Goes::Cloud(Route::post("/families"), Access::SignedIn);
    fn sample() -> Self {
        Self {
            name: sample_name("Linden Street"),
            called: sample_name("Ana"),
            zone: sample_zone(),
        }
    }
    fn sample_reply() -> Family {
        Family::sample()
    }
}

impl Command for Mine {
    type Reply = Seen<Vec<Family>>;
    const NAME: &'static str = "family.mine";
    const GOES: Goes = Goes::Cloud(Route::get("/families"), Access::Proven);
    const HEARS: &'static [Hears] = &[Hears::Family, Hears::Session];
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Family::sample()], sample_instant())
    }
}

impl Command for Members {
    type Reply = Seen<Vec<Member>>;
    const NAME: &'static str = "family.members";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/members"), Access::Power(Power::SeeHome));
    const HEARS: &'static [Hears] = &[Hears::Family];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Member::sample()], sample_instant())
    }
}

impl Command for Rename {
    type Reply = Family;
    const NAME: &'static str = "family.rename";
    const GOES: Goes = Goes::Cloud(Route::put("/families/{family}/name"), Access::Power(Power::Administer));
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            name: sample_name("Linden Street 4"),
        }
    }
    fn sample_reply() -> Family {
        Family::sample()
    }
}

impl Command for Journal {
    type Reply = Vec<JournalEntry>;
    const NAME: &'static str = "family.journal";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/journal"), Access::Power(Power::SeeHome));
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            after: 0,
        }
    }
    fn sample_reply() -> Vec<JournalEntry> {
        vec![JournalEntry::sample()]
    }
}

impl Command for Listen {
    type Reply = ();
    const NAME: &'static str = "family.listen";
    const GOES: Goes = Goes::Cloud(Route::put("/inbox"), Access::SignedIn);
    fn sample() -> Self {
        let identity = "local-1:01900000-0000-7000-8000-000000000001".parse();
        Self {
            identity: identity.unwrap_or_else(|_| unreachable!("samples are well-formed")),
        }
    }
    fn sample_reply() {}
}

/// The commands of this feature.
#[macro_export]
macro_rules! family_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::family::Create;
            cloud $crate::family::Mine;
            cloud $crate::family::Members;
            cloud $crate::family::Rename;
            cloud $crate::family::Journal;
            cloud $crate::family::Listen;
            cloud $crate::family::Invite;
            cloud $crate::family::Invitations;
            cloud $crate::family::Revoke;
            cloud $crate::family::Offer;
            cloud $crate::family::Join;
            cloud $crate::family::Leave;
            cloud $crate::family::RemoveMember;
            cloud $crate::family::SetRole;
            cloud $crate::family::HandOver;
            cloud $crate::family::Farewell;
            cloud $crate::family::Audit;
        }
    };
}
