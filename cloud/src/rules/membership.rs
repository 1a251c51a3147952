//! Being a member: leaving, being put out, other roles, handing over.
//!
//! A family with members always has an owner. Whoever goes is told so by a last
//! entry in their inbox, looks at nothing any more from that moment, and takes
//! their open invitations along.

use hearth_contract::{
    Failure, HomeEvent, PersonId, Power, Principal, Reason, Role,
    family::{FamilyEvent, HandOver, Leave, Member as FamilyMember, Parting, RemoveMember, SetRole},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::invitation::take_back;
use crate::{
    access::Member,
    door::Answers,
    jobs::Job,
    store::{self, Home},
    unit::Work,
};

impl Answers for Leave {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<(), Failure> {
        let person = member.principal().person().ok_or(Reason::PowerMissing)?;
        let going = one(member.home(), person, work).await?;
        keep_an_owner(member.home(), &going, work).await?;
        depart(member.home(), going, Parting::Left, work).await
    }
}

impl Answers for RemoveMember {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<(), Failure> {
        let how = match member.principal().person() == Some(self.person) {
            true => Parting::Left,
            false => Parting::Removed,
        };
        let going = one(member.home(), self.person, work).await?;
        keep_an_owner(member.home(), &going, work).await?;
        depart(member.home(), going, how, work).await
    }
}

impl Answers for SetRole {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<FamilyMember, Failure> {
        let home = member.home();
        if self.role == Role::Kiosk {
            return Err(Failure::new(Reason::FieldWrong).at("role"));
        }
        let before = one(home, self.person, work).await?;
        let until = stay_ends(home, self.role, self.last_day, work).await?;
        if self.role != Role::Owner {
            keep_an_owner(home, &before, work).await?;
        }
        become_(home, before, self.role, until, work).await
    }
}

impl Answers for HandOver {
    type Caller = Member;

    /// Only to a grown-up who stays: anybody else is given that role first.
    async fn answer(self, member: Member, work: &mut Work) -> Result<(), Failure> {
        let home = member.home();
        let from = member.principal().person().ok_or(Reason::PowerMissing)?;
        let heir = one(home, self.person, work).await?;
        if self.person == from || !matches!(heir.role, Role::Adult | Role::Owner) {
            return Err(Failure::new(Reason::FieldWrong).at("person"));
        }
        become_(home, heir, Role::Owner, None, work).await?;
        let former = one(home, from, work).await?;
        become_(home, former, Role::Adult, None, work).await?;
        Ok(())
    }
}

async fn one(home: Home, person: PersonId, work: &mut Work) -> Result<FamilyMember, Failure> {
    let member = store::families::member(work.tx(), home, person).await?;
    member.ok_or_else(|| Failure::new(Reason::Absent).at("person"))
}

/// Refuses if the family would have no owner without this one.
pub(super) async fn keep_an_owner(home: Home, going: &FamilyMember, work: &mut Work) -> Result<(), Failure> {
    let members = store::families::members(work.tx(), home).await?;
    let mut owners = members.iter().filter(|member| member.role == Role::Owner);
    match owners.all(|owner| owner.person == going.person) && going.role == Role::Owner {
        true => Err(Reason::LastOwner.into()),
        false => Ok(()),
    }
}

/// When the stay of somebody with this role ends: with the last day, where the home is.
pub(super) async fn stay_ends(
    home: Home,
    role: Role,
    last_day: Option<Date>,
    work: &mut Work,
) -> Result<Option<Timestamp>, Failure> {
    let wrong = |reason| Err(Failure::new(reason).at("last_day"));
    let last_day = match (role, last_day) {
        (Role::Guest, Some(day)) => day,
        (Role::Guest, None) => return wrong(Reason::FieldMissing),
        (_, Some(_)) => return wrong(Reason::FieldWrong),
        (_, None) => return Ok(None),
    };
    let family = store::families::one(work.tx(), home, role).await?;
    let zone = TimeZone::get(family.zone.as_str()).map_err(|_| Reason::Bug)?;
    let ends = last_day.tomorrow().ok().and_then(|day| day.to_zoned(zone).ok());
    match ends.map(|ends| ends.timestamp()) {
        Some(until) if until > work.now() => Ok(Some(until)),
        _ => wrong(Reason::FieldWrong),
    }
}

/// Sees to it that a guest goes when their time is over.
pub(super) async fn watch_stay(home: Home, guest: &FamilyMember, work: &mut Work) -> Result<(), Failure> {
    let Some(until) = guest.until else { return Ok(()) };
    let job = Job::EndStay {
        home,
        person: guest.person,
    };
    store::jobs::drop_lane(work.tx(), &job.lane()).await?;
    work.later_at(&job, until).await
}

/// A guest's time is over, unless it was made longer meanwhile.
pub(crate) async fn end_stay(home: Home, person: PersonId, work: &mut Work) -> Result<(), Failure> {
    match store::families::member(work.tx(), home, person).await? {
        Some(guest) if guest.is_over(work.now()) => depart(home, guest, Parting::StayEnded, work).await,
        _ => Ok(()),
    }
}

/// Takes somebody out.
pub(super) async fn depart(home: Home, going: FamilyMember, how: Parting, work: &mut Work) -> Result<(), Failure> {
    let person = going.person;
    work.let_go(home, person).await?;
    take_invitations_back(home, person, work).await?;
    let event = FamilyEvent::MemberLeft { member: going, how };
    work.tell(home, HomeEvent::Family(event)).await?;
    store::families::part(work.tx(), home, person).await?;
    let stay = Job::EndStay { home, person };
    Ok(store::jobs::drop_lane(work.tx(), &stay.lane()).await?)
}

/// Makes a member something else.
async fn become_(
    home: Home,
    before: FamilyMember,
    role: Role,
    until: Option<Timestamp>,
    work: &mut Work,
) -> Result<FamilyMember, Failure> {
    if (before.role, before.until) == (role, until) {
        return Ok(before);
    }
    let was = before.role;
    let member = FamilyMember { role, until, ..before };
    store::families::set_member(work.tx(), home, &member).await?;
    let stay = Job::EndStay {
        home,
        person: member.person,
    };
    store::jobs::drop_lane(work.tx(), &stay.lane()).await?;
    watch_stay(home, &member, work).await?;
    if !role.may(Power::Invite) {
        take_invitations_back(home, member.person, work).await?;
    }
    if [Power::LookInside, Power::SeeEnergy]
        .iter()
        .any(|power| !role.may(*power))
    {
        work.stop_looking(home, &Principal::Person(member.person)).await?;
    }
    let event = FamilyEvent::RoleChanged {
        member: member.clone(),
        was,
    };
    work.tell(home, HomeEvent::Family(event)).await?;
    Ok(member)
}

async fn take_invitations_back(home: Home, person: PersonId, work: &mut Work) -> Result<(), Failure> {
    let now = work.now();
    let open = store::invitations::open(work.tx(), home, now).await?;
    for invitation in open.into_iter().filter(|invitation| invitation.by == person) {
        take_back(home, invitation.id, work).await?;
    }
    Ok(())
}
