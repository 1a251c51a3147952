//! What the cloud says to a device, and whom in it that concerns.
//!
//! Runs inside the connection's loop: never waits, never touches the disk.

use super::{Shared, lock};
use hearth_contract::{
    MessageId,
    control::shadow::{self, Delta},
    jobs,
    things::ToThing,
};

/// What the cloud says of a letter.
pub(crate) enum Verdict {
    /// It is stored.
    Heard,
    /// It makes no sense there; repeating it would not help.
    Refused,
}

impl Shared {
    /// Takes one message. What can't be read is logged and changes nothing.
    pub(super) fn hear(&self, topic: &str, payload: &[u8]) {
        let thing = &self.identity.thing;
        if topic == shadow::delta(thing) {
            match serde_json::from_slice::<Delta>(payload) {
                Ok(delta) => drop(self.wanted.send_replace(delta.wanted())),
                Err(error) => tracing::warn!(%thing, %error, "what is wanted can't be read"),
            }
        } else if topic == jobs::next(thing) || topic == jobs::begun(thing) {
            self.hear_job(topic, payload);
        } else if topic == shadow::rejected(thing) {
            let why = String::from_utf8_lossy(payload);
            tracing::warn!(%thing, %why, "what the device says of itself was not taken");
        } else {
            self.told(payload);
        }
    }

    /// Puts its clocks right by the time at which the cloud answered.
    pub(super) fn learns_the_time(&self, answer: &[u8]) {
        let Some(told) = shadow::answered_at(answer) else {
            return;
        };
        if let Some(wrong) = self.correction.learn(told, self.clocks.real.now()) {
            tracing::warn!(thing = %self.identity.thing, by_s = wrong.as_secs(), "the clock was wrong");
        }
    }

    fn told(&self, payload: &[u8]) {
        match serde_json::from_slice::<ToThing>(payload) {
            Ok(ToThing::Granted { uploads, .. }) => self.stock.add(uploads),
            Ok(ToThing::Lease { sight, until }) => {
                let now = self.clocks.real.now();
                self.leases.send_modify(|leases| {
                    leases.retain(|_, until| *until > now);
                    leases.insert(sight, until);
                });
            }
            // Nobody may be listening: a meter has no doors.
            Ok(ToThing::SeenTo { alarm, acknowledged }) => drop(self.seen_to.send((alarm, acknowledged.by))),
            Ok(ToThing::Heard { message }) => self.judged(message, Verdict::Heard),
            Ok(ToThing::Refused { message }) => self.judged(message, Verdict::Refused),
            Ok(ToThing::Unknown) => {}
            Err(error) => tracing::warn!(thing = %self.identity.thing, %error, "a message can't be read"),
        }
    }

    fn judged(&self, message: MessageId, verdict: Verdict) {
        if let Some(waiting) = lock(&self.awaited).remove(&message) {
            // Whoever waited may have given up meanwhile; it will ask again.
            let _ = waiting.send(verdict);
        }
    }
}
