//! Invitations: a secret that lets people into a family, for a while and for so
//! many, as a role.
//!
//! The code is made by whoever invites, so that sending the invitation twice
//! makes one, and so that no reply ever holds it. The cloud keeps its digest
//! only. In a link it stands behind the `#`, which no browser sends to a server.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Family, sample_instant};
use crate::{
    command::{Access, Command, Goes, Hears, Route},
    ids::{FamilyId, InvitationId, PersonId},
    power::{Power, Role},
    seen::Seen,
    session::sample_name,
    text::{InvitationCode, Name},
    units::Seconds,
};

/// The shortest and the longest time an invitation may be good for.
pub const INVITATION_LASTS: (Seconds, Seconds) = (Seconds(5 * 60), Seconds(30 * 24 * 3600));

/// How many people one invitation lets in: 1 to 50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Uses(u32);

/// A role that can be given to whoever joins: the owner's is handed over, the
/// kiosk's comes with its fridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Joining {
    /// Grown-up member.
    Adult,
    /// Child.
    Child,
    /// Somebody who stays for a while.
    Guest,
}

/// An invitation that still lets somebody in. Its code is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// As what one joins.
    pub role: Joining,
    /// How many it lets in altogether.
    pub uses: Uses,
    /// How many it has let in.
    pub used: u32,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// When the stay of a guest ends; `None` for other roles.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Who invites.
    pub by: PersonId,
    /// When.
    pub made_at: Timestamp,
}

/// What somebody would join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// What the home is called.
    pub family: Name,
    /// As what one would join.
    pub role: Joining,
    /// When the stay of a guest ends; `None` for other roles.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Who invites.
    pub by: Name,
}

/// `POST /families/{family}/invitations`: whoever has the code may join.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invite {
    /// The family.
    pub family: FamilyId,
    /// The secret; made of 130 random bits by whoever invites.
    pub code: InvitationCode,
    /// As what one joins.
    pub role: Joining,
    /// How many may join with it.
    pub uses: Uses,
    /// For how long, within [`INVITATION_LASTS`].
    pub lasts: Seconds,
    /// The last day of a guest's stay, in the home's zone; only guests have one, and must.
    pub last_day: Option<Date>,
}

/// `GET /families/{family}/invitations`: those that still let somebody in, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitations {
    /// The family.
    pub family: FamilyId,
}

/// `DELETE /families/{family}/invitations/{invitation}`: nobody joins with it any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revoke {
    /// The family.
    pub family: FamilyId,
    /// The invitation.
    pub invitation: InvitationId,
}

/// `POST /invitations/offer`: what one would join. A `POST`, so that the code
/// stands in no address; it uses nothing up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The code.
    pub code: InvitationCode,
}

/// `POST /invitations/join`: comes in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Join {
    /// The code.
    pub code: InvitationCode,
    /// What the others are to call whoever joins.
    pub called: Name,
}

impl Uses {
    /// One person.
    pub const ONE: Self = Self(1);
    /// The most.
    pub const MOST: Self = Self(50);

    /// How many.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Uses {
    type Error = &'static str;
    fn try_from(uses: u32) -> Result<Self, Self::Error> {
        match uses {
            1..=50 => Ok(Self(uses)),
            _ => Err("an invitation is for 1 to 50"),
        }
    }
}

impl From<Uses> for u32 {
    fn from(uses: Uses) -> u32 {
        uses.0
    }
}

impl Joining {
    /// Every role that can be given.
    pub const ALL: [Self; 3] = [Self::Adult, Self::Child, Self::Guest];
}

impl From<Joining> for Role {
    fn from(joining: Joining) -> Self {
        match joining {
            Joining::Adult => Self::Adult,
            Joining::Child => Self::Child,
            Joining::Guest => Self::Guest,
        }
    }
}

/// The link to an invitation, below the address of a home: `http://localhost:8080`,
/// without a slash at its end, or `hearth:/` for the app.
#[must_use]
pub fn link(home: &str, code: &InvitationCode) -> String {
    format!("{home}/join#{}", code.as_str())
}

impl Invitation {
    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            id: InvitationId::sample(1),
            role: Joining::Adult,
            uses: Uses::ONE,
            used: 0,
            expires_at: sample_instant(),
            until: None,
            by: PersonId::sample(1),
            made_at: sample_instant(),
        }
    }
}

fn sample_code() -> InvitationCode {
    InvitationCode::parse("0123456789abcdefghjkmnpqrs").unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

impl Command for Invite {
    type Reply = Invitation;
    const NAME: &'static str = "family.invite";
    const GOES: Goes = Goes::Cloud(
        Route::post("/families/{family}/invitations"),
        Access::Power(Power::Invite),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            code: sample_code(),
            role: Joining::Adult,
            uses: Uses::ONE,
            lasts: Seconds(24 * 3600),
            last_day: None,
        }
    }
    fn sample_reply() -> Invitation {
        Invitation::sample()
    }
}

impl Command for Invitations {
    type Reply = Seen<Vec<Invitation>>;
    const NAME: &'static str = "family.invitations";
    const GOES: Goes = Goes::Cloud(
        Route::get("/families/{family}/invitations"),
        Access::Power(Power::Invite),
    );
    const HEARS: &'static [Hears] = &[Hears::Family];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Invitation::sample()], sample_instant())
    }
}

impl Command for Revoke {
    type Reply = ();
    const NAME: &'static str = "family.revoke";
    const GOES: Goes = Goes::Cloud(
        Route::delete("/families/{family}/invitations/{invitation}"),
        Access::Power(Power::Invite),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            invitation: InvitationId::sample(1),
        }
    }
    fn sample_reply() {}
}

impl Command for Offer {
    type Reply = Offered;
    const NAME: &'static str = "family.offer";
    const GOES: Goes = Goes::Cloud(Route::post("/invitations/offer"), Access::SignedIn);
    fn sample() -> Self {
        Self { code: sample_code() }
    }
    fn sample_reply() -> Offered {
        Offered {
            family: sample_name("Linden Street"),
            role: Joining::Adult,
            until: None,
            by: sample_name("Ana"),
        }
    }
}

impl Command for Join {
    type Reply = Family;
    const NAME: &'static str = "family.join";
    const GOES: Goes = Goes::Cloud(Route::post("/invitations/join"), Access::SignedIn);
    fn sample() -> Self {
        Self {
            code: sample_code(),
            called: sample_name("Ben"),
        }
    }
    fn sample_reply() -> Family {
        Family::sample()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_its_code_behind_the_hash_and_is_read_back() {
        let code = sample_code();
        for home in ["http://localhost:8080", "hearth:/"] {
            let link = link(home, &code);
            assert!(!link.split('#').next().unwrap().contains(code.as_str()), "{link}");
            assert_eq!(InvitationCode::parse(&link).unwrap(), code, "{link}");
        }
    }
}
