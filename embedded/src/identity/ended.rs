//! Sessions that ended while tokens of theirs still run.
//!
//! The verifier looks here, so that a sign-out is felt at every door of this
//! process at once; whoever keeps connections open listens here. Who ended a
//! session and why is not known here.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use tokio::sync::broadcast::{self, error::RecvError};

/// Endings that a slow listener may lag behind before it is told that it
/// missed some.
const BACKLOG: usize = 256;

/// A session has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// `origin_jti` of its tokens.
    pub session: String,
    /// `sub` of the account.
    pub account: String,
}

/// Cheap to clone; clones share one list.
#[derive(Clone)]
pub struct Ended {
    /// Until when a token of the session may still run, Unix seconds.
    sessions: Arc<RwLock<HashMap<String, i64>>>,
    told: broadcast::Sender<Ending>,
}

impl Default for Ended {
    fn default() -> Self {
        Self {
            sessions: Arc::default(),
            told: broadcast::channel(BACKLOG).0,
        }
    }
}

impl Ended {
    /// Notes a session, and forgets those of which no token runs at `now`.
    ///
    /// Whoever waits for it goes on.
    pub fn note(&self, ending: Ending, until: i64, now: i64) {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, until| now < *until);
        sessions.insert(ending.session.clone(), until);
        drop(sessions);
        // Nobody need listen.
        let _ = self.told.send(ending);
    }

    /// Whether the session has ended.
    pub fn has(&self, session: &str) -> bool {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.contains_key(session)
    }

    /// Waits until the session has ended.
    pub async fn until(self, session: String) {
        let mut endings = self.told.subscribe();
        while !self.has(&session) {
            match endings.recv().await {
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                // This value holds a sender, so it never closes.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
