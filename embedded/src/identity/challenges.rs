//! Sign-ins that were begun and not yet answered.
//!
//! They live in memory and for three minutes: a restart asks the person's app
//! to begin again, which it does by itself. Each can be taken once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use hearth_contract::srp;

use super::asker::Asker;

/// Seconds.
const LIFE: i64 = 180;
/// When full, the oldest gives way.
const ROOM: usize = 4096;

/// A begun sign-in.
pub struct Challenge {
    /// Of the account, or invented for one that is not there.
    pub user_id: String,
    /// At which client it began.
    pub client_id: String,
    /// Who began it.
    pub asker: Asker,
    /// Our half of the proof.
    pub server: srp::Server,
    /// Unix seconds.
    pub begun_at: i64,
}

/// By the secret block that the client must hand back.
#[derive(Default)]
pub struct Challenges {
    open: Mutex<HashMap<String, Challenge>>,
}

impl Challenges {
    /// Remembers a challenge under its block.
    pub fn put(&self, block: String, challenge: Challenge) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = challenge.begun_at;
        open.retain(|_, old| now - old.begun_at < LIFE);
        if open.len() >= ROOM {
            let oldest = open.iter().min_by_key(|(_, old)| old.begun_at);
            if let Some(block) = oldest.map(|(block, _)| block.clone()) {
                open.remove(&block);
            }
        }
        open.insert(block, challenge);
    }

    /// Takes the challenge of a block, once, while it lives.
    pub fn take(&self, block: &str, now: i64) -> Option<Challenge> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let challenge = open.remove(block)?;
        (now - challenge.begun_at < LIFE).then_some(challenge)
    }
}
