//! The open connections of things, so that they can be cut at once.
//!
//! A connection takes its seat before its certificate is judged: whoever is
//! deactivated in between is either refused by the judgement or cut here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hearth_contract::ids::ThingName;
use tokio_util::sync::CancellationToken;

/// How many connections (MQTT and live) one thing may have at once.
const MOST_SEATS: usize = 16;

type Seats = HashMap<ThingName, Vec<(u64, CancellationToken)>>;

/// The connections by thing.
#[derive(Clone, Default)]
pub struct Online {
    seats: Arc<Mutex<Seats>>,
}

/// The seat of one connection, given up when dropped.
pub struct Seat {
    online: Online,
    thing: ThingName,
    number: u64,
}

impl Online {
    /// Takes a seat; `leash` is cut when the thing may no longer be connected.
    /// `number` tells connections apart. `None`: the thing has too many.
    #[must_use]
    pub fn sit(&self, thing: &ThingName, number: u64, leash: CancellationToken) -> Option<Seat> {
        let mut seats = self.lock();
        let own = seats.entry(thing.clone()).or_default();
        if own.len() >= MOST_SEATS {
            return None;
        }
        own.push((number, leash));
        Some(Seat {
            online: self.clone(),
            thing: thing.clone(),
            number,
        })
    }

    /// Cuts every connection of the thing.
    pub fn cut(&self, thing: &ThingName) {
        for (_, leash) in self.lock().get(thing).into_iter().flatten() {
            leash.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Whose it is.
    #[must_use]
    pub fn thing(&self) -> &ThingName {
        &self.thing
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.online.lock();
        if let Some(own) = seats.get_mut(&self.thing) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                seats.remove(&self.thing);
            }
        }
    }
}
