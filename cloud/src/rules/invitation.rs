//! Letting people in: invitations, what they offer, and joining.
//!
//! A code is judged by its digest. Each way it can fail has its own reason, and
//! only codes that are no invitation's count as wrong tries: with 130 bits they
//! are not guessed, and who tries many is made to wait.

use hearth_contract::{
    Failure, HomeEvent, InvitationId, PersonId, Reason, Role, Seen,
    family::{
        Family, FamilyEvent, INVITATION_LASTS, Invitation, Invitations, Invite, Join, Joining, Member as FamilyMember,
        Offer, Offered, Parting, Revoke,
    },
    text::InvitationCode,
    units::Seconds,
};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use super::membership::{depart, stay_ends, watch_stay};
use crate::{
    access::{Member, Person},
    door::Answers,
    store::{self, invitations::Kept},
    unit::Work,
};

/// Wrong codes of one person within [`TRIES_WITHIN`].
const MOST_TRIES: usize = 10;
const TRIES_WITHIN: SignedDuration = SignedDuration::from_mins(10);

impl Answers for Invite {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Invitation, Failure> {
        let (home, now) = (member.home(), work.now());
        let by = member.principal().person().ok_or(Reason::PowerMissing)?;
        if !(INVITATION_LASTS.0..=INVITATION_LASTS.1).contains(&self.lasts) {
            return Err(Failure::new(Reason::FieldWrong).at("lasts"));
        }
        let lasts = SignedDuration::from_secs(i64::try_from(self.lasts.0).unwrap_or(i64::MAX));
        let until = stay_ends(home, self.role.into(), self.last_day, work).await?;
        let digest = digest(&self.code);
        if store::invitations::of_code(work.tx(), &digest).await?.is_some() {
            return Err(Failure::new(Reason::CodeUsed).at("code"));
        }
        let invitation = Invitation {
            id: InvitationId(work.mint()?),
            role: self.role,
            uses: self.uses,
            used: 0,
            expires_at: now + lasts,
            until,
            by,
            made_at: now,
        };
        store::invitations::add(work.tx(), home, &invitation, &digest).await?;
        let event = FamilyEvent::Invited {
            invitation: invitation.clone(),
        };
        work.tell(home, HomeEvent::Family(event)).await?;
        Ok(invitation)
    }
}

impl Answers for Invitations {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Invitation>>, Failure> {
        let now = work.now();
        let open = store::invitations::open(work.tx(), member.home(), now).await?;
        Ok(Seen::now(open, now))
    }
}

impl Answers for Revoke {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<(), Failure> {
        let home = member.home();
        if !store::invitations::is_there(work.tx(), home, self.invitation).await? {
            return Err(Failure::new(Reason::Absent).at("invitation"));
        }
        take_back(home, self.invitation, work).await
    }
}

impl Answers for Offer {
    type Caller = Person;

    async fn answer(self, person: Person, work: &mut Work) -> Result<Offered, Failure> {
        let Kept { home, invitation, .. } = judge(person.id(), &self.code, work).await?;
        let inviter = store::families::member(work.tx(), home, invitation.by).await?;
        // Who leaves takes their invitations along; this is for those that slipped through.
        let inviter = inviter.ok_or_else(|| Failure::new(Reason::InvitationRevoked).at("code"))?;
        Ok(Offered {
            family: store::families::one(work.tx(), home, invitation.role.into())
                .await?
                .name,
            role: invitation.role,
            until: invitation.until,
            by: inviter.name,
        })
    }
}

impl Answers for Join {
    type Caller = Person;

    async fn answer(self, person: Person, work: &mut Work) -> Result<Family, Failure> {
        let Kept { home, invitation, .. } = judge(person.id(), &self.code, work).await?;
        if let Some(before) = store::families::member(work.tx(), home, person.id()).await? {
            // A guest whose time is over, before the job noticed.
            depart(home, before, Parting::StayEnded, work).await?;
        }
        if !store::invitations::use_one(work.tx(), home, invitation.id).await? {
            return Err(Failure::new(Reason::InvitationUsedUp).at("code"));
        }
        let role = Role::from(invitation.role);
        let member = FamilyMember {
            person: person.id(),
            name: self.called,
            role,
            joined_at: work.now(),
            until: invitation.until,
        };
        store::families::join(work.tx(), home, &member).await?;
        if invitation.role == Joining::Guest {
            watch_stay(home, &member, work).await?;
        }
        work.tell(home, HomeEvent::Family(FamilyEvent::MemberJoined { member }))
            .await?;
        Ok(store::families::one(work.tx(), home, role).await?)
    }
}

/// The invitation a code stands for, if it lets this person in now.
async fn judge(person: PersonId, code: &InvitationCode, work: &mut Work) -> Result<Kept, Failure> {
    wait_if_tried_too_often(person, work).await?;
    let refused = |reason| Err(Failure::new(reason).at("code"));
    let Some(kept) = store::invitations::of_code(work.tx(), &digest(code)).await? else {
        let at = work.real_now();
        store::invitations::note_wrong(work.tx(), person, at).await?;
        work.keep_although_refused();
        return refused(Reason::InvitationUnknown);
    };
    let now = work.now();
    let member = store::families::member(work.tx(), kept.home, person).await?;
    let invitation = &kept.invitation;
    if member.is_some_and(|member| !member.is_over(now)) {
        refused(Reason::AlreadyMember)
    } else if kept.revoked {
        refused(Reason::InvitationRevoked)
    } else if invitation.expires_at <= now || invitation.until.is_some_and(|until| until <= now) {
        refused(Reason::InvitationExpired)
    } else if invitation.used >= invitation.uses.get() {
        refused(Reason::InvitationUsedUp)
    } else {
        Ok(kept)
    }
}

async fn wait_if_tried_too_often(person: PersonId, work: &mut Work) -> Result<(), Failure> {
    let now = work.real_now();
    let tries = store::invitations::wrong(work.tx(), person, now - TRIES_WITHIN).await?;
    // The one that must grow old before there is room again.
    let Some(blocking) = tries.len().checked_sub(MOST_TRIES).and_then(|n| tries.get(n)) else {
        return Ok(());
    };
    let wait = (*blocking + TRIES_WITHIN).duration_since(now).as_secs().max(0) + 1;
    Err(Failure::new(Reason::TooManyTries)
        .at("code")
        .after(Seconds(wait.unsigned_abs())))
}

/// Takes an invitation back and says so, unless it was taken back before.
pub(super) async fn take_back(home: store::Home, id: InvitationId, work: &mut Work) -> Result<(), Failure> {
    let now = work.now();
    if !store::invitations::revoke(work.tx(), home, id, now).await? {
        return Ok(());
    }
    let event = FamilyEvent::InvitationRevoked { invitation: id };
    work.tell(home, HomeEvent::Family(event)).await
}

fn digest(code: &InvitationCode) -> String {
    hex::encode(Sha256::digest(code.as_str().as_bytes()))
}
