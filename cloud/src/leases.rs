//! Who looks at what now.
//!
//! Leases last seconds and are renewed by whoever looks, so they live in memory:
//! after a restart they are back with the next renewal.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use hearth_contract::{Principal, ThingName, live::Sight};
use jiff::Timestamp;

/// Somebody looks at something, until then (real time).
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub thing: ThingName,
    pub sight: Sight,
    pub by: Principal,
    pub until: Timestamp,
}

type Sights = HashMap<(ThingName, Sight), HashMap<Principal, Timestamp>>;

/// All leases that run.
#[derive(Default)]
pub(crate) struct Leases(Mutex<Sights>);

impl Leases {
    /// Takes or renews a lease, and drops those that have run out.
    pub fn take(&self, look: Look, now: Timestamp) {
        let mut sights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sights.retain(|_, lookers| {
            lookers.retain(|_, until| *until > now);
            !lookers.is_empty()
        });
        sights
            .entry((look.thing, look.sight))
            .or_default()
            .insert(look.by, look.until);
    }

    /// Ends all leases of somebody on these things.
    pub fn end(&self, things: &[ThingName], by: &Principal) {
        let mut sights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sights.retain(|(thing, _), lookers| {
            if things.contains(thing) {
                lookers.remove(by);
            }
            !lookers.is_empty()
        });
    }

    /// Whether this one's lease runs.
    pub fn runs(&self, thing: &ThingName, sight: &Sight, by: &Principal, now: Timestamp) -> bool {
        self.lookers(thing, sight, now).contains(by)
    }

    /// Whose leases run.
    pub fn lookers(&self, thing: &ThingName, sight: &Sight, now: Timestamp) -> Vec<Principal> {
        let sights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lookers = sights.get(&(thing.clone(), sight.clone())).into_iter().flatten();
        lookers
            .filter(|(_, until)| **until > now)
            .map(|(by, _)| by.clone())
            .collect()
    }
}
