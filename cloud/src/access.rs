//! Who may: the check in front of every rule.
//!
//! Only this file makes a [`Member`], and only after it has found the person in
//! the family with the power the command needs. A stranger and an absent family
//! get the same answer.

use hearth_contract::{Access, Failure, FamilyId, Goes, PersonId, Power, Reason, Role};

use crate::{
    store::{self, Home},
    unit::Work,
};

/// Somebody at the door whose token was good.
#[derive(Clone, Debug)]
pub(crate) struct Knock {
    /// Who.
    pub person: PersonId,
    /// The family in the path, if the route has one and it is an id.
    pub family: Option<FamilyId>,
}

/// A person who is signed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person(PersonId);

/// A member of a family who has the power that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    home: Home,
    person: PersonId,
    role: Role,
}

impl Person {
    pub fn id(self) -> PersonId {
        self.0
    }
}

impl Member {
    /// The family's data.
    pub fn home(self) -> Home {
        self.home
    }

    /// Who it is.
    pub fn person(self) -> PersonId {
        self.person
    }

    /// What they are in the family: to be shown, never to be judged by.
    pub fn role(self) -> Role {
        self.role
    }
}

/// Whom a rule takes.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Person,
    Member,
}

/// Whether a command's access yields whom its rule takes.
pub(crate) const fn fits(goes: Goes, takes: Takes) -> bool {
    match goes.route() {
        None => false,
        Some((_, access)) => matches!(
            (access, takes),
            (Access::SignedIn, Takes::Person) | (Access::Power(_), Takes::Member)
        ),
    }
}

/// What a rule is handed of whoever asks.
pub(crate) trait Caller: Copy + Send + Sync + 'static {
    /// Which of them.
    const TAKES: Takes;
    /// Lets them in, or refuses.
    fn admit(knock: &Knock, access: Access, work: &mut Work) -> impl Future<Output = Result<Self, Failure>> + Send;
}

impl Caller for Person {
    const TAKES: Takes = Takes::Person;

    async fn admit(knock: &Knock, _access: Access, _work: &mut Work) -> Result<Self, Failure> {
        Ok(Self(knock.person))
    }
}

impl Caller for Member {
    const TAKES: Takes = Takes::Member;

    async fn admit(knock: &Knock, access: Access, work: &mut Work) -> Result<Self, Failure> {
        let (Some(family), Access::Power(power)) = (knock.family, access) else {
            return Err(Reason::Absent.into());
        };
        admit(knock.person, family, power, work).await
    }
}

/// The check itself.
pub(crate) async fn admit(
    person: PersonId,
    family: FamilyId,
    power: Power,
    work: &mut Work,
) -> Result<Member, Failure> {
    let Some((home, role)) = store::families::role(work.tx(), family, person).await? else {
        return Err(Reason::Absent.into());
    };
    if !role.may(power) {
        return Err(Reason::PowerMissing.into());
    }
    Ok(Member { home, person, role })
}
