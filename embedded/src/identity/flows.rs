//! Ways to sign in, each a file: what begins it, what answers it.
//!
//! `InitiateAuth` and `RespondToAuthChallenge` only choose the flow.

pub mod choice;
pub mod password_srp;
pub mod refresh;
pub mod second_factor;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Pool, asker::Asker, attempts::Of, exception::Exception, tokens::Tokens};

/// `AuthParameters` or `ChallengeResponses`, within bounds.
pub type Parameters = BTreeMap<String, String>;

/// One step of a sign-in, as it came in.
pub struct Step<'a> {
    /// At which client.
    pub client_id: &'a str,
    /// Parameters or responses.
    pub given: &'a Parameters,
    /// What an earlier step handed out.
    pub session: Option<&'a str>,
    /// Who sent it.
    pub asker: Asker,
}

/// What both operations answer: a challenge or tokens.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    available_challenges: Vec<&'static str>,
    challenge_parameters: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication_result: Option<Tokens>,
}

impl Reply {
    /// More is asked of the client.
    pub fn challenge(name: &'static str, parameters: BTreeMap<&'static str, String>) -> Self {
        Self {
            challenge_name: Some(name),
            challenge_parameters: parameters,
            ..Self::default()
        }
    }

    /// The handle of the next step.
    #[must_use]
    pub fn with_session(self, session: String) -> Self {
        Self {
            session: Some(session),
            ..self
        }
    }

    /// Other ways to go on.
    #[must_use]
    pub fn offering(self, available_challenges: Vec<&'static str>) -> Self {
        Self {
            available_challenges,
            ..self
        }
    }

    /// Signed in.
    pub fn tokens(tokens: Tokens) -> Self {
        Self {
            authentication_result: Some(tokens),
            ..Self::default()
        }
    }
}

/// A parameter that must be there.
pub fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Exception> {
    parameters
        .get(name)
        .map(String::as_str)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Exception::invalid_parameter(format!("Missing required parameter {name}")))
}

/// Under what a failed sign-in of `user_id` is counted. A device that once was
/// signed in there (`DEVICE_KEY`, the session's id) is counted by itself, so
/// that no stranger, not even on the same address, can make it wait.
pub async fn sign_in_tries(pool: &Pool, step: &Step<'_>, user_id: &str) -> Result<Vec<Of>, Exception> {
    if let Some(key) = step.given.get("DEVICE_KEY")
        && pool.store.session_of(user_id, key).await?.is_some()
    {
        return Ok(vec![Of::SignIn(user_id.to_owned(), format!("device {key}"))]);
    }
    let own = Of::SignIn(user_id.to_owned(), step.asker.origin());
    Ok(super::attempts::tries(own, &step.asker))
}
