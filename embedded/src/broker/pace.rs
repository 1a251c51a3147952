//! How fast one connection may speak: a bucket that fills steadily. Who is faster
//! waits, and nobody else does, because each connection is read by itself.
//!
//! # Source
//! AWS IoT Core message broker limits: publish requests and throughput per
//! second and connection.

use std::time::Duration;

use tokio::time::Instant;

/// What one connection may publish, steadily and at once.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Messages a second.
    pub messages: u32,
    /// Bytes of payload a second.
    pub bytes: u32,
}

/// As AWS IoT Core has it: 100 a second, 512 KiB a second.
pub const AWS: Rate = Rate {
    messages: 100,
    bytes: 512 * 1024,
};

/// For how long of its rate somebody may be silent and then speak at once:
/// what waited while the network was away is said at its coming back.
const SAVED_S: f64 = 5.0;

/// One connection's bucket.
#[derive(Debug)]
pub struct Pace {
    rate: Rate,
    /// What may be said at once: messages, bytes.
    left: (f64, f64),
    at: Instant,
}

impl Pace {
    /// A full one.
    #[must_use]
    pub fn new(rate: Rate, now: Instant) -> Self {
        let left = (f64::from(rate.messages) * SAVED_S, f64::from(rate.bytes) * SAVED_S);
        Self { rate, left, at: now }
    }

    /// Takes out one message of so many bytes; how long its sender has to wait.
    pub fn take(&mut self, bytes: usize, now: Instant) -> Duration {
        let (messages_s, bytes_s) = (f64::from(self.rate.messages), f64::from(self.rate.bytes));
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        let filled = |left: f64, rate: f64| (left + passed * rate).min(rate * SAVED_S);
        self.left.0 = filled(self.left.0, messages_s) - 1.0;
        self.left.1 = filled(self.left.1, bytes_s) - bytes as f64;
        let owed = (-self.left.0 / messages_s).max(-self.left.1 / bytes_s);
        Duration::from_secs_f64(owed.max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        messages: 10,
        bytes: 1000,
    };

    #[test]
    fn what_was_saved_is_said_at_once_and_then_everything_in_its_time() {
        let now = Instant::now();
        let mut pace = Pace::new(RATE, now);
        assert!((0..50).all(|_| pace.take(10, now).is_zero()));
        assert_eq!(pace.take(10, now), Duration::from_millis(100));
        assert_eq!(pace.take(10, now), Duration::from_millis(200));
        // A second later ten more have come in, two of which were owed.
        let later = now + Duration::from_secs(1);
        assert!((0..8).all(|_| pace.take(10, later).is_zero()));
        assert!(!pace.take(10, later).is_zero());
    }

    #[test]
    fn large_messages_wait_for_their_bytes() {
        let now = Instant::now();
        let mut pace = Pace::new(RATE, now);
        assert!(pace.take(5000, now).is_zero());
        assert_eq!(pace.take(500, now), Duration::from_millis(500));
    }

    #[test]
    fn silence_saves_no_more_than_its_share() {
        let now = Instant::now();
        let mut pace = Pace::new(RATE, now);
        let later = now + Duration::from_secs(3600);
        assert!((0..50).all(|_| pace.take(1, later).is_zero()));
        assert!(!pace.take(1, later).is_zero());
    }
}
