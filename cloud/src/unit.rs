//! One unit of work: everything a call or message does, in one transaction.
//!
//! A rule gets the [`Work`]: it can read, write, tell the journal, write jobs
//! and say something to a device, but neither commit nor reach the outside.
//! The [`Unit`] around it ends it, and only then does anything leave.

use std::sync::Arc;

use bytes::Bytes;
use hearth_contract::{
    CallId, Failure, HomeEvent, JournalEntry, Principal, Reason, ThingName,
    event::{Actor, Inbox},
    live::Sight,
    things::{self, ToThing},
};
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use crate::{
    brink::Brink,
    cloud::Cloud,
    jobs::{self, Job},
    leases::{Leases, Look},
    ports::Delivery,
    store::{self, Fault, Home, Tx, journal::Line},
};

/// A message that leaves after the commit.
pub(crate) struct Outgoing {
    pub topic: String,
    pub payload: Bytes,
    pub delivery: Delivery,
}

impl Outgoing {
    /// A message to a device.
    pub fn to_thing(thing: &ThingName, message: &ToThing) -> Result<Self, Failure> {
        let payload = serde_json::to_vec(message).map_err(|_| Reason::Bug)?.into();
        Ok(Self {
            topic: things::to_thing(thing),
            payload,
            delivery: Delivery::AtLeastOnce,
        })
    }
}

/// What a rule may do.
pub(crate) struct Work {
    tx: Tx,
    now: Timestamp,
    real: Timestamp,
    by: Actor,
    call: Option<CallId>,
    keep: bool,
    entries: Vec<(Home, JournalEntry)>,
    says: Vec<Outgoing>,
    looks: Vec<Look>,
    due: Vec<Timestamp>,
    leases: Arc<Leases>,
}

impl Work {
    /// For the store's functions.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// The domain clock when the unit was opened.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Real time when the unit was opened.
    pub fn real_now(&self) -> Timestamp {
        self.real
    }

    /// A new id; later ones sort after earlier ones.
    pub fn mint(&self) -> Result<Uuid, Failure> {
        jobs::mint(self.now)
    }

    /// Says on whose behalf the rest happens.
    pub fn acts_for(&mut self, by: Actor, call: Option<CallId>) {
        self.by = by;
        self.call = call;
    }

    /// Writes a line of the journal; it goes to every member's inbox after the commit.
    pub async fn tell(&mut self, home: Home, event: HomeEvent) -> Result<(), Failure> {
        let line = Line {
            at: self.now,
            by: self.by.clone(),
            call: self.call,
            event,
        };
        let entry = store::journal::append(&mut self.tx, home, line).await?;
        self.entries.push((home, entry));
        Ok(())
    }

    /// Writes a job, due at once.
    pub async fn later(&mut self, job: &Job) -> Result<(), Failure> {
        self.later_at(job, self.now).await
    }

    /// Writes a job that is due then.
    pub async fn later_at(&mut self, job: &Job, due_at: Timestamp) -> Result<(), Failure> {
        let id = self.mint()?;
        store::jobs::add(&mut self.tx, id, job, due_at).await?;
        self.due.push(due_at);
        Ok(())
    }

    /// Says something to a device after the commit. It may be lost; a device
    /// that needs an answer asks again.
    pub fn say(&mut self, thing: &ThingName, message: &ToThing) -> Result<(), Failure> {
        self.says.push(Outgoing::to_thing(thing, message)?);
        Ok(())
    }

    /// Gives somebody a lease after the commit, and tells the device.
    pub fn look(&mut self, look: Look) -> Result<(), Failure> {
        self.say(
            &look.thing,
            &ToThing::Lease {
                sight: look.sight.clone(),
                until: look.until,
            },
        )?;
        self.looks.push(look);
        Ok(())
    }

    /// Whether this one's lease runs already.
    pub fn looks(&self, thing: &ThingName, sight: &Sight, by: &Principal) -> bool {
        self.leases.runs(thing, sight, by, self.real)
    }

    /// What was written so far stays even though the call is refused: for counting wrong tries.
    pub fn keep_although_refused(&mut self) {
        self.keep = true;
    }
}

/// An open unit of work. Dropped, nothing of it happened.
pub(crate) struct Unit<'c> {
    cloud: &'c Cloud,
    work: Work,
    turn: Option<OwnedSemaphorePermit>,
}

impl<'c> Unit<'c> {
    /// One that may write; the next one waits until it is closed.
    pub async fn writing(cloud: &'c Cloud) -> Result<Self, Fault> {
        let (tx, turn) = cloud.store.write().await?;
        Ok(Self::around(cloud, tx, Some(turn)))
    }

    /// One that sees one state and changes nothing.
    pub async fn reading(cloud: &'c Cloud) -> Result<Self, Fault> {
        Ok(Self::around(cloud, cloud.store.read().await?, None))
    }

    fn around(cloud: &'c Cloud, tx: Tx, turn: Option<OwnedSemaphorePermit>) -> Self {
        let work = Work {
            tx,
            now: cloud.clocks.domain.now(),
            real: cloud.clocks.real.now(),
            by: Actor::Home,
            call: None,
            keep: false,
            entries: Vec::new(),
            says: Vec::new(),
            looks: Vec::new(),
            due: Vec::new(),
            leases: cloud.leases.clone(),
        };
        Self { cloud, work, turn }
    }

    /// What is handed to a rule.
    pub fn work(&mut self) -> &mut Work {
        &mut self.work
    }

    /// Ends it: commits what succeeded and lets everything leave, or gives up what was refused.
    pub async fn close<T>(self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        let Self { cloud, mut work, turn } = self;
        if turn.is_none() || (outcome.is_err() && !work.keep) {
            work.tx.give_up().await?;
            return outcome;
        }
        let mut outgoing = inboxes(&mut work).await?;
        outgoing.append(&mut work.says);
        Brink::BeforeCommit.reached();
        work.tx.commit().await?;
        Brink::AfterCommit.reached();
        work.looks
            .into_iter()
            .for_each(|look| cloud.leases.take(look, work.real));
        outgoing.into_iter().for_each(|message| cloud.post(message));
        drop(turn);
        cloud.see_to(&work.due, work.now);
        outcome
    }
}

impl Cloud {
    /// Rings for what is due at once; tells the agenda of the rest.
    pub(crate) fn see_to(&self, due: &[Timestamp], now: Timestamp) {
        if due.iter().any(|due_at| *due_at <= now) {
            self.hurry.notify_one();
        }
        if let Some(first) = due.iter().filter(|due_at| **due_at > now).min() {
            self.ports.agenda.wake(*first);
        }
    }
}

/// The new lines of the journal, each for each inbox of its home's members.
async fn inboxes(work: &mut Work) -> Result<Vec<Outgoing>, Failure> {
    let mut outgoing = Vec::new();
    let mut known: Option<(Home, Vec<String>)> = None;
    for (home, entry) in std::mem::take(&mut work.entries) {
        let topics = match known.take() {
            Some((of, topics)) if of == home => topics,
            _ => {
                let inboxes = store::identities::of_home(&mut work.tx, home).await?;
                inboxes.into_iter().map(|inbox| inbox.topic).collect()
            }
        };
        let payload: Bytes = serde_json::to_vec(&Inbox::Entry(entry))
            .map_err(|_| Reason::Bug)?
            .into();
        outgoing.extend(topics.iter().map(|topic| Outgoing {
            topic: topic.clone(),
            payload: payload.clone(),
            delivery: Delivery::AtLeastOnce,
        }));
        known = Some((home, topics));
    }
    Ok(outgoing)
}
