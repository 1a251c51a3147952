//! The app while somebody is here: what proves them, their replica, their
//! outbox, and the tasks that hear and send.

use std::{sync::Arc, time::Duration};

use hearth_contract::{
    CallId, Command, Failure, FamilyId, Kind, Reason,
    clock::Clock,
    family,
    host::{Answer, Link, Notice},
    rest::RestCall,
};
use serde_json::Value;
use tokio::{
    sync::{broadcast, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    body::Body,
    cloud::Cloud,
    dispatch::rest_of,
    inbox,
    outbox::{self, Edit, Outbox},
    pass::Pass,
    real,
    replica::Replica,
    session::{Goodbyes, Login, ended},
    who::Who,
};

/// How long a page waits for the cloud before it gets what core has.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Everything of one person or tablet.
pub(crate) struct Home {
    /// Who, and what proves it.
    pub(crate) who: Who,
    /// What was synced.
    pub(crate) replica: Replica,
    /// What waits to be sent.
    pub(crate) outbox: Outbox,
    /// The way to the cloud.
    pub(crate) cloud: Arc<Cloud>,
    /// The home's time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Where core lives.
    pub(crate) body: Arc<dyn Body>,
    /// What was said to the families when the account was to be deleted.
    pub(crate) goodbyes: Goodbyes,
    /// Cancelled when the stay ends.
    pub(crate) stop: CancellationToken,
    /// The stay's tasks.
    pub(crate) tasks: TaskTracker,
    notices: broadcast::Sender<Notice>,
    link: watch::Sender<Link>,
}

impl Home {
    /// Opens what is kept of somebody.
    ///
    /// # Errors
    /// `Unavailable` when the folder can't be used.
    pub(crate) async fn open(
        who: Who,
        body: Arc<dyn Body>,
        clock: Arc<dyn Clock>,
        cloud: Arc<Cloud>,
        notices: broadcast::Sender<Notice>,
    ) -> Result<Arc<Self>, Failure> {
        let dir = body.replica_dir().map(|dir| dir.join(who.folder()));
        let replica = Replica::open(dir).await?;
        let outbox = Outbox::open(replica.disk().below("outbox")).await?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let link = watch::channel(Link::Off).0;
        Ok(Arc::new(Self {
            who,
            replica,
            outbox,
            cloud,
            clock,
            body,
            goodbyes: Goodbyes::default(),
            stop,
            tasks,
            notices,
            link,
        }))
    }

    /// Begins to hear and to send.
    pub(crate) fn begin(self: Arc<Self>) {
        let home = self.clone();
        self.tasks
            .spawn(async move { home.stop.run_until_cancelled(outbox::send_all(&home)).await });
        let home = self.clone();
        self.tasks
            .spawn(async move { home.stop.run_until_cancelled(inbox::hear(&home)).await });
    }

    /// Ends the tasks and waits for them.
    pub(crate) async fn rest(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.who.rest().await;
        self.replica.flush().await;
        self.link.send_replace(Link::Off);
    }

    /// Tells whoever listens.
    pub(crate) fn tell(&self, notice: Notice) {
        let _ = self.notices.send(notice);
    }

    /// The state of the live connection.
    pub(crate) fn link(&self) -> Link {
        *self.link.borrow()
    }

    /// Changes it, and says so if it changed.
    pub(crate) fn set_link(&self, link: Link) {
        let changed = self
            .link
            .send_if_modified(|present| std::mem::replace(present, link) != link);
        if changed {
            self.tell(Notice::Link(link));
        }
    }

    /// What proves a call.
    ///
    /// # Errors
    /// A reason that ends the session, after which the stay is over; `Unavailable`.
    pub(crate) async fn pass(&self, spoiled: Option<&Pass>) -> Result<Pass, Failure> {
        let place = self.cloud.place().await?;
        self.or_over(self.who.pass(place, spoiled).await).await
    }

    /// What the identity pool takes for credentials.
    ///
    /// # Errors
    /// As [`Home::pass`].
    pub(crate) async fn login(&self) -> Result<Login, Failure> {
        let place = self.cloud.place().await?;
        self.or_over(self.who.login(place).await).await
    }

    /// Ends the stay when there will never be a proof again.
    pub(crate) async fn or_over<T>(&self, proof: Result<T, Failure>) -> Result<T, Failure> {
        if let Err(failure) = &proof
            && failure.reason.ends_session()
        {
            self.end(failure.reason).await;
        }
        proof
    }

    /// Sends a call as whoever is here; once more with a new proof when the
    /// first was refused.
    ///
    /// # Errors
    /// What the cloud says; `SessionEnded`; `Unavailable`.
    pub(crate) async fn send(&self, call: &RestCall, id: CallId) -> Result<Value, Failure> {
        let place = self.cloud.place().await?;
        let pass = self.pass(None).await?;
        match place.send(call, id, Some(&pass)).await {
            Err(failure) if failure.kind == Kind::NotSignedIn => {
                let renewed = self.pass(Some(&pass)).await?;
                place.send(call, id, Some(&renewed)).await
            }
            answer => answer,
        }
    }

    /// Sends a command of core's own.
    ///
    /// # Errors
    /// As [`Home::send`].
    pub(crate) async fn tell_cloud<C: Command>(&self, command: &C) -> Result<C::Reply, Failure> {
        let reply = self.send(&rest_of(command)?, real::call_id()?).await?;
        serde_json::from_value(reply).map_err(|_| Reason::CloudUnreachable.into())
    }

    /// Answers a question: from the cloud, or, when it is silent for 1.5 s, from
    /// the replica. A late answer still reaches the replica.
    ///
    /// # Errors
    /// What the cloud says; `Unavailable` when the replica has nothing either.
    pub(crate) async fn ask(self: &Arc<Self>, call: RestCall, id: CallId) -> Result<Value, Failure> {
        let path = call.path.clone();
        let home = self.clone();
        let asking = async move { home.stop.run_until_cancelled(home.fetch(&call, id)).await };
        let mut asking = self.tasks.spawn(asking);
        let answer = match timeout(PATIENCE, &mut asking).await {
            Ok(answer) => answer,
            Err(_) => match self.replica.answer(&path, &self.outbox) {
                Some(kept) => return Ok(kept),
                None => asking.await,
            },
        };
        let answer = answer
            .map_err(|_| Reason::Bug)?
            .unwrap_or_else(|| Err(Reason::SignInNeeded.into()));
        match answer {
            Err(failure) if failure.kind == Kind::Unavailable => {
                self.replica.answer(&path, &self.outbox).ok_or(failure)
            }
            answer => answer,
        }
    }

    /// Applies an edit at once and sends it in its turn.
    ///
    /// # Errors
    /// What the cloud says within 1.5 s; `Unavailable` when it can't be kept.
    pub(crate) async fn queue(&self, call: CallId, edit: Edit) -> Result<Answer, Failure> {
        let (ahead, mut verdict) = self.outbox.add(call, edit, self.clock.now()).await?;
        if let Ok(verdict) = timeout(PATIENCE, &mut verdict).await {
            return verdict
                .unwrap_or_else(|_| Err(Reason::SignInNeeded.into()))
                .map(Answer::Done);
        }
        verdict.close();
        if let Ok(verdict) = verdict.try_recv() {
            return verdict.map(Answer::Done);
        }
        self.outbox.announce(|edits| self.tell(Notice::Waiting { edits }));
        Ok(Answer::Waiting { ahead })
    }

    async fn fetch(&self, call: &RestCall, id: CallId) -> Result<Value, Failure> {
        let value = self.send(call, id).await;
        if let Err(failure) = &value
            && failure.kind == Kind::NotFound
            && call.path.ends_with("/members")
            && let Some(family) = family_of(&call.path)
        {
            // Not a member any more: nothing of the family may stay.
            self.replica.leave(family).await;
        }
        let value = value?;
        if call.path == "/families"
            && let Ok(mine) = serde_json::from_value::<<family::Mine as Command>::Reply>(value.clone())
        {
            self.replica.know(&mine.value).await;
        }
        Ok(self.replica.keep(&call.path, value, &self.outbox).await)
    }

    /// The session was ended elsewhere: what proved it is worthless. What was
    /// synced stays for when the same person signs in again; a tablet that was
    /// put out keeps nothing.
    async fn end(&self, why: Reason) {
        if self.stop.is_cancelled() {
            return;
        }
        if let Err(failure) = self.who.forget(&*self.body).await {
            tracing::warn!(%failure, "an ended session stays in the vault");
        }
        match self.who {
            Who::Person { .. } => ended::keep(&*self.body, why).await,
            Who::Kiosk(_) => self.replica.wipe().await,
        }
        // Whoever found it out may be one of the tasks that end by this: nothing is awaited after.
        self.stop.cancel();
        self.link.send_replace(Link::Off);
        self.tell(Notice::Session(self.who.ended(why)));
        self.tell(Notice::Link(Link::Off));
    }
}

/// The family of a REST path.
pub(crate) fn family_of(path: &str) -> Option<FamilyId> {
    path.strip_prefix("/families/")?.split(['/', '?']).next()?.parse().ok()
}
