//! Who is connected, and telling the cloud of it: in order for each thing,
//! again if it could not take it, and without noise when a connection is only
//! replaced.
//!
//! A newer connection takes the place of an older one, so the older one's end
//! says nothing. Who leaves is given a moment to come back before it is told.
//! After a start, things that may connect and do not are told once as absent.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hearth_cloud::ports::Ears;
use hearth_contract::ids::ThingName;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// How long who left may take to come back.
const GRACE: Duration = Duration::from_secs(2);
/// How long things may take to come back after a start.
const STARTING: Duration = Duration::from_secs(15);
/// When to try again what the cloud could not take.
const AGAIN: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Default)]
pub struct Presence {
    things: Mutex<HashMap<ThingName, Place>>,
    stir: Notify,
}

struct Place {
    /// The connection that counts; `None`: absent.
    connection: Option<u64>,
    /// What the cloud was told last; `None`: nothing since the start.
    told: Option<bool>,
    /// When it is to be told, if it differs.
    due: Instant,
}

impl Presence {
    /// A thing that may connect: if it does not, the cloud is told.
    pub fn expect(&self, thing: ThingName) {
        let due = Instant::now() + STARTING;
        self.lock().entry(thing).or_insert(Place {
            connection: None,
            told: None,
            due,
        });
    }

    /// The thing is connected, by this connection from now on.
    pub fn came(&self, thing: &ThingName, connection: u64) {
        let mut things = self.lock();
        let due = Instant::now();
        let place = things.entry(thing.clone()).or_insert(Place {
            connection: None,
            told: None,
            due,
        });
        place.connection = Some(connection);
        place.due = due;
        drop(things);
        self.stir.notify_one();
    }

    /// This connection is over.
    pub fn left(&self, thing: &ThingName, connection: u64) {
        let mut things = self.lock();
        if let Some(place) = things
            .get_mut(thing)
            .filter(|place| place.connection == Some(connection))
        {
            place.connection = None;
            place.due = Instant::now() + GRACE;
        }
        drop(things);
        self.stir.notify_one();
    }

    /// Whether the thing is connected now.
    #[must_use]
    pub fn online(&self, thing: &ThingName) -> bool {
        self.lock().get(thing).is_some_and(|place| place.connection.is_some())
    }

    /// Tells the cloud, for ever. Whoever calls it drops it to end it.
    pub async fn tell(&self, ears: &dyn Ears) {
        loop {
            let (due, next) = self.due(Instant::now());
            if due.is_empty() {
                tokio::select! {
                    () = self.stir.notified() => {}
                    () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
                }
            }
            for (thing, online) in due {
                let told = ears.presence(&thing, online).await;
                if let Err(failed) = &told {
                    tracing::warn!(%thing, %failed, "presence could not be told, it will be again");
                }
                if let Some(place) = self.lock().get_mut(&thing) {
                    match told {
                        Ok(()) => place.told = Some(online),
                        Err(_) => place.due = place.due.max(Instant::now() + AGAIN),
                    }
                }
            }
        }
    }

    /// What is to be told now, and when to look again.
    fn due(&self, now: Instant) -> (Vec<(ThingName, bool)>, Option<Instant>) {
        let things = self.lock();
        let untold = || {
            things
                .iter()
                .filter(|(_, place)| place.told != Some(place.connection.is_some()))
        };
        let due = untold()
            .filter(|(_, place)| place.due <= now)
            .map(|(thing, place)| (thing.clone(), place.connection.is_some()))
            .collect();
        (due, untold().map(|(_, place)| place.due).min())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ThingName, Place>> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
