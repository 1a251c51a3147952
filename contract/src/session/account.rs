//! The account itself: its password, and its end.

use serde::{Deserialize, Serialize};

use super::{sample_name, sample_password};
use crate::{
    command::{Command, Goes},
    text::{Name, PasskeyJson, Password},
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

/// Deletes the account for good, and forgets here what was synced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delete {
    /// Who asks.
    pub proof: Proof,
}

/// What became of a deleted account. The sign-in itself, with password, passkeys,
/// second factor and stays, is gone in any case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Farewell {
    /// The homes one was in; what one has put in there stays with them.
    pub homes: Vec<Name>,
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
            homes: vec![sample_name("Linden Street")],
            dropped_edits: 0,
        }
    }
}
