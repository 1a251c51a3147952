//! The clocks of a home: the real one, and the one its rules go by.

use std::sync::atomic::{AtomicI64, Ordering};

use hearth_contract::clock::Clock;
use jiff::{SignedDuration, Timestamp};

/// The machine's clock.
pub struct RealClock;

impl Clock for RealClock {
    // This is where the ambient clock comes in; everybody else takes it as a parameter.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The domain clock: real time plus an offset, which the simulated home may turn forward.
#[derive(Default)]
pub struct TurnableClock {
    ahead_s: AtomicI64,
}

impl TurnableClock {
    /// Turns the clock forward; it never goes back.
    pub fn advance(&self, by_s: u32) {
        self.ahead_s.fetch_add(i64::from(by_s), Ordering::SeqCst);
    }
}

impl Clock for TurnableClock {
    fn now(&self) -> Timestamp {
        RealClock.now() + SignedDuration::from_secs(self.ahead_s.load(Ordering::SeqCst))
    }
}
