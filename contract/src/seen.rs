//! A value with its age and origin: nothing stale is ever drawn as if live.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a question answers: the value, when it was true, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen<T> {
    /// The value.
    pub value: T,
    /// When it was true.
    pub at: Timestamp,
    /// Who says so.
    pub source: Source,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The cloud answered just now.
    Cloud,
    /// The last answer, kept by core: the cloud could not be asked.
    Replica,
}

impl<T> Seen<T> {
    /// A value the cloud answers at this instant.
    pub const fn now(value: T, at: Timestamp) -> Self {
        Self {
            value,
            at,
            source: Source::Cloud,
        }
    }

    /// The same age and origin around another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Seen<U> {
        Seen {
            value: change(self.value),
            at: self.at,
            source: self.source,
        }
    }
}
