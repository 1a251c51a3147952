//! Who may: the check in front of every rule.
//!
//! Only this file makes a [`Member`], and only after it has found whoever asks
//! in the family with the power the command needs. That may be a person, or the
//! tablet in a fridge's door, which is a thing. A stranger and an absent family
//! get the same answer.

use hearth_contract::{Access, Failure, FamilyId, Goes, PersonId, Power, Principal, Reason, Role};

use crate::{
    store::{self, Home},
    unit::Work,
};

/// Somebody at the door whose token or signature was good.
#[derive(Clone, Debug)]
pub(crate) struct Knock {
    /// Who.
    pub principal: Principal,
    /// The family in the path, if the route has one and it is an id.
    pub family: Option<FamilyId>,
}

/// A person who is signed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person(PersonId);

/// Whoever has proven who they are: a person or a thing.
#[derive(Clone, Debug)]
pub(crate) struct Asker(Principal);

/// A member of a family who has the power that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    home: Home,
    principal: Principal,
    role: Role,
}

impl Person {
    pub fn id(self) -> PersonId {
        self.0
    }
}

impl Asker {
    pub fn principal(&self) -> &Principal {
        &self.0
    }
}

impl Member {
    /// The family's data.
    pub fn home(&self) -> Home {
        self.home
    }

    /// Who it is.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What they are in the family: to be shown, never to be judged by.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// Whom a rule takes.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Person,
    Asker,
    Member,
}

/// Whether a command's access yields whom its rule takes.
pub(crate) const fn fits(goes: Goes, takes: Takes) -> bool {
    match goes.route() {
        None => false,
        Some((_, access)) => matches!(
            (access, takes),
            (Access::SignedIn, Takes::Person) | (Access::Proven, Takes::Asker) | (Access::Power(_), Takes::Member)
        ),
    }
}

/// What a rule is handed of whoever asks.
pub(crate) trait Caller: Sized + Send + Sync + 'static {
    /// Which of them.
    const TAKES: Takes;
    /// Lets them in, or refuses.
    fn admit(knock: &Knock, access: Access, work: &mut Work) -> impl Future<Output = Result<Self, Failure>> + Send;
}

impl Caller for Person {
    const TAKES: Takes = Takes::Person;

    async fn admit(knock: &Knock, _access: Access, _work: &mut Work) -> Result<Self, Failure> {
        match knock.principal.person() {
            Some(person) => Ok(Self(person)),
            // A tablet founds no family and belongs to none but its fridge's.
            None => Err(Reason::PowerMissing.into()),
        }
    }
}

impl Caller for Asker {
    const TAKES: Takes = Takes::Asker;

    async fn admit(knock: &Knock, _access: Access, _work: &mut Work) -> Result<Self, Failure> {
        Ok(Self(knock.principal.clone()))
    }
}

impl Caller for Member {
    const TAKES: Takes = Takes::Member;

    async fn admit(knock: &Knock, access: Access, work: &mut Work) -> Result<Self, Failure> {
        let (Some(family), Access::Power(power)) = (knock.family, access) else {
            return Err(Reason::Absent.into());
        };
        admit(&knock.principal, family, power, work).await
    }
}

async fn role_of(principal: &Principal, family: FamilyId, work: &mut Work) -> Result<Option<(Home, Role)>, Failure> {
    let now = work.now();
    Ok(store::families::role(work.tx(), family, principal, now).await?)
}

/// The check itself.
pub(crate) async fn admit(
    principal: &Principal,
    family: FamilyId,
    power: Power,
    work: &mut Work,
) -> Result<Member, Failure> {
    let Some((home, role)) = role_of(principal, family, work).await? else {
        return Err(Reason::Absent.into());
    };
    if !role.may(power) {
        return Err(Reason::PowerMissing.into());
    }
    Ok(Member {
        home,
        principal: principal.clone(),
        role,
    })
}
