//! This machine's clock.

use hearth_contract::clock::Clock;
use jiff::Timestamp;

/// The machine's time; here it is the home's as well.
pub struct MachineClock;

impl Clock for MachineClock {
    #[allow(clippy::disallowed_methods, reason = "this is where the ambient clock comes in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
