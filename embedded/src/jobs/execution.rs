//! One job's execution on one thing: its states, and what is said of it. Pure.
//!
//! # Source
//! AWS IoT developer guide, "Jobs and job execution states" and "Jobs MQTT API".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Where an execution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// The thing has not begun it.
    Queued,
    /// The thing is at it.
    InProgress,
    /// Done.
    Succeeded,
    /// Tried and not done.
    Failed,
    /// The thing does not want it.
    Rejected,
    /// Begun, and not ended in time.
    TimedOut,
    /// Taken back.
    Canceled,
}

impl Status {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::InProgress,
        Self::Succeeded,
        Self::Failed,
        Self::Rejected,
        Self::TimedOut,
        Self::Canceled,
    ];

    /// As AWS IoT writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::InProgress => "IN_PROGRESS",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Rejected => "REJECTED",
            Self::TimedOut => "TIMED_OUT",
            Self::Canceled => "CANCELED",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::InProgress)
    }

    /// Whether a thing may say so of itself.
    const fn is_said_by_things(self) -> bool {
        matches!(self, Self::InProgress | Self::Succeeded | Self::Failed | Self::Rejected)
    }
}

/// What a thing adds to a state, in its own words.
pub type Details = BTreeMap<String, String>;

/// An execution. Instants are Unix seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Of which job.
    pub job: String,
    /// On which thing.
    pub thing: String,
    /// What is to be done.
    pub document: Value,
    /// Where it stands.
    pub status: Status,
    /// What the thing says of it.
    pub details: Details,
    /// When it was given.
    pub queued_at: i64,
    /// When the thing began.
    pub started_at: Option<i64>,
    /// When it changed last.
    pub updated_at: i64,
    /// When it is given up if nothing is heard.
    pub ends_at: Option<i64>,
    /// Counts changes, from 1 on.
    pub version: i64,
}

/// What a thing says of an execution.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Update {
    /// Required for an update; a start is `IN_PROGRESS`.
    pub status: Option<String>,
    /// Replaces what was there.
    pub status_details: Option<Details>,
    /// The version it was said of.
    pub expected_version: Option<i64>,
    /// Ours are all the first.
    pub execution_number: Option<i64>,
    /// Whether the answer says what is so now.
    pub include_job_execution_state: bool,
    /// Whether it repeats what is to be done; a plain get does unless told not to.
    pub include_job_document: Option<bool>,
    /// 1 to 10080; -1 takes the limit away.
    pub step_timeout_in_minutes: Option<i64>,
    /// Comes back with the answer.
    pub client_token: Option<String>,
}

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not JSON, or of another shape.
    InvalidJson,
    /// A member is wrong.
    InvalidRequest(&'static str),
    /// From this state one can't come to that.
    InvalidStateTransition,
    /// No such execution.
    ResourceNotFound,
    /// It was said of another version.
    VersionMismatch,
    /// Ours.
    InternalError,
}

impl Refusal {
    /// AWS IoT's name for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidJson => "InvalidJson",
            Self::InvalidRequest(_) => "InvalidRequest",
            Self::InvalidStateTransition => "InvalidStateTransition",
            Self::ResourceNotFound => "ResourceNotFound",
            Self::VersionMismatch => "VersionMismatch",
            Self::InternalError => "InternalError",
        }
    }

    /// For developers.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::InvalidJson => "The payload is not a JSON object of the expected shape.",
            Self::InvalidRequest(why) => why,
            Self::InvalidStateTransition => "The execution can't go from its state to this one.",
            Self::ResourceNotFound => "There is no such job execution of this thing.",
            Self::VersionMismatch => "The expected version does not match the version of the job execution.",
            Self::InternalError => "Something went wrong here; try again.",
        }
    }
}

/// The longest step limit, minutes: seven days.
const LONGEST_STEP: i64 = 10_080;
/// Members of the details, and bytes of a name and of a value.
const MOST_DETAILS: usize = 10;
const LONGEST_DETAIL: usize = 1024;

impl Update {
    /// Reads a request; an empty payload is `{}`.
    ///
    /// # Errors
    /// `InvalidJson`, `InvalidRequest`.
    pub fn read(payload: &[u8]) -> Result<Self, Refusal> {
        let text = if payload.trim_ascii().is_empty() {
            b"{}"
        } else {
            payload
        };
        let update: Self = serde_json::from_slice(text).map_err(|_| Refusal::InvalidJson)?;
        let minutes = update.step_timeout_in_minutes;
        if minutes.is_some_and(|minutes| minutes != -1 && !(1..=LONGEST_STEP).contains(&minutes)) {
            return Err(Refusal::InvalidRequest("stepTimeoutInMinutes is 1 to 10080, or -1."));
        }
        if update.client_token.as_ref().is_some_and(|token| token.len() > 64) {
            return Err(Refusal::InvalidRequest("clientToken is at most 64 bytes."));
        }
        let is_small = |details: &Details| {
            details.len() <= MOST_DETAILS
                && details
                    .iter()
                    .all(|(name, value)| name.len() <= 128 && value.len() <= LONGEST_DETAIL)
        };
        if !update.status_details.as_ref().is_none_or(is_small) {
            return Err(Refusal::InvalidRequest("statusDetails has at most 10 short members."));
        }
        Ok(update)
    }

    /// The state that is said.
    ///
    /// # Errors
    /// `InvalidRequest` for none, or one that things don't decide.
    pub fn status(&self) -> Result<Status, Refusal> {
        let word = self
            .status
            .as_deref()
            .ok_or(Refusal::InvalidRequest("status is missing."))?;
        Status::of(word)
            .filter(|status| status.is_said_by_things())
            .ok_or(Refusal::InvalidRequest(
                "status is IN_PROGRESS, SUCCEEDED, FAILED or REJECTED.",
            ))
    }
}

impl Execution {
    /// A new one.
    #[must_use]
    pub fn queued(job: &str, thing: &str, document: Value, now: i64) -> Self {
        Self {
            job: job.to_owned(),
            thing: thing.to_owned(),
            document,
            status: Status::Queued,
            details: Details::new(),
            queued_at: now,
            started_at: None,
            updated_at: now,
            ends_at: None,
            version: 1,
        }
    }

    /// What becomes of it by what the thing says.
    ///
    /// # Errors
    /// `VersionMismatch`, `InvalidStateTransition`.
    pub fn told(&self, status: Status, update: &Update, now: i64) -> Result<Self, Refusal> {
        if update.execution_number.is_some_and(|number| number != 1) {
            return Err(Refusal::ResourceNotFound);
        }
        if update.expected_version.is_some_and(|version| version != self.version) {
            return Err(Refusal::VersionMismatch);
        }
        if self.status.is_over() {
            return Err(Refusal::InvalidStateTransition);
        }
        let mut next = self.clone().changed(status, now);
        if let Some(details) = &update.status_details {
            next.details.clone_from(details);
        }
        if status == Status::InProgress {
            next.started_at = self.started_at.or(Some(now));
            match update.step_timeout_in_minutes {
                Some(-1) => next.ends_at = None,
                Some(minutes) => next.ends_at = Some(now + minutes * 60),
                None => {}
            }
        }
        Ok(next)
    }

    /// Given up, if its time is over.
    #[must_use]
    pub fn timed_out(&self, now: i64) -> Option<Self> {
        let is_late = self.status == Status::InProgress && self.ends_at.is_some_and(|ends_at| ends_at <= now);
        is_late.then(|| self.clone().changed(Status::TimedOut, now))
    }

    /// In another state from now on.
    #[must_use]
    pub fn changed(self, status: Status, now: i64) -> Self {
        Self {
            status,
            updated_at: now,
            version: self.version + 1,
            ends_at: self.ends_at.filter(|_| !status.is_over()),
            ..self
        }
    }

    /// A line of a list.
    #[must_use]
    pub fn summary(&self) -> Value {
        let mut summary = json!({
            "jobId": self.job, "queuedAt": self.queued_at, "lastUpdatedAt": self.updated_at,
            "versionNumber": self.version, "executionNumber": 1,
        });
        self.put_start(&mut summary);
        summary
    }

    /// Everything of it, with what is to be done if that is asked for.
    #[must_use]
    pub fn whole(&self, has_document: bool) -> Value {
        let mut whole = self.summary();
        if let Some(members) = whole.as_object_mut() {
            members.insert("thingName".into(), self.thing.as_str().into());
            members.insert("status".into(), self.status.word().into());
            if !self.details.is_empty() {
                members.insert("statusDetails".into(), self.said());
            }
            if has_document {
                members.insert("jobDocument".into(), self.document.clone());
            }
        }
        whole
    }

    /// `executionState`.
    #[must_use]
    pub fn state(&self) -> Value {
        json!({ "status": self.status.word(), "statusDetails": self.said(), "versionNumber": self.version })
    }

    fn said(&self) -> Value {
        let members = self.details.iter();
        Value::Object(
            members
                .map(|(name, value)| (name.clone(), value.as_str().into()))
                .collect::<Map<_, _>>(),
        )
    }

    fn put_start(&self, value: &mut Value) {
        if let (Some(members), Some(at)) = (value.as_object_mut(), self.started_at) {
            members.insert("startedAt".into(), at.into());
        }
    }
}

#[cfg(test)]
mod tests;
