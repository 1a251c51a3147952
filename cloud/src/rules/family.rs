//! The family: who shares this home, and the journal.

use hearth_contract::{
    Failure, FamilyId, HomeEvent, JournalEntry, Reason, Role, Seen,
    family::{
        AUDIT_PAGE, Audit, AuditLine, Create, Family, FamilyEvent, Journal, Listen, Member as FamilyMember, Members,
        Mine, Rename,
    },
};
use jiff::tz::TimeZone;

use crate::{
    access::{Asker, Member, Person},
    door::Answers,
    store::{
        self,
        audit::Page,
        families::{Founding, found, join},
    },
    unit::Work,
};

/// The most entries of one answer.
const MOST_ENTRIES: i64 = 500;

impl Answers for Create {
    type Caller = Person;

    async fn answer(self, person: Person, work: &mut Work) -> Result<Family, Failure> {
        TimeZone::get(self.zone.as_str()).map_err(|_| Failure::new(Reason::FieldWrong).at("zone"))?;
        let (id, at) = (FamilyId(work.mint()?), work.now());
        let home = found(
            work.tx(),
            Founding {
                id,
                name: &self.name,
                zone: &self.zone,
                at,
            },
        )
        .await?;
        let member = FamilyMember {
            person: person.id(),
            name: self.called,
            role: Role::Owner,
            joined_at: at,
            until: None,
        };
        join(work.tx(), home, &member).await?;
        work.tell(home, HomeEvent::Family(FamilyEvent::Created)).await?;
        work.tell(home, HomeEvent::Family(FamilyEvent::MemberJoined { member }))
            .await?;
        Ok(store::families::one(work.tx(), home, Role::Owner).await?)
    }
}

impl Answers for Mine {
    type Caller = Asker;

    async fn answer(self, asker: Asker, work: &mut Work) -> Result<Seen<Vec<Family>>, Failure> {
        let now = work.now();
        let families = store::families::of(work.tx(), asker.principal(), now).await?;
        Ok(Seen::now(families, now))
    }
}

impl Answers for Members {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<FamilyMember>>, Failure> {
        let members = store::families::members(work.tx(), member.home()).await?;
        Ok(Seen::now(members, work.now()))
    }
}

impl Answers for Rename {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Family, Failure> {
        let home = member.home();
        store::families::rename(work.tx(), home, &self.name).await?;
        work.tell(home, HomeEvent::Family(FamilyEvent::Renamed { name: self.name }))
            .await?;
        Ok(store::families::one(work.tx(), home, member.role()).await?)
    }
}

impl Answers for Journal {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Vec<JournalEntry>, Failure> {
        let entries = store::journal::after(work.tx(), member.home(), self.after, MOST_ENTRIES).await?;
        Ok(entries.into_iter().map(|entry| entry.read_by(member.role())).collect())
    }
}

impl Answers for Audit {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<AuditLine>>, Failure> {
        let page = Page {
            before: self.before,
            most: AUDIT_PAGE,
            role: member.role(),
        };
        let lines = store::audit::lines(work.tx(), member.home(), page).await?;
        Ok(Seen::now(lines, work.now()))
    }
}

impl Answers for Listen {
    type Caller = Person;

    /// An identity belongs to the first person who listens on it: nobody can
    /// take another's inbox away.
    async fn answer(self, person: Person, work: &mut Work) -> Result<(), Failure> {
        let now = work.now();
        match store::identities::listen(work.tx(), person.id(), &self.identity, now).await? {
            true => Ok(()),
            false => Err(Failure::new(Reason::Absent).at("identity")),
        }
    }
}
