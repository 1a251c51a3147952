//! Edits that were made here and wait to be sent, in order.
//!
//! An edit is on disk before anybody is told that it is kept, and leaves the
//! disk only when the cloud has taken or refused it; sent twice, its call id
//! makes it count once. What the pages see is always the cloud's food with the
//! waiting edits on top, so a refused edit undoes itself by leaving.

mod edit;
mod post;

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use hearth_contract::{CallId, Failure, FamilyId, Reason, pantry::Item};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Notify, Semaphore, oneshot};

pub(crate) use edit::Edit;
pub(crate) use post::send_all;

use crate::replica::Disk;

/// How many edits may wait.
const MOST: usize = 10_000;

/// What became of an edit.
pub(crate) type Verdict = Result<Value, Failure>;

/// The edits of one person.
pub(crate) struct Outbox {
    disk: Disk,
    queue: Mutex<Queue>,
    turn: Semaphore,
    wake: Notify,
    announced: AtomicU32,
}

#[derive(Default)]
struct Queue {
    next: u64,
    edits: VecDeque<Queued>,
    waiters: HashMap<CallId, oneshot::Sender<Verdict>>,
}

/// One edit that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queued {
    seq: u64,
    /// Its idempotency key.
    pub(crate) call: CallId,
    /// When it was made.
    pub(crate) at: Timestamp,
    /// What it does.
    pub(crate) edit: Edit,
    /// The journal already tells of it; only the reply is missing.
    #[serde(skip)]
    pub(crate) told: bool,
}

impl Outbox {
    /// Takes up what waited when core last ended.
    ///
    /// # Errors
    /// `Unavailable` when the folder can't be read.
    pub(crate) async fn open(disk: Disk) -> Result<Self, Failure> {
        let mut queue = Queue::default();
        for (name, bytes) in disk.read_all().await? {
            match serde_json::from_slice::<Queued>(&bytes) {
                Ok(edit) => {
                    queue.next = queue.next.max(edit.seq + 1);
                    queue.edits.push_back(edit);
                }
                Err(_) => tracing::error!(name, "a waiting edit is unreadable and left aside"),
            }
        }
        let announced = AtomicU32::new(count(&queue));
        Ok(Self {
            disk,
            queue: Mutex::new(queue),
            turn: Semaphore::new(1),
            wake: Notify::new(),
            announced,
        })
    }

    /// Keeps an edit; when it returns, the edit survives a crash. Gives how many
    /// wait with it, and where its verdict will come. The same call again waits
    /// for the verdict on the first.
    ///
    /// # Errors
    /// `Unavailable` when it can't be kept, `TooManyCalls` when 10,000 wait.
    pub(crate) async fn add(
        &self,
        call: CallId,
        edit: Edit,
        at: Timestamp,
    ) -> Result<(u32, oneshot::Receiver<Verdict>), Failure> {
        let _turn = self.turn.acquire().await.map_err(|_| Reason::Bug)?;
        let (sender, receiver) = oneshot::channel();
        let queued = {
            let mut queue = self.queue();
            if let Some(place) = queue.edits.iter().position(|queued| queued.call == call) {
                if queue.edits[place].edit != edit {
                    return Err(Reason::CallReused.into());
                }
                queue.waiters.insert(call, sender);
                return Ok((u32::try_from(place + 1).unwrap_or(u32::MAX), receiver));
            }
            if queue.edits.len() >= MOST {
                return Err(Reason::TooManyCalls.into());
            }
            Queued {
                seq: queue.next,
                call,
                at,
                edit,
                told: false,
            }
        };
        let bytes = serde_json::to_vec(&queued).map_err(|_| Reason::Bug)?;
        self.disk.write_safe(&name(queued.seq), bytes).await?;
        let ahead = {
            let mut queue = self.queue();
            queue.next = queued.seq + 1;
            queue.edits.push_back(queued);
            queue.waiters.insert(call, sender);
            count(&queue)
        };
        self.wake.notify_one();
        Ok((ahead, receiver))
    }

    /// How many wait.
    pub(crate) fn len(&self) -> u32 {
        count(&self.queue())
    }

    /// The edit that is sent next.
    pub(crate) fn first(&self) -> Option<Queued> {
        self.queue().edits.front().cloned()
    }

    /// Puts the edits of a family that the cloud's food does not show yet on top of it.
    pub(crate) fn apply(&self, family: FamilyId, items: &mut Vec<Item>) {
        let queue = self.queue();
        for queued in queue
            .edits
            .iter()
            .filter(|queued| !queued.told && queued.edit.family() == family)
        {
            queued.edit.apply(items, queued.at);
        }
    }

    /// The journal told of a call: if it was one of ours, the cloud's food shows it now.
    pub(crate) fn told(&self, call: CallId) {
        if let Some(queued) = self.queue().edits.iter_mut().find(|queued| queued.call == call) {
            queued.told = true;
        }
    }

    /// Lets the first edit go. Gives its verdict back when nobody waits for it any more.
    pub(crate) async fn settle(&self, call: CallId, verdict: Verdict) -> Option<Verdict> {
        let (gone, waiter) = {
            let mut queue = self.queue();
            let gone = queue.edits.pop_front_if(|queued| queued.call == call);
            (gone, queue.waiters.remove(&call))
        };
        if let Some(gone) = gone {
            self.disk.remove(&name(gone.seq)).await;
        }
        match waiter {
            Some(waiter) => waiter.send(verdict).err(),
            None => Some(verdict),
        }
    }

    /// Says how many wait, now and whenever that changes until none do.
    pub(crate) fn announce(&self, say: impl FnOnce(u32)) {
        let edits = self.len();
        if self.announced.swap(edits, Ordering::Relaxed) != edits {
            say(edits);
        }
    }

    /// Whether somebody was told that edits wait.
    pub(crate) fn is_announced(&self) -> bool {
        self.announced.load(Ordering::Relaxed) > 0
    }

    /// Tries again at once: the cloud seems to be back.
    pub(crate) fn hurry(&self) {
        self.wake.notify_one();
    }

    /// Returns when there is a new edit or reason to hurry.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(queue: &Queue) -> u32 {
    u32::try_from(queue.edits.len()).unwrap_or(u32::MAX)
}

/// Names in the order of the numbers.
fn name(seq: u64) -> String {
    format!("{seq:020}.json")
}

#[cfg(test)]
mod tests;
