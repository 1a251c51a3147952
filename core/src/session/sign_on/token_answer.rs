//! What a provider's token endpoint answers, and what its refusals mean.
//!
//! # Source
//! RFC 6749, sections 5.1 and 5.2; OpenID Connect Core 1.0, sections 3.1.3.3 and 12.2.

use hearth_contract::{Failure, Reason};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::{real, session::Tokens};

/// The tokens as they came.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    access_token: String,
    /// Always with the first, and with later ones if they are to prove anything.
    pub(super) id_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: Option<i64>,
}

/// Why there are none.
#[derive(Debug)]
pub(super) enum NoTokens {
    /// The provider can't be asked now, or asks for patience.
    Unreachable,
    /// The code or refresh token is no good (any more).
    Grant,
    /// Anything else: asking again does not help.
    Refused,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
}

impl TokenAnswer {
    /// Reads an answer by its status.
    ///
    /// # Errors
    /// [`NoTokens`].
    pub(super) fn read(status: u16, body: &[u8]) -> Result<Self, NoTokens> {
        if (200..300).contains(&status) {
            return serde_json::from_slice(body).map_err(|_| NoTokens::Refused);
        }
        if status >= 500 || status == 429 {
            return Err(NoTokens::Unreachable);
        }
        let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
        match refusal.error.as_str() {
            "invalid_grant" => Err(NoTokens::Grant),
            "temporarily_unavailable" | "server_error" => Err(NoTokens::Unreachable),
            _ => Err(NoTokens::Refused),
        }
    }

    /// The tokens of a session; the refresh token is the former one unless a new
    /// one came. They last as long as the shorter-lived of the two.
    pub(super) fn tokens(self, id_ends_at: Timestamp, former: Option<&str>) -> Tokens {
        let lasts = self
            .expires_in
            .map(|seconds| SignedDuration::from_secs(seconds.clamp(0, 86_400)));
        let access_ends_at = lasts.map_or(id_ends_at, |lasts| real::now() + lasts);
        Tokens {
            access: self.access_token,
            id: self.id_token,
            refresh: self.refresh_token.or_else(|| former.map(str::to_owned)),
            expires_at: access_ends_at.min(id_ends_at),
        }
    }
}

impl NoTokens {
    /// As somebody sees it who signs in.
    pub(super) fn of_code(self) -> Failure {
        match self {
            Self::Unreachable => Reason::SignOnUnreachable.into(),
            Self::Grant => Reason::SignOnStale.into(),
            Self::Refused => {
                tracing::warn!("the sign-on provider gives no tokens for its code");
                Reason::SignOnRefused.into()
            }
        }
    }

    /// As somebody sees it whose session was to be refreshed.
    pub(super) fn of_refresh(self) -> Failure {
        match self {
            Self::Unreachable => Reason::SignOnUnreachable.into(),
            Self::Grant | Self::Refused => Reason::SessionEnded.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, of_code: Reason, of_refresh: Reason) {
        let refused = || TokenAnswer::read(status, body.as_bytes()).err().unwrap();
        assert_eq!(refused().of_code().reason, of_code, "{status} {body}");
        assert_eq!(refused().of_refresh().reason, of_refresh, "{status} {body}");
    }

    #[test]
    fn what_is_refused_for_good_ends_a_session_and_a_silent_provider_does_not() {
        let (silent, ended) = (Reason::SignOnUnreachable, Reason::SessionEnded);
        check(503, "", silent, silent);
        check(429, "{}", silent, silent);
        check(400, r#"{"error":"temporarily_unavailable"}"#, silent, silent);
        check(400, r#"{"error":"invalid_grant"}"#, Reason::SignOnStale, ended);
        check(401, r#"{"error":"invalid_client"}"#, Reason::SignOnRefused, ended);
        check(200, r#"{"access_token":"a"}"#, Reason::SignOnRefused, ended);
        check(302, "<html>", Reason::SignOnRefused, ended);
    }

    #[test]
    fn tokens_last_as_long_as_the_first_that_runs_out() {
        let read = |text: &str| TokenAnswer::read(200, text.as_bytes()).ok().unwrap();
        let far = real::now() + SignedDuration::from_hours(10);
        let short = read(r#"{"access_token":"a","id_token":"i","expires_in":60,"refresh_token":"new"}"#);
        let tokens = short.tokens(far, Some("old"));
        assert!(tokens.expires_at < far);
        assert_eq!(tokens.refresh.as_deref(), Some("new"));
        let unsaid = read(r#"{"access_token":"a","id_token":"i"}"#).tokens(far, Some("old"));
        assert_eq!((unsaid.expires_at, unsaid.refresh.as_deref()), (far, Some("old")));
    }
}
