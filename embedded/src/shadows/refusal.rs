//! Why a shadow's request was not done, in AWS IoT's words.

use std::fmt;

use serde_json::{Value, json};

use super::document::with_token;

/// A rejected answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: u16,
    message: String,
    token: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl Refusal {
    fn new(code: u16, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            token: None,
        }
    }

    /// 400: the request itself is wrong.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// 404: there is none; `name` as AWS has it, `thing~shadow` for a named one.
    pub fn absent(name: &str) -> Self {
        Self::new(404, format!("No shadow exists with name: '{name}'"))
    }

    /// 409: made for another version.
    pub fn conflict() -> Self {
        Self::new(409, "Version conflict")
    }

    /// 413: the document would be too large.
    pub fn large() -> Self {
        Self::new(413, "The payload exceeds the maximum size allowed")
    }

    /// 415: not UTF-8.
    pub fn encoding() -> Self {
        Self::new(415, "Unsupported documented encoding; supported encoding is UTF-8")
    }

    /// 429: the thing has as many shadows as it may.
    pub fn many() -> Self {
        Self::new(429, "Too many requests")
    }

    /// 500: ours.
    pub fn ours() -> Self {
        Self::new(500, "Internal service failure")
    }

    /// With the client's token.
    #[must_use]
    pub fn of(self, token: Option<String>) -> Self {
        Self {
            token: token.or(self.token),
            ..self
        }
    }

    /// The payload of `…/rejected`; Unix seconds.
    #[must_use]
    pub fn json(&self, now: i64) -> Value {
        let document = json!({ "code": self.code, "message": self.message, "timestamp": now });
        with_token(document, self.token.as_deref())
    }
}
