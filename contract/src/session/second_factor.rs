//! The second factor: an authenticator app that shows six digits (TOTP), and the
//! recovery codes for when it is lost. How the digits come about is not known here.
//!
//! # Source
//! RFC 6238; the key URI format of authenticator apps (`otpauth://totp/…`).

use serde::{Deserialize, Serialize};

use super::{Person, sample_code, sample_instant, sample_password};
use crate::{
    command::{Command, Goes, Hears},
    seen::Seen,
    text::{ConfirmationCode, Password, SecondCode},
};

/// Finishes a sign-in that asked for the second factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Six digits, or a recovery code, which is good once.
    pub code: SecondCode,
}

/// Whether an account has a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// Whether signing in by password asks for it.
    pub is_on: bool,
}

/// Is a second factor asked for when I sign in?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {}

/// Makes a secret for an authenticator app. Nothing changes until it is settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begin {}

/// A secret for an authenticator app. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// In base32, to be typed.
    pub text: String,
    /// The same as an `otpauth://totp/…` address, to be shown as a QR code.
    pub uri: String,
}

/// Switches the second factor on, with the six digits the app shows now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settle {
    /// The six digits.
    pub code: ConfirmationCode,
}

/// Codes that stand in for the authenticator, each once. Shown this one time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// The codes; empty where the user pool knows none.
    pub codes: Vec<String>,
}

/// Switches the second factor off. The password is proven again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SwitchOff {
    /// The password.
    pub password: Password,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecoveryCodes({})", self.codes.len())
    }
}

impl Command for SecondFactor {
    type Reply = Person;
    const NAME: &'static str = "session.second_factor";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            code: SecondCode::parse("123456").unwrap_or_else(|_| unreachable!("samples are well-formed")),
        }
    }
    fn sample_reply() -> Person {
        Person::sample()
    }
}

impl Command for State {
    type Reply = Seen<Factor>;
    const NAME: &'static str = "session.factor";
    const GOES: Goes = Goes::Core;
    const HEARS: &'static [Hears] = &[Hears::Session];
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Seen<Factor> {
        Seen::now(Factor { is_on: true }, sample_instant())
    }
}

impl Command for Begin {
    type Reply = Secret;
    const NAME: &'static str = "session.factor_begin";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Secret {
        Secret {
            text: "JBSWY3DPEHPK3PXP".to_owned(),
            uri: "otpauth://totp/Hearth:ana%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Hearth".to_owned(),
        }
    }
}

impl Command for Settle {
    type Reply = RecoveryCodes;
    const NAME: &'static str = "session.factor_settle";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self { code: sample_code() }
    }
    fn sample_reply() -> RecoveryCodes {
        RecoveryCodes {
            codes: vec!["k3fq-9xtm".to_owned(), "w7ad-2hpe".to_owned()],
        }
    }
}

impl Command for SwitchOff {
    type Reply = ();
    const NAME: &'static str = "session.factor_off";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            password: sample_password(),
        }
    }
    fn sample_reply() {}
}
