//! One step of signing in, as the user pool answers it, and what waits between
//! two steps.
//!
//! What waits is kept in memory only: whoever closes the app in the middle of a
//! sign-in begins anew.

use std::{collections::HashMap, sync::Mutex, sync::PoisonError};

use hearth_contract::{Failure, Reason, text::Place};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    real,
    session::{
        pool::{AuthenticationResult, Pool},
        tokens::Tokens,
    },
};

/// The user pool keeps a sign-in of several steps for three minutes.
const LASTS: SignedDuration = SignedDuration::from_mins(3);

/// What the pool answers to a step.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Step {
    #[serde(default)]
    pub(crate) challenge_name: Option<String>,
    #[serde(default)]
    pub(crate) challenge_parameters: HashMap<String, String>,
    #[serde(default)]
    pub(crate) session: Option<String>,
    #[serde(default)]
    pub(crate) authentication_result: Option<AuthenticationResult>,
}

/// How far one has come.
pub(crate) enum Progress {
    /// The pool gave tokens.
    In(Tokens),
    /// It asks for the six digits.
    Code(Pending),
}

/// A sign-in that waits for its next step.
#[derive(Clone)]
pub(crate) struct Pending {
    /// What the pool asked for.
    pub(crate) challenge: &'static str,
    /// The pool's name of the user.
    pub(crate) user: String,
    place: Place,
    session: Option<String>,
    begun_at: Timestamp,
}

/// The one sign-in that may wait.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Option<Pending>>);

/// The pool's name of the challenge for six digits.
pub(crate) const CODE: &str = "SOFTWARE_TOKEN_MFA";
/// The pool's name of the challenge for a passkey.
pub(crate) const PASSKEY: &str = "WEB_AUTHN";

impl Step {
    /// What waits after this step for an answer to `challenge`.
    pub(crate) fn pending(&self, challenge: &'static str, user: &str, place: &Place) -> Pending {
        let user = self.challenge_parameters.get("USERNAME").map_or(user, String::as_str);
        Pending {
            challenge,
            user: user.to_owned(),
            place: place.clone(),
            session: self.session.clone(),
            begun_at: real::now(),
        }
    }

    /// Tokens, or what is asked for before there are any.
    ///
    /// # Errors
    /// `NotSupported` when the pool asks for something core does not know.
    pub(crate) fn progress(self, user: &str, place: &Place) -> Result<Progress, Failure> {
        if self.challenge_name.as_deref() == Some(CODE) {
            return Ok(Progress::Code(self.pending(CODE, user, place)));
        }
        let result = self.authentication_result.ok_or(Reason::NotSupported)?;
        Ok(Progress::In(result.tokens(None).ok_or(Reason::Bug)?))
    }
}

impl Pending {
    /// Answers the challenge.
    ///
    /// # Errors
    /// What the pool says; `Unavailable`, after which the same answer may be given again.
    pub(crate) async fn answer(&self, pool: &Pool<'_>, name: &str, value: &str) -> Result<Progress, Failure> {
        let mut body = json!({
            "ChallengeName": self.challenge,
            "ClientId": pool.client(),
            "ChallengeResponses": { "USERNAME": self.user, name: value },
            "ClientMetadata": metadata(&self.place),
        });
        if let Some(session) = &self.session {
            body["Session"] = Value::from(session.as_str());
        }
        let step: Step = pool.call("RespondToAuthChallenge", body).await.map_err(|failure| {
            match (failure.reason, self.challenge) {
                (Reason::ConfirmationWrong | Reason::ConfirmationExpired, CODE) => {
                    Failure::new(Reason::SecondCodeWrong).at("code")
                }
                // The password was right a step ago: it is the sign-in that the pool has forgotten.
                (Reason::WrongPassword, CODE) => Reason::SignInStale.into(),
                (Reason::WrongPassword, PASSKEY) => Reason::PasskeyForeign.into(),
                _ => failure,
            }
        })?;
        step.progress(&self.user, &self.place)
    }
}

/// What a user pool may know of where one sits.
pub(crate) fn metadata(place: &Place) -> Value {
    json!({ "DeviceName": place.as_str() })
}

impl Waiting {
    /// Keeps it in place of the one that waited.
    pub(crate) fn keep(&self, pending: Pending) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(pending);
    }

    /// The one that waits for an answer to this challenge.
    ///
    /// # Errors
    /// `SignInStale` when none does, or not any more.
    pub(crate) fn of(&self, challenge: &str) -> Result<Pending, Failure> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        waiting
            .filter(|pending| pending.challenge == challenge)
            .filter(|pending| real::now().duration_since(pending.begun_at) < LASTS)
            .ok_or_else(|| Reason::SignInStale.into())
    }

    /// Forgets it.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
