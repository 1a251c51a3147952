//! Passkeys: signing in by what a device keeps behind a finger, a face or a PIN.
//!
//! Core fetches what the browser is to be asked and gives back what it
//! answered; both are the JSON of the Web Authentication API, which core and
//! this crate pass on as they are.
//!
//! # Source
//! Web Authentication, Level 3: `PublicKeyCredentialRequestOptionsJSON`,
//! `PublicKeyCredentialCreationOptionsJSON`, `AuthenticationResponseJSON`,
//! `RegistrationResponseJSON`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Person, sample_instant, sample_mail, sample_name, sample_place};
use crate::{
    command::{Command, Goes, Hears},
    seen::Seen,
    text::{Mail, Name, PasskeyJson, Place},
};

/// A passkey of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Its credential id, base64url.
    pub id: String,
    /// What it is called: by its person, or by who made it.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// What the browser is to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The options, as JSON.
    pub options: String,
}

/// Begins to sign in by passkey, or to prove who one is once more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enter {
    /// The address.
    pub mail: Mail,
    /// Where one sits.
    pub place: Place,
}

/// Signs in with what the browser answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    /// The browser's answer.
    pub credential: PasskeyJson,
}

/// The passkeys of whoever is signed in, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {}

/// Begins to make a passkey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Make {}

/// Keeps the passkey the browser has made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// The browser's answer.
    pub credential: PasskeyJson,
    /// What to call it. A user pool that takes no names calls it as its maker does.
    pub name: Name,
}

/// Forgets a passkey; that it is gone already is no error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    /// Its credential id.
    pub id: String,
}

fn sample_credential() -> PasskeyJson {
    PasskeyJson::parse(r#"{"id":"Y3JlZGVudGlhbA","type":"public-key"}"#)
        .unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

fn sample_question() -> Question {
    Question {
        options: r#"{"challenge":"Y2hhbGxlbmdl","rpId":"localhost"}"#.to_owned(),
    }
}

impl Command for Enter {
    type Reply = Question;
    const NAME: &'static str = "session.passkey_start";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            mail: sample_mail(),
            place: sample_place(),
        }
    }
    fn sample_reply() -> Question {
        sample_question()
    }
}

impl Command for Entered {
    type Reply = Person;
    const NAME: &'static str = "session.passkey_finish";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            credential: sample_credential(),
        }
    }
    fn sample_reply() -> Person {
        Person::sample()
    }
}

impl Command for List {
    type Reply = Seen<Vec<Passkey>>;
    const NAME: &'static str = "session.passkeys";
    const GOES: Goes = Goes::Core;
    const HEARS: &'static [Hears] = &[Hears::Session];
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Seen<Vec<Passkey>> {
        let passkey = Passkey {
            id: "Y3JlZGVudGlhbA".to_owned(),
            name: "Phone".to_owned(),
            made_at: sample_instant(),
        };
        Seen::now(vec![passkey], sample_instant())
    }
}

impl Command for Make {
    type Reply = Question;
    const NAME: &'static str = "session.passkey_make";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Question {
        sample_question()
    }
}

impl Command for Made {
    type Reply = ();
    const NAME: &'static str = "session.passkey_made";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            credential: sample_credential(),
            name: sample_name("Phone"),
        }
    }
    fn sample_reply() {}
}

impl Command for Remove {
    type Reply = ();
    const NAME: &'static str = "session.passkey_remove";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            id: "Y3JlZGVudGlhbA".to_owned(),
        }
    }
    fn sample_reply() {}
}
