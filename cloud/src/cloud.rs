//! The cloud as one value: its store, its ports, its clocks, and the two small
//! tasks it owns (posting what was committed, doing what is due).
//!
//! What it does is elsewhere: `door` answers, `ears` hear, `jobs` work.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use hearth_contract::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::{Notify, mpsc},
    task::AbortHandle,
};

use crate::{
    ears::Malformed,
    jobs::{self, Job},
    leases::Leases,
    ports::{Agenda, Factory, Objects, Recogniser, Shadows, Things, Tokens, Wire},
    relay::Relay,
    store::{self, Fault, Store},
    unit::{Outgoing, Unit},
};

/// Messages that may wait for the broker. When it is full the newest is
/// dropped: its reader sees the gap in the numbers and reads the journal.
const POST_QUEUE: usize = 4096;
/// The longest a publication may take.
const POST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long things have to connect again after the cloud was opened.
const MUSTER_AFTER: SignedDuration = SignedDuration::from_secs(15);

/// What the cloud needs from the outside.
#[derive(Clone)]
pub struct Ports {
    /// The registry of things.
    pub things: Arc<dyn Things>,
    /// The broker.
    pub wire: Arc<dyn Wire>,
    /// The shadows of things.
    pub shadows: Arc<dyn Shadows>,
    /// The pictures' bytes.
    pub objects: Arc<dyn Objects>,
    /// Wakes the cloud when a job is due.
    pub agenda: Arc<dyn Agenda>,
    /// Sees what changed on the shelves.
    pub recogniser: Arc<dyn Recogniser>,
    /// Checks bearer tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Knows what the maker has built.
    pub factory: Arc<dyn Factory>,
}

/// The two times: what the home lives by, and what signatures and leases live by.
#[derive(Clone)]
pub struct Clocks {
    /// The domain clock; a simulated home may turn it.
    pub domain: Arc<dyn Clock>,
    /// Real time.
    pub real: Arc<dyn Clock>,
}

/// The backend of one hub or one AWS account. It closes when the last `Arc` goes.
pub struct Cloud {
    pub(crate) store: Store,
    pub(crate) ports: Ports,
    pub(crate) clocks: Clocks,
    pub(crate) relay: Relay,
    pub(crate) leases: Arc<Leases>,
    pub(crate) malformed: Malformed,
    /// The lanes a job is being done in.
    pub(crate) lanes: Mutex<HashSet<String>>,
    /// Rung when a job is due at once.
    pub(crate) hurry: Arc<Notify>,
    post: mpsc::Sender<Outgoing>,
    tasks: Vec<AbortHandle>,
}

impl Cloud {
    /// Opens the store at `path`, making it if needed, and takes up the jobs
    /// that were left. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// The file can't be opened or written, or a newer version wrote it.
    pub async fn open(path: &Path, ports: Ports, clocks: Clocks) -> Result<Arc<Self>, Fault> {
        let store = Store::open(path).await?;
        let (post, posted) = mpsc::channel(POST_QUEUE);
        let hurry = Arc::new(Notify::new());
        let poster = tokio::spawn(deliver(posted, ports.wire.clone())).abort_handle();
        let cloud = Arc::new_cyclic(|this: &Weak<Self>| {
            let worker = tokio::spawn(do_what_is_due(this.clone(), hurry.clone())).abort_handle();
            Self {
                store,
                ports,
                clocks,
                relay: Relay::default(),
                leases: Arc::new(Leases::default()),
                malformed: Malformed::default(),
                lanes: Mutex::default(),
                hurry,
                post,
                tasks: vec![poster, worker],
            }
        });
        cloud.ports.agenda.wake(cloud.take_up().await?);
        cloud.hurry.notify_one();
        Ok(cloud)
    }

    /// Finishes the unit of work that runs, refuses further ones and closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// How many malformed messages came since the cloud was opened.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.malformed.total()
    }

    /// Hands a message to the poster; what does not fit is dropped.
    pub(crate) fn post(&self, outgoing: Outgoing) {
        if self.post.try_send(outgoing).is_err() {
            tracing::warn!("the broker is too slow: a message was dropped, its reader will catch up");
        }
    }

    /// Writes the jobs that begin with the opening: forgetting once a day, and
    /// asking who is connected once the things have had time to come back.
    async fn take_up(&self) -> Result<Timestamp, Fault> {
        let (mut tx, _turn) = self.store.write().await?;
        let now = self.clocks.domain.now();
        let muster_at = now + MUSTER_AFTER;
        for (job, due_at) in [(Job::Forget, now), (Job::Muster, muster_at)] {
            if !store::jobs::waits(&mut tx, &job.lane()).await? {
                let id = jobs::mint(now).map_err(|failure| Fault::Broken(failure.to_string()))?;
                store::jobs::add(&mut tx, id, &job, due_at).await?;
            }
        }
        tx.commit().await?;
        Ok(muster_at)
    }

    /// Opens a unit of work that may write.
    pub(crate) async fn begin(&self) -> Result<Unit<'_>, Fault> {
        Unit::writing(self).await
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Publishes what was committed, in that order. Ends with the cloud.
async fn deliver(mut posted: mpsc::Receiver<Outgoing>, wire: Arc<dyn Wire>) {
    while let Some(Outgoing {
        topic,
        payload,
        delivery,
    }) = posted.recv().await
    {
        match tokio::time::timeout(POST_TIMEOUT, wire.publish(&topic, payload, delivery)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a message was not published"),
            Err(_) => tracing::warn!("the broker did not take a message in time"),
        }
    }
}

/// Does what is due whenever the bell rings. Ends with the cloud.
async fn do_what_is_due(cloud: Weak<Cloud>, hurry: Arc<Notify>) {
    loop {
        hurry.notified().await;
        let Some(cloud) = cloud.upgrade() else { return };
        if let Some(next) = cloud.work().await {
            cloud.ports.agenda.wake(next);
        }
    }
}
