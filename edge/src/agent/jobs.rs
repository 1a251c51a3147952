//! What the device is to do when it can, as the cloud gives it out, and how that goes.

use hearth_contract::jobs::{Execution, Progress, Told, begin, beginning, next, update};
use rumqttc::QoS;
use serde_json::Value;
use tokio::sync::watch;

use super::{Agent, Shared};

impl Agent {
    /// The job it has begun and not ended, as the cloud says so.
    #[must_use]
    pub fn job(&self) -> watch::Receiver<Option<Execution>> {
        self.0.job.subscribe()
    }

    /// Says how a job goes; lost when not connected: the job comes again then.
    pub fn tell_job(&self, job: &str, progress: Progress) {
        self.0.say(update(&self.0.identity.thing, job), &progress.message());
    }
}

impl Shared {
    /// Asks for the next job; lost when not connected, so it is asked after every connect.
    pub(super) fn begin_job(&self) {
        self.say(begin(&self.identity.thing), &beginning());
    }

    pub(super) fn hear_job(&self, topic: &str, payload: &[u8]) {
        let thing = &self.identity.thing;
        match serde_json::from_slice::<Told>(payload).map(Told::execution) {
            Ok(Some(_)) if topic == next(thing) => self.begin_job(),
            Ok(job) => drop(self.job.send_replace(job)),
            Err(error) => tracing::warn!(%thing, %error, "a job can't be read"),
        }
    }

    fn say(&self, topic: String, message: &Value) {
        // Whoever needs it sent is asked again by the cloud.
        self.send(topic, message.to_string().into_bytes(), QoS::AtLeastOnce);
    }
}
