//! What the refrigerator keeps an eye on: how long its doors stand open, and how
//! warm its food is. What it notices it tells, chimes for and keeps.

use hearth_contract::{
    alarm::Cause,
    control::{Setting, door_limit},
    ids::DoorId,
    temperature::{Compartment, TOO_WARM_FOR},
};
use jiff::Timestamp;
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::{
    DOORS, Door, Fridge, WARMTH,
    alarm::{Signs, Terms, Watch},
};
use crate::fault::Fault;

impl Fridge {
    /// Steps the watch of one door, or of all. First the letter, then the note:
    /// cut between, the same is told twice.
    pub(super) async fn signs(&mut self, signs: &Signs, only: Option<&DoorId>, now: Timestamp) {
        if *signs == Signs::TimeGoesBy && self.doors.values().all(|door| door.watch.is_well()) {
            return;
        }
        let settings = self.body.settings();
        for door in self.body.doors() {
            if only.is_some_and(|only| *only != door) {
                continue;
            }
            let known = self.doors.get(&door).cloned().unwrap_or_default();
            let cause = |opened_at| Cause::DoorOpen {
                door: door.clone(),
                opened_at,
            };
            let terms = Terms {
                thing: self.agent.thing(),
                cause: &cause,
                limit: door_limit(&settings, &door),
                paused: settings.contains(&Setting::Restocking(true)),
            };
            let (watch, told) = known.watch.clone().step(signs, &terms, now);
            if let Some(is) = told {
                self.tell(is).await;
            }
            if watch != known.watch || *signs != Signs::TimeGoesBy {
                self.doors.insert(door, Door { watch, ..known });
                self.note(DOORS, self.doors.clone()).await;
            }
        }
        self.chime();
    }

    /// Measures, and steps the watch of each compartment. One whose door is open
    /// has its own alarm.
    pub(super) async fn measure(&mut self, signs: &Signs, now: Timestamp) {
        let settings = self.body.settings();
        for (compartment, temperature_c) in self.body.temperatures() {
            let before = self.warmth.get(&compartment).cloned().unwrap_or_default();
            let is_wrong = compartment.is_too_warm(temperature_c, &settings, !before.is_well());
            let signs = match (is_wrong, before.is_well()) {
                (true, true) if !self.is_open(compartment) => &Signs::Wrong,
                (true, true) => continue,
                (true, false) => signs,
                (false, true) => continue,
                (false, false) => &Signs::Well,
            };
            let cause = |since| Cause::TooWarm {
                compartment,
                since,
                temperature_c,
            };
            let terms = Terms {
                thing: self.agent.thing(),
                cause: &cause,
                limit: TOO_WARM_FOR,
                paused: self.is_open(compartment),
            };
            let (after, told) = before.clone().step(signs, &terms, now);
            if let Some(is) = told {
                self.tell(is).await;
            }
            if after != before {
                self.warmth.insert(compartment, after);
                self.note(WARMTH, self.warmth.clone()).await;
            }
        }
        self.chime();
    }

    /// Whether this compartment's door stands open.
    fn is_open(&self, compartment: Compartment) -> bool {
        let is_its = |door: &&DoorId| Compartment::behind(door) == Some(compartment);
        self.doors
            .iter()
            .any(|(door, known)| is_its(&door) && !known.watch.is_well())
    }

    /// As loud as the loudest.
    fn chime(&mut self) {
        let doors = self.doors.values().map(|door| door.watch.chime());
        let loudest = doors.chain(self.warmth.values().map(Watch::chime)).max();
        let loudest = loudest.unwrap_or_default();
        if std::mem::replace(&mut self.chime, loudest) != loudest {
            self.body.chime(loudest);
        }
    }

    /// Keeps how all stands.
    pub(super) async fn note(&self, name: &'static str, known: impl Serialize + Send + 'static) {
        let disk = self.disk.clone();
        let noted = spawn_blocking(move || disk.save(name, &known)).await;
        if let Err(fault) = noted.map_err(|_| Fault::Task).flatten() {
            tracing::error!(%fault, name, "can't note how all stands");
        }
    }
}
