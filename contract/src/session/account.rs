//! The account itself: its password, and its end.

use serde::{Deserialize, Serialize};

use super::sample_password;
use crate::{
    command::{Command, Goes},
    family::{self, Goodbye},
    text::{PasskeyJson, Password},
};

/// Sets another password. The stay goes on; what the others do is the user pool's rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The present password.
    pub current: Password,
    /// The new one.
    pub password: Password,
}

/// Proves once more, at a step that can't be undone, who one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// By password.
    Password(Password),
    /// By passkey: the browser's answer to [`super::passkey::Enter`].
    Passkey(PasskeyJson),
}

/// Leaves every family, deletes the account for good, and forgets here what was
/// synced. Refused with `LastOwner` as long as a family with others in it would
/// be left without an owner; then nothing has happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delete {
    /// Who asks.
    pub proof: Proof,
}

/// What became of a deleted account. The sign-in itself, with password, passkeys,
/// second factor and stays, is gone in any case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Farewell {
    /// What became of each home one was in.
    pub homes: Vec<Goodbye>,
    /// Edits that still waited to be sent, and were dropped.
    pub dropped_edits: u32,
}

impl Command for ChangePassword {
    type Reply = ();
    const NAME: &'static str = "session.change_password";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            current: sample_password(),
            password: sample_password(),
        }
    }
    fn sample_reply() {}
}

impl Command for Delete {
    type Reply = Farewell;
    const NAME: &'static str = "session.delete_account";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            proof: Proof::Password(sample_password()),
        }
    }
    fn sample_reply() -> Farewell {
        Farewell {
            homes: family::Farewell::sample_reply(),
            dropped_edits: 0,
        }
    }
}
