//! Letting the journals' entries through: folded into the replica, then told.

use std::sync::Arc;

use hearth_contract::{
    Failure, FamilyId, HomeEvent, JournalEntry, Kind,
    alarm::AlarmEvent,
    family::{FamilyEvent, Journal, Mine},
    host::Notice,
};

use crate::{
    home::Home,
    inbox::sequence::{Sequence, Step},
    who::Who,
};

/// Reads what happened in every family since core last heard.
///
/// # Errors
/// `Unavailable`, `SessionEnded`: connect again.
pub(crate) async fn catch_up(home: &Arc<Home>) -> Result<(), Failure> {
    let families = home.tell_cloud(&Mine {}).await?.value;
    home.replica.know(&families).await;
    for family in families {
        read_on(home, family.id).await?;
    }
    Ok(())
}

/// An entry arrived.
///
/// # Errors
/// `Unavailable`, `SessionEnded`: connect again.
pub(crate) async fn take(home: &Arc<Home>, entry: JournalEntry) -> Result<(), Failure> {
    match judge(home, &entry) {
        Step::Deliver => let_through(home, entry).await,
        Step::Double => {}
        Step::Gap { after } => {
            tracing::debug!(after, arrived = entry.seq, "entries are missing");
            read_on(home, entry.family).await?;
            if let Step::Gap { after } = judge(home, &entry) {
                // The journal itself does not have them: newer is better than none.
                tracing::warn!(after, arrived = entry.seq, "the journal has a hole");
                let_through(home, entry).await;
            }
        }
    }
    Ok(())
}

async fn read_on(home: &Arc<Home>, family: FamilyId) -> Result<(), Failure> {
    loop {
        let after = home.replica.seq(family).unwrap_or(0);
        let entries = match home.tell_cloud(&Journal { family, after }).await {
            Ok(entries) => entries,
            Err(failure) if matches!(failure.kind, Kind::NotFound | Kind::NotAllowed) => {
                home.replica.leave(family).await;
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        let mut went_on = false;
        for entry in entries {
            if judge(home, &entry) == Step::Deliver {
                went_on = true;
                let_through(home, entry).await;
            }
        }
        if !went_on {
            return Ok(());
        }
    }
}

fn judge(home: &Arc<Home>, entry: &JournalEntry) -> Step {
    Sequence::after(home.replica.seq(entry.family).unwrap_or(0)).take(entry.seq)
}

async fn let_through(home: &Arc<Home>, entry: JournalEntry) {
    home.replica.fold(&entry);
    if let Some(call) = entry.call {
        home.outbox.told(call);
    }
    if let HomeEvent::Alarm(AlarmEvent::Raised { alarm }) = &entry.event {
        let is_at_the_fridge = matches!(home.who, Who::Kiosk(_));
        if alarm.acknowledged.is_none() && (is_at_the_fridge || !alarm.is_gentle()) {
            home.body.notify(alarm).await;
        }
    }
    if is_the_last(home, &entry.event) {
        // Not a member any more: nothing of the family may stay.
        home.replica.leave(entry.family).await;
    }
    home.tell(Notice::Event(entry));
}

/// Whether nothing of the family is for this person after it.
fn is_the_last(home: &Arc<Home>, event: &HomeEvent) -> bool {
    match event {
        HomeEvent::Family(FamilyEvent::MemberLeft { member, .. }) => {
            matches!(&home.who, Who::Person { person, .. } if person.id == member.person)
        }
        HomeEvent::Family(FamilyEvent::Ended) => true,
        _ => false,
    }
}
