//! What a device takes from its surroundings: time and ids, as parameters.

use std::sync::Arc;

use hearth_contract::clock::Clock;
use uuid::Uuid;

/// The two times of a device.
#[derive(Clone)]
pub struct Clocks {
    /// The time things happen at: doors, readings, alarms. A test may turn it.
    pub domain: Arc<dyn Clock>,
    /// Real time: codes on the screen, leases, presigned addresses.
    pub real: Arc<dyn Clock>,
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
