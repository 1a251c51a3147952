//! Counts messages that make no sense, and logs each device once a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use hearth_contract::ThingName;
use jiff::Timestamp;

/// Devices that are told apart; beyond, they are counted but not logged.
const MOST_DEVICES: usize = 10_000;

#[derive(Default)]
struct Counts {
    total: u64,
    /// Count and the minute it was last logged in.
    devices: HashMap<ThingName, (u64, i64)>,
}

/// The counters since the cloud was opened.
#[derive(Default)]
pub(crate) struct Malformed(Mutex<Counts>);

impl Malformed {
    /// One more of this device.
    pub fn count(&self, thing: &ThingName, now: Timestamp) {
        let minute = now.as_second().div_euclid(60);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.total += 1;
        if counts.devices.len() >= MOST_DEVICES && !counts.devices.contains_key(thing) {
            return;
        }
        let (count, logged) = counts.devices.entry(thing.clone()).or_insert((0, i64::MIN));
        *count += 1;
        if *logged != minute {
            *logged = minute;
            tracing::warn!(%thing, count = *count, "a device sends messages that make no sense");
        }
    }

    /// Of all devices.
    pub fn total(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}
