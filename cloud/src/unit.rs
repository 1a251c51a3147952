//! One unit of work: everything a call or message does, in one transaction.
//!
//! A rule gets the [`Work`]: it can read, write, tell the journal, write jobs
//! and say something to a device, but neither commit nor reach the outside.
//! The [`Unit`] around it ends it, and only then does anything leave.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use bytes::Bytes;
use hearth_contract::{
    CallId, Failure, HomeEvent, JournalEntry, PersonId, Principal, Reason, Role, ThingName,
    event::{self, Actor},
    live::Sight,
    text::Name,
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
    store::{self, Fault, Home, Tx, identities::Inbox, journal::Line},
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
    going: HashMap<Home, Vec<Inbox>>,
    ends: Vec<(Vec<ThingName>, Principal)>,
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

    /// Writes a line of the journal; it goes to every member's inbox after the
    /// commit, hollow where they may not read it. A line of the audit list is
    /// marked with what whoever did it is called now.
    pub async fn tell(&mut self, home: Home, event: HomeEvent) -> Result<(), Failure> {
        let line = Line {
            at: self.now,
            by: self.by.clone(),
            call: self.call,
            event,
        };
        let is_audited = line.event.is_audited();
        let entry = store::journal::append(&mut self.tx, home, line).await?;
        if is_audited {
            let name = self.called(home).await?;
            store::audit::mark(&mut self.tx, home, entry.seq, name.as_ref()).await?;
        }
        self.entries.push((home, entry));
        Ok(())
    }

    /// What the one who acts is called in this home; `None`: the home itself.
    pub async fn called(&mut self, home: Home) -> Result<Option<Name>, Failure> {
        Ok(match self.by.clone() {
            Actor::Person(person) => {
                let member = store::families::member(&mut self.tx, home, person).await?;
                member.map(|member| member.name)
            }
            Actor::Thing(thing) => {
                let device = store::devices::one(&mut self.tx, home, &thing).await?;
                device.map(|device| device.name)
            }
            Actor::Home => None,
        })
    }

    /// Somebody is about to go: what this unit still tells the home reaches their
    /// inbox, too, and from the commit on they look at nothing of it.
    pub async fn let_go(&mut self, home: Home, person: PersonId) -> Result<(), Failure> {
        let Some(member) = store::families::member(&mut self.tx, home, person).await? else {
            return Ok(());
        };
        let mut inboxes = store::identities::of_person(&mut self.tx, person, member.role).await?;
        self.going.entry(home).or_default().append(&mut inboxes);
        self.stop_looking(home, &Principal::Person(person)).await
    }

    /// Everybody is about to go.
    pub async fn let_all_go(&mut self, home: Home) -> Result<(), Failure> {
        let (things, now) = (self.things(home).await?, self.now);
        let mut inboxes = store::identities::of_home(&mut self.tx, home, now).await?;
        let ends = inboxes.iter().map(|inbox| (things.clone(), inbox.of.clone()));
        self.ends.extend(ends);
        self.going.entry(home).or_default().append(&mut inboxes);
        Ok(())
    }

    /// From the commit on, nobody looks at this thing.
    pub async fn stop_showing(&mut self, home: Home, thing: &ThingName) -> Result<(), Failure> {
        let inboxes = store::identities::of_home(&mut self.tx, home, self.now).await?;
        let ends = inboxes.into_iter().map(|inbox| (vec![thing.clone()], inbox.of));
        self.ends.extend(ends);
        Ok(())
    }

    /// From the commit on, leases and views of somebody end.
    pub async fn stop_looking(&mut self, home: Home, by: &Principal) -> Result<(), Failure> {
        let things = self.things(home).await?;
        self.ends.push((things, by.clone()));
        Ok(())
    }

    async fn things(&mut self, home: Home) -> Result<Vec<ThingName>, Failure> {
        let devices = store::devices::all(&mut self.tx, home).await?;
        Ok(devices.into_iter().map(|device| device.thing).collect())
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
            going: HashMap::new(),
            ends: Vec::new(),
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
        for (things, by) in work.ends {
            cloud.leases.end(&things, &by);
            cloud.relay.end(&things, &by);
        }
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

/// The new lines of the journal, each for each inbox of its home's members and
/// of those who have just gone, as they may read it.
async fn inboxes(work: &mut Work) -> Result<Vec<Outgoing>, Failure> {
    let mut outgoing = Vec::new();
    let mut known: HashMap<Home, Vec<Inbox>> = HashMap::new();
    for (home, entry) in std::mem::take(&mut work.entries) {
        let readers = match known.entry(home) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let mut readers = store::identities::of_home(&mut work.tx, home, work.now).await?;
                readers.extend(work.going.remove(&home).unwrap_or_default());
                new.insert(readers)
            }
        };
        let mut payloads: HashMap<Role, Bytes> = HashMap::new();
        for reader in readers.iter() {
            let payload = match payloads.get(&reader.role) {
                Some(payload) => payload.clone(),
                None => payload(&entry, reader.role)?,
            };
            payloads.insert(reader.role, payload.clone());
            outgoing.push(Outgoing {
                topic: reader.topic.clone(),
                payload,
                delivery: Delivery::AtLeastOnce,
            });
        }
    }
    Ok(outgoing)
}

fn payload(entry: &JournalEntry, role: Role) -> Result<Bytes, Failure> {
    let entry = event::Inbox::Entry(entry.clone().read_by(role));
    Ok(serde_json::to_vec(&entry).map_err(|_| Reason::Bug)?.into())
}
