//! How a device hears what it is to do when it can, and says how that goes: the
//! reserved topics of AWS IoT's jobs. What there is to do is in [`crate::software`].
//!
//! A device asks for its next job after every connect and whenever another one
//! is next; one it has begun it gets again until it has ended it.
//!
//! # Source
//! AWS IoT developer guide, "Jobs device MQTT API operations".

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{ids::ThingName, software::Why};

/// How long a device may be at a job before it counts as given up, minutes.
const AT_IT_FOR: u32 = 60;

/// A job of this device.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// Which.
    pub job_id: String,
    /// What is to be done.
    #[serde(default)]
    pub job_document: Value,
}

/// What is said at [`next`] and [`begun`]: without an execution there is nothing to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Told {
    #[serde(default)]
    execution: Option<Value>,
}

impl Told {
    /// The job; `None`: nothing is to be done.
    #[must_use]
    pub fn execution(self) -> Option<Execution> {
        // One without a name is how an empty list is told.
        serde_json::from_value(self.execution?).ok()
    }
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The device is at this step.
    At(Step),
    /// It is done.
    Done,
    /// It is not, and will not be.
    Ended(Why),
}

/// A step of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It fetches a file.
    Downloading,
    /// It begins to run what it fetched.
    Restarting,
    /// It asks for another certificate, and comes in with that.
    Rotating,
}

impl Progress {
    /// The message for [`update`].
    #[must_use]
    pub fn message(self) -> Value {
        match self {
            Self::At(step) => json!({
                "status": "IN_PROGRESS",
                "statusDetails": { "step": step },
                "stepTimeoutInMinutes": AT_IT_FOR,
            }),
            Self::Done => json!({ "status": "SUCCEEDED" }),
            Self::Ended(why) => {
                let status = if why.is_failure() { "FAILED" } else { "REJECTED" };
                json!({ "status": status, "statusDetails": { "why": why } })
            }
        }
    }
}

/// The topic at which another job is told as the next one.
#[must_use]
pub fn next(thing: &ThingName) -> String {
    format!("$aws/things/{thing}/jobs/notify-next")
}

/// The topic at which a device begins its next job.
#[must_use]
pub fn begin(thing: &ThingName) -> String {
    format!("$aws/things/{thing}/jobs/start-next")
}

/// The message for [`begin`].
#[must_use]
pub fn beginning() -> Value {
    json!({ "stepTimeoutInMinutes": AT_IT_FOR })
}

/// The topic at which it hears which one it has begun.
#[must_use]
pub fn begun(thing: &ThingName) -> String {
    format!("{}/accepted", begin(thing))
}

/// The topic at which it says how this job goes.
#[must_use]
pub fn update(thing: &ThingName, job: &str) -> String {
    format!("$aws/things/{thing}/jobs/{job}/update")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_read_and_none_is_none() {
        let told = |payload: Value| serde_json::from_value::<Told>(payload).unwrap().execution();
        let one = json!({ "timestamp": 1, "execution": { "jobId": "a", "jobDocument": { "operation": "x" }, "versionNumber": 1 } });
        assert_eq!(told(one).unwrap().job_id, "a");
        assert_eq!(told(json!({ "timestamp": 1, "execution": {} })), None);
        assert_eq!(told(json!({ "timestamp": 1 })), None);
    }

    #[test]
    fn what_was_not_tried_is_rejected_and_what_went_wrong_failed() {
        assert_eq!(Progress::Ended(Why::Signature).message()["status"], "REJECTED");
        let gone = Progress::Ended(Why::Unreachable).message();
        assert_eq!(
            (&gone["status"], &gone["statusDetails"]["why"]),
            (&json!("FAILED"), &json!("unreachable"))
        );
    }
}
