//! Ways to sign in, each a file: what begins it, what answers it.
//!
//! `InitiateAuth` and `RespondToAuthChallenge` only choose the flow.

pub mod password_srp;
pub mod refresh;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{exception::Exception, tokens::Tokens};

/// `AuthParameters` or `ChallengeResponses`, within bounds.
pub type Parameters = BTreeMap<String, String>;

/// What both operations answer: a challenge or tokens.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
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
