//! The clock as a parameter.
//!
//! Rules take their time from here so that a test, or the simulated home, can
//! turn it. Certificates, tokens and signatures use real time and not this.
//! The real clock lives with the programs, not in this crate.

use jiff::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The current instant, UTC.
    fn now(&self) -> Timestamp;
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// A clock that stands still: for tests.
impl Clock for Timestamp {
    fn now(&self) -> Timestamp {
        *self
    }
}
