//! Counts what may be tried or asked for only so often.
//!
//! Accounts that are not there are counted as those that are, so that limits
//! tell nobody which is which. Kept in memory: a restart forgives.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::Subject;

/// When full, what would be forgotten first gives way.
const ROOM: usize = 10_000;
/// Failures before it costs time or the code.
const FREE_FAILURES: u32 = 5;
/// Longest wait between two sign-ins, seconds.
const LONGEST_WAIT: i64 = 900;
const HOUR: i64 = 3600;
const LETTERS_AN_HOUR: u32 = 5;

/// What is counted, and of whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Of {
    /// Failed sign-ins of a user id.
    SignIn(String),
    /// Wrong codes entered for a mail address.
    Code(Subject, String),
    /// Letters posted to a mail address.
    Letter(Subject, String),
}

#[derive(Clone, Copy)]
struct Tally {
    count: u32,
    /// Until when the count stands, Unix seconds.
    stands_until: i64,
    /// Until when a further try is refused.
    wait_until: i64,
}

/// The counters.
#[derive(Default)]
pub struct Attempts {
    tallies: Mutex<HashMap<Of, Tally>>,
}

impl Attempts {
    /// Whether a further try is refused now.
    pub fn exhausted(&self, of: &Of, now: i64) -> bool {
        let tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(tally) = tallies.get(of).filter(|tally| now < tally.stands_until) else {
            return false;
        };
        match of {
            Of::SignIn(_) => now < tally.wait_until,
            Of::Code(..) => tally.count >= FREE_FAILURES,
            Of::Letter(..) => tally.count >= LETTERS_AN_HOUR,
        }
    }

    /// Counts one more; for sign-ins each beyond the fifth doubles the wait.
    pub fn count(&self, of: Of, now: i64) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        if tallies.len() >= ROOM {
            tallies.retain(|_, tally| now < tally.stands_until);
        }
        if tallies.len() >= ROOM {
            let next = tallies.iter().min_by_key(|(_, tally)| tally.stands_until);
            if let Some(of) = next.map(|(of, _)| of.clone()) {
                tallies.remove(&of);
            }
        }
        let fresh = Tally {
            count: 0,
            stands_until: now + HOUR,
            wait_until: now,
        };
        let life = if matches!(of, Of::Code(..)) { 24 * HOUR } else { HOUR };
        let slides = !matches!(of, Of::Letter(..));
        let tally = tallies.entry(of).or_insert(fresh);
        if now >= tally.stands_until {
            *tally = fresh;
        }
        tally.count += 1;
        if slides {
            tally.stands_until = now + life;
        }
        if tally.count >= FREE_FAILURES {
            let doublings = (tally.count - FREE_FAILURES).min(20);
            tally.wait_until = now + (1_i64 << doublings).min(LONGEST_WAIT);
        }
    }

    /// Forgets: it went well, or a new code was sent.
    pub fn forget(&self, of: &Of) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        tallies.remove(of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_after_the_fifth_failed_sign_in() {
        let attempts = Attempts::default();
        let of = Of::SignIn("ann".into());
        for _ in 0..4 {
            attempts.count(of.clone(), 100);
            assert!(!attempts.exhausted(&of, 100));
        }
        attempts.count(of.clone(), 100);
        assert!(attempts.exhausted(&of, 100) && !attempts.exhausted(&of, 101));
        attempts.count(of.clone(), 101);
        assert!(attempts.exhausted(&of, 102) && !attempts.exhausted(&of, 103));
        attempts.forget(&of);
        assert!(!attempts.exhausted(&of, 101));
    }

    #[test]
    fn letters_are_counted_by_the_hour() {
        let attempts = Attempts::default();
        let of = Of::Letter(Subject::SignUp, "ann@home".into());
        for at in 0..5 {
            assert!(!attempts.exhausted(&of, at));
            attempts.count(of.clone(), at);
        }
        assert!(attempts.exhausted(&of, HOUR - 1) && !attempts.exhausted(&of, HOUR));
    }
}
