//! Passkeys that are being registered: one challenge an account, good once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{passkeys::CHALLENGE, pending::LIFE};

/// When full, the oldest gives way.
const ROOM: usize = 4096;

/// A registration under way.
#[derive(Clone)]
pub struct Begun {
    /// What the authenticator must sign.
    pub challenge: [u8; CHALLENGE],
    /// At which client it began.
    pub client_id: String,
    /// Unix seconds.
    pub begun_at: i64,
}

/// By account.
#[derive(Default)]
pub struct Registrations {
    open: Mutex<HashMap<String, Begun>>,
}

impl Registrations {
    /// Begins one; an earlier one of the account is forgotten.
    pub fn put(&self, sub: &str, begun: Begun) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = begun.begun_at;
        open.retain(|_, old| now - old.begun_at < LIFE);
        if open.len() >= ROOM {
            let oldest = open.iter().min_by_key(|(_, old)| old.begun_at);
            if let Some(sub) = oldest.map(|(sub, _)| sub.clone()) {
                open.remove(&sub);
            }
        }
        open.insert(sub.to_owned(), begun);
    }

    /// Takes it, once, while it lives.
    pub fn take(&self, sub: &str, now: i64) -> Option<Begun> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = open.remove(sub)?;
        (now - begun.begun_at < LIFE).then_some(begun)
    }
}
