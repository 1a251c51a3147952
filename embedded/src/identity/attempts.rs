//! Counts what may be tried or asked for only so often.
//!
//! A try is counted before it is judged and forgiven when it was right, so
//! that many at once are no way round. Accounts that are not there are counted
//! as those that are, so that limits tell nobody which is which. Failed
//! sign-ins are counted per account *and* origin: a stranger can make only
//! strangers of the same address wait, never the owner. Kept in memory: a
//! restart forgives.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{Subject, asker::Asker};

/// When full, what would be forgotten first gives way.
const ROOM: usize = 10_000;
/// Failures before it costs time or the code.
const FREE_FAILURES: u32 = 5;
/// Longest wait between two sign-ins, seconds.
const LONGEST_WAIT: i64 = 900;
const HOUR: i64 = 3600;

/// What is counted, and of whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Of {
    /// Failed sign-ins of a user id, by where from: an origin or a known
    /// device.
    SignIn(String, String),
    /// Wrong second factors of a user id, by where from.
    Factor(String, String),
    /// Wrong second factors of a user id, from anywhere: only who knows the
    /// password gets here.
    Factors(String),
    /// Wrong codes entered for a mail address, by where from.
    Code(Subject, String, String),
    /// Wrong codes entered for a mail address, from anywhere: ends the code.
    Codes(Subject, String),
    /// Letters posted to a mail address, by who asked for them.
    Letter(Subject, String, String),
    /// Letters posted to a mail address, whoever asked.
    Letters(String),
    /// Anything that failed, of one origin, whatever the account.
    Origin(String),
}

impl Of {
    /// How many an hour; codes are counted while the code lives.
    fn limit(&self) -> u32 {
        match self {
            Self::SignIn(..) | Self::Factor(..) | Self::Code(..) | Self::Letter(..) => FREE_FAILURES,
            Self::Codes(..) | Self::Letters(_) => 20,
            Self::Factors(_) => 50,
            Self::Origin(_) => 100,
        }
    }

    fn life(&self) -> i64 {
        match self {
            Self::Code(..) | Self::Codes(..) => 24 * HOUR,
            _ => HOUR,
        }
    }

    /// Whether each further one begins the hour anew.
    fn slides(&self) -> bool {
        matches!(self, Self::SignIn(..) | Self::Code(..) | Self::Codes(..))
    }
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
    /// Counts a try of each, if all of them have one left; counts none if not.
    pub fn admit(&self, all: &[Of], now: i64) -> bool {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        if all.iter().any(|of| exhausted(&tallies, of, now)) {
            return false;
        }
        for of in all {
            count(&mut tallies, of.clone(), now);
        }
        true
    }

    /// Whether a further try is refused now; counts nothing.
    pub fn exhausted(&self, of: &Of, now: i64) -> bool {
        let tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        exhausted(&tallies, of, now)
    }

    /// It went well: forgets what only that account and origin did, and takes
    /// back the one try from what is counted over many.
    pub fn forgive(&self, all: &[Of]) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        for of in all {
            match of {
                Of::Origin(_) => {
                    if let Some(tally) = tallies.get_mut(of) {
                        tally.count = tally.count.saturating_sub(1);
                    }
                }
                _ => drop(tallies.remove(of)),
            }
        }
    }
}

/// What a try of `own` by `asker` is counted under: itself and, unless many
/// people share it, the origin.
pub fn tries(own: Of, asker: &Asker) -> Vec<Of> {
    let origin = (!asker.is_crowd()).then(|| Of::Origin(asker.origin()));
    std::iter::once(own).chain(origin).collect()
}

fn exhausted(tallies: &HashMap<Of, Tally>, of: &Of, now: i64) -> bool {
    let Some(tally) = tallies.get(of).filter(|tally| now < tally.stands_until) else {
        return false;
    };
    match of {
        Of::SignIn(..) => now < tally.wait_until,
        _ => tally.count >= of.limit(),
    }
}

/// Counts one more; for sign-ins each beyond the fifth doubles the wait.
fn count(tallies: &mut HashMap<Of, Tally>, of: Of, now: i64) {
    if tallies.len() >= ROOM {
        tallies.retain(|_, tally| now < tally.stands_until);
    }
    if tallies.len() >= ROOM {
        let next = tallies.iter().min_by_key(|(_, tally)| tally.stands_until);
        if let Some(of) = next.map(|(of, _)| of.clone()) {
            tallies.remove(&of);
        }
    }
    let (life, slides, limit) = (of.life(), of.slides(), of.limit());
    let fresh = Tally {
        count: 0,
        stands_until: now + life,
        wait_until: now,
    };
    let tally = tallies.entry(of).or_insert(fresh);
    if now >= tally.stands_until {
        *tally = fresh;
    }
    tally.count += 1;
    if slides {
        tally.stands_until = now + life;
    }
    if tally.count >= limit {
        let doublings = (tally.count - limit).min(20);
        tally.wait_until = now + (1_i64 << doublings).min(LONGEST_WAIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_after_the_fifth_failed_sign_in() {
        let attempts = Attempts::default();
        let of = [Of::SignIn("ann".into(), "here".into())];
        for _ in 0..5 {
            assert!(attempts.admit(&of, 100));
        }
        assert!(!attempts.admit(&of, 100) && attempts.admit(&of, 101));
        assert!(!attempts.admit(&of, 102) && attempts.admit(&of, 103));
        let elsewhere = [Of::SignIn("ann".into(), "there".into())];
        assert!(attempts.admit(&elsewhere, 103));
        attempts.forgive(&of);
        assert!(attempts.admit(&of, 103));
    }

    #[test]
    fn letters_are_counted_by_the_hour() {
        let attempts = Attempts::default();
        let of = [Of::Letter(Subject::SignUp, "ann@home".into(), String::new())];
        for at in 0..5 {
            assert!(attempts.admit(&of, at));
        }
        assert!(!attempts.admit(&of, HOUR - 1) && attempts.admit(&of, HOUR));
    }

    #[test]
    fn a_try_that_one_count_refuses_is_counted_under_none() {
        let attempts = Attempts::default();
        let origin = Of::Origin("203.0.113.9".into());
        for number in 0..100 {
            let own = Of::SignIn(format!("person {number}"), "203.0.113.9".into());
            assert!(attempts.admit(&[own, origin.clone()], 0));
        }
        let own = Of::SignIn("ann".into(), "203.0.113.9".into());
        assert!(!attempts.admit(&[own.clone(), origin.clone()], 0));
        assert!(!attempts.exhausted(&own, 0));
        attempts.forgive(std::slice::from_ref(&origin));
        assert!(attempts.admit(&[own, origin], 0));
    }
}
