//! What was synced for one person: the last answers, and the food of each
//! family, kept up to date by the journal.
//!
//! Everything is held in memory and written through to a folder, so that a page
//! reads without a network and after a restart. What is kept can always be
//! fetched again, so it is written in whole files and without waiting for the
//! disk; the edits that wait to be sent are the [`crate::outbox`]'s.

mod answers;
mod disk;
mod shelf;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use hearth_contract::{
    Failure, FamilyId, HomeEvent, JournalEntry, Seen, Source, device::DeviceEvent, family::Family, pantry::Item,
};
use serde_json::Value;
use tokio::sync::Semaphore;

pub(crate) use answers::Answers;
pub(crate) use disk::Disk;
pub(crate) use shelf::{Shelf, sort};

use crate::{home::family_of, outbox::Outbox};

/// The replica of one person.
pub(crate) struct Replica {
    disk: Disk,
    state: Mutex<State>,
    /// Whole files must not overtake each other.
    turn: Semaphore,
}

#[derive(Default)]
struct State {
    answers: Answers,
    shelves: HashMap<FamilyId, Shelf>,
    dirty: Vec<FamilyId>,
}

impl Replica {
    /// Opens the folder, or keeps everything in memory.
    ///
    /// # Errors
    /// `Unavailable` when the folder can't be made or read.
    pub(crate) async fn open(dir: Option<PathBuf>) -> Result<Self, Failure> {
        let disk = Disk::open(dir).await?;
        let mut state = State::default();
        for (_, bytes) in disk.below("answers").read_all().await? {
            state.answers.load(&bytes);
        }
        for (name, bytes) in disk.below("shelves").read_all().await? {
            if let (Ok(family), Ok(shelf)) = (name.parse(), serde_json::from_slice(&bytes)) {
                state.shelves.insert(family, shelf);
            }
        }
        Ok(Self {
            disk,
            state: Mutex::new(state),
            turn: Semaphore::new(1),
        })
    }

    /// Where it lies.
    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The kept answer of a question, marked as such; `None` when there is none.
    pub(crate) fn answer(&self, path: &str, outbox: &Outbox) -> Option<Value> {
        match pantry_of(path) {
            Some(family) => {
                let items = self.items(family, outbox)?;
                serde_json::to_value(Seen {
                    source: Source::Replica,
                    ..items
                })
                .ok()
            }
            None => self.state().answers.get(path),
        }
    }

    /// Keeps an answer of the cloud and gives it back as the page sees it: with
    /// the edits that still wait.
    pub(crate) async fn keep(&self, path: &str, value: Value, outbox: &Outbox) -> Value {
        if let Some(family) = pantry_of(path)
            && let Ok(list) = serde_json::from_value::<Seen<Vec<Item>>>(value.clone())
        {
            self.state().shelf(family).fetched(list);
            self.flush().await;
            let items = self.items(family, outbox);
            return items
                .and_then(|items| serde_json::to_value(items).ok())
                .unwrap_or(value);
        }
        let kept = self.state().answers.put(path, &value);
        if let Some((name, bytes)) = kept {
            self.disk.below("answers").write(&name, bytes).await;
        }
        value
    }

    /// The food of a family with the edits that wait; `None` when it was never synced.
    pub(crate) fn items(&self, family: FamilyId, outbox: &Outbox) -> Option<Seen<Vec<Item>>> {
        let mut list = self.state().shelves.get(&family)?.list.clone()?;
        outbox.apply(family, &mut list.value);
        sort(&mut list.value);
        Some(list)
    }

    /// Changes the food of a family as an edit that the cloud has taken did.
    pub(crate) async fn change(&self, family: FamilyId, change: impl FnOnce(&mut Vec<Item>)) {
        self.state().shelf(family).change(change);
        self.flush().await;
    }

    /// Puts one entry of the journal where it belongs. Written with the next [`Replica::flush`].
    pub(crate) fn fold(&self, entry: &JournalEntry) {
        let mut state = self.state();
        let shelf = state.shelf(entry.family);
        shelf.seq = Some(entry.seq);
        match &entry.event {
            HomeEvent::Pantry(event) => shelf.fold(event, entry.at),
            HomeEvent::Device(DeviceEvent::Removed { thing }) => shelf.forget(thing),
            _ => {}
        }
    }

    /// The last entry that was folded; `None` for a family never heard of.
    pub(crate) fn seq(&self, family: FamilyId) -> Option<u64> {
        self.state().shelves.get(&family)?.seq
    }

    /// Takes note of a person's families: from the first time a family is seen
    /// its journal is followed; one that is gone leaves nothing behind.
    pub(crate) async fn know(&self, families: &[Family]) {
        let gone: Vec<FamilyId> = {
            let mut state = self.state();
            for family in families {
                let shelf = state.shelf(family.id);
                shelf.seq = shelf.seq.or(Some(family.seq));
            }
            state
                .shelves
                .keys()
                .copied()
                .filter(|id| families.iter().all(|family| family.id != *id))
                .collect()
        };
        for family in gone {
            self.leave(family).await;
        }
        self.flush().await;
    }

    /// Forgets a family.
    pub(crate) async fn leave(&self, family: FamilyId) {
        let names = {
            let mut state = self.state();
            state.shelves.remove(&family);
            state.dirty.retain(|dirty| *dirty != family);
            // The list of families names it too; it is asked for again.
            state
                .answers
                .remove(|path| path == "/families" || family_of(path) == Some(family))
        };
        for name in names {
            self.disk.below("answers").remove(&name).await;
        }
        self.disk.below("shelves").remove(&family.to_string()).await;
        self.disk.below("pictures").remove_all(&family.to_string()).await;
    }

    /// Writes what has changed since the last time.
    pub(crate) async fn flush(&self) {
        let Ok(_turn) = self.turn.acquire().await else { return };
        let changed: Vec<(FamilyId, Vec<u8>)> = {
            let mut state = self.state();
            let dirty = std::mem::take(&mut state.dirty);
            let bytes = |family: &FamilyId| serde_json::to_vec(state.shelves.get(family)?).ok();
            dirty
                .iter()
                .filter_map(|family| Some((*family, bytes(family)?)))
                .collect()
        };
        for (family, bytes) in changed {
            self.disk.below("shelves").write(&family.to_string(), bytes).await;
        }
    }

    /// Forgets everything, on disk too.
    pub(crate) async fn wipe(&self) {
        *self.state() = State::default();
        self.disk.wipe().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn shelf(&mut self, family: FamilyId) -> &mut Shelf {
        if !self.dirty.contains(&family) {
            self.dirty.push(family);
        }
        self.shelves.entry(family).or_default()
    }
}

/// The family whose food a question asks for.
fn pantry_of(path: &str) -> Option<FamilyId> {
    path.strip_prefix("/families/")?.strip_suffix("/pantry")?.parse().ok()
}

#[cfg(test)]
mod tests;
