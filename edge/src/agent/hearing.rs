//! What the cloud says to a device, and whom in it that concerns.
//!
//! Runs inside the connection's loop: never waits, never touches the disk.

use hearth_contract::{MessageId, things::ToThing};

use super::{Shared, Verdict, lock};

impl Shared {
    /// Takes one message. What can't be read is logged and changes nothing.
    pub(super) fn hear(&self, payload: &[u8]) {
        match serde_json::from_slice::<ToThing>(payload) {
            Ok(ToThing::Granted { uploads, .. }) => self.stock.add(uploads),
            Ok(ToThing::Lease { sight, until }) => {
                let now = self.clocks.real.now();
                self.leases.send_modify(|leases| {
                    leases.retain(|_, until| *until > now);
                    leases.insert(sight, until);
                });
            }
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
