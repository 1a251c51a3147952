//! How long to wait before the next try: twice as long each time, to a limit,
//! with jitter so that a thousand devices do not come back in one second.

use std::time::Duration;

use crate::surroundings::{Ids, part};

const FIRST: Duration = Duration::from_millis(250);

/// Counts tries.
#[derive(Debug)]
pub struct Backoff {
    limit: Duration,
    tries: u32,
}

impl Backoff {
    /// The first wait is about a quarter of a second, no wait is longer than `limit`.
    #[must_use]
    pub const fn up_to(limit: Duration) -> Self {
        Self { limit, tries: 0 }
    }

    /// It worked: the next wait is short again.
    pub const fn reset(&mut self) {
        self.tries = 0;
    }

    /// The wait before the next try, from half to the whole of its step.
    pub fn next(&mut self, ids: &dyn Ids) -> Duration {
        let step = FIRST.saturating_mul(1 << self.tries.min(16)).min(self.limit);
        self.tries = self.tries.saturating_add(1);
        step.mul_f64(0.5 + 0.5 * part(ids))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surroundings::RandomIds;

    #[test]
    fn waits_grow_to_the_limit_and_start_again() {
        let limit = Duration::from_secs(3);
        let mut backoff = Backoff::up_to(limit);
        assert!(backoff.next(&RandomIds) <= FIRST);
        let waits: Vec<_> = (0..100).map(|_| backoff.next(&RandomIds)).collect();
        assert!(waits.iter().all(|wait| *wait <= limit));
        assert!(waits[50..].iter().all(|wait| *wait >= limit / 2));
        backoff.reset();
        assert!(backoff.next(&RandomIds) <= FIRST);
    }
}
