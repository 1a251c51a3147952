//! Sign-ins that wait for a further step, by the `Session` the client hands
//! back.
//!
//! They live in memory and for five minutes at most: a restart asks the
//! person's app to begin again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{Random, asker::Asker, random};

/// Seconds.
pub const LIFE: i64 = 300;
/// When full, the oldest gives way.
const ROOM: usize = 4096;

/// What a sign-in waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    /// A code; the password is proved.
    SecondFactor,
    /// A passkey's answer to this challenge, or another choice; nothing is
    /// proved.
    Passkey([u8; 32]),
}

/// A sign-in under way.
pub struct Pending {
    /// Of the account, or what was typed where there is none.
    pub user_id: String,
    /// At which client it began.
    pub client_id: String,
    /// Who began it.
    pub asker: Asker,
    /// Unix seconds.
    pub begun_at: i64,
    /// Wrong answers it still takes.
    pub tries_left: u8,
    /// For what.
    pub waits: Waits,
}

/// By session.
#[derive(Default)]
pub struct PendingSignIns {
    open: Mutex<HashMap<String, Pending>>,
}

impl PendingSignIns {
    /// Remembers one and names its session; `None` without randomness.
    pub fn put(&self, random: &dyn Random, pending: Pending) -> Option<String> {
        let session = random::opaque(random)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = pending.begun_at;
        open.retain(|_, old| now - old.begun_at < LIFE);
        if open.len() >= ROOM {
            let oldest = open.iter().min_by_key(|(_, old)| old.begun_at);
            if let Some(session) = oldest.map(|(session, _)| session.clone()) {
                open.remove(&session);
            }
        }
        open.insert(session.clone(), pending);
        Some(session)
    }

    /// Takes one out, while it lives.
    pub fn take(&self, session: &str, now: i64) -> Option<Pending> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = open.remove(session)?;
        (now - pending.begun_at < LIFE).then_some(pending)
    }

    /// After a wrong answer: it may be tried again, if any try is left.
    pub fn put_back(&self, session: &str, mut pending: Pending) {
        pending.tries_left = pending.tries_left.saturating_sub(1);
        if pending.tries_left > 0 {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.insert(session.to_owned(), pending);
        }
    }
}
