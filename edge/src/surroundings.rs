//! What a device takes from its surroundings: time and ids, as parameters.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use hearth_contract::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The two times of a device.
#[derive(Clone)]
pub struct Clocks {
    /// The time things happen at: doors, readings, alarms. A test may turn it.
    pub domain: Arc<dyn Clock>,
    /// Real time: codes on the screen, leases, presigned addresses.
    pub real: Arc<dyn Clock>,
}

/// By how much both clocks of a device are wrong, as far as it knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Correction(Arc<AtomicI64>);

/// A clock is not put right for less: it is a message's way, and no lie.
const WRONG: SignedDuration = SignedDuration::from_mins(1);

struct Corrected {
    own: Arc<dyn Clock>,
    by: Correction,
}

impl Clock for Corrected {
    fn now(&self) -> Timestamp {
        let by = SignedDuration::from_secs(self.by.0.load(Ordering::Relaxed));
        let own = self.own.now();
        own.checked_add(by).unwrap_or(own)
    }
}

impl Correction {
    /// These clocks, put right whenever that is known.
    pub fn of(&self, clocks: &Clocks) -> Clocks {
        let corrected = |own: &Arc<dyn Clock>| -> Arc<dyn Clock> {
            let (own, by) = (own.clone(), self.clone());
            Arc::new(Corrected { own, by })
        };
        Clocks {
            domain: corrected(&clocks.domain),
            real: corrected(&clocks.real),
        }
    }

    /// Somebody who is believed says what time it is while these clocks, put
    /// right as they are, show another; by how much they are put right now.
    pub fn learn(&self, told: Timestamp, shown: Timestamp) -> Option<SignedDuration> {
        let wrong = told.duration_since(shown);
        if wrong.abs() < WRONG {
            return None;
        }
        self.0.fetch_add(wrong.as_secs(), Ordering::Relaxed);
        Some(wrong)
    }
}

/// Makes ids nobody else makes.
pub trait Ids: Send + Sync {
    /// A new one.
    fn uuid(&self) -> Uuid;
}

/// Ids of the operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[allow(clippy::disallowed_methods, reason = "this is the place where ids come in")]
    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// A number from 0 to 1 out of an id, for jitter.
pub(crate) fn part(ids: &dyn Ids) -> f64 {
    let (high, _) = ids.uuid().as_u64_pair();
    (high >> 32) as f64 / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_lies_is_put_right_and_one_that_is_slow_is_not() {
        let own: Arc<dyn Clock> = Arc::new(Timestamp::from_second(1_000_000).unwrap());
        let correction = Correction::default();
        let clocks = correction.of(&Clocks {
            domain: own.clone(),
            real: own,
        });
        let told = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(correction.learn(told(1_000_059), clocks.real.now()), None);
        assert!(correction.learn(told(2_000_000), clocks.real.now()).is_some());
        assert_eq!(
            (clocks.real.now(), clocks.domain.now()),
            (told(2_000_000), told(2_000_000))
        );
        assert!(correction.learn(told(500_000), clocks.real.now()).is_some());
        assert_eq!(clocks.real.now(), told(500_000));
    }
}
