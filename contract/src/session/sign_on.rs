//! Signing in by a provider's own page (OpenID Connect): which providers there
//! are, where one goes, and what one comes back with.
//!
//! A provider is known by its issuer. What it answers is carried to core as it
//! came; the page reads none of it.

use serde::{Deserialize, Serialize};

use super::{Person, sample_instant, sample_name};
use crate::{
    command::{Command, Goes},
    seen::Seen,
    text::{Name, SignOnAnswer},
};

/// A provider one can sign in by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its issuer, which names it in [`Begin`].
    pub issuer: String,
    /// What it is called on a button.
    pub name: Name,
    /// It is the home's own page in the person's browser, for what a window can
    /// not do itself: passkeys.
    #[serde(default)]
    pub is_own: bool,
}

/// Where the sign-in goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The page goes to this address, and the person comes back with the answer;
    /// `None` if it was opened in the person's browser beside.
    pub address: Option<String>,
}

/// By which providers can one sign in here? None where no answer could come back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Providers {}

/// Begins a sign-in, good for ten minutes; one that was begun here before is dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    /// The provider.
    pub issuer: String,
}

/// Ends a sign-in with what the provider answered. After a failure of the
/// network it may be sent again; an answer that belongs to another sign-in
/// changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finish {
    /// The query of the address one was sent back to.
    pub answer: SignOnAnswer,
}

fn sample_issuer() -> String {
    "https://id.example.org".to_owned()
}

impl Command for Providers {
    type Reply = Seen<Vec<Provider>>;
    const NAME: &'static str = "session.sign_on_providers";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Seen<Vec<Provider>> {
        let provider = Provider {
            issuer: sample_issuer(),
            name: sample_name("Example"),
            is_own: false,
        };
        Seen::now(vec![provider], sample_instant())
    }
}

impl Command for Begin {
    type Reply = Opening;
    const NAME: &'static str = "session.sign_on";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            issuer: sample_issuer(),
        }
    }
    fn sample_reply() -> Opening {
        Opening {
            address: Some("https://id.example.org/authorize?response_type=code".to_owned()),
        }
    }
}

impl Command for Finish {
    type Reply = Person;
    const NAME: &'static str = "session.sign_on_finish";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        let answer = SignOnAnswer::parse("code=abc&state=def&iss=https%3A%2F%2Fid.example.org");
        Self {
            answer: answer.unwrap_or_else(|_| unreachable!("samples are well-formed")),
        }
    }
    fn sample_reply() -> Person {
        Person::sample()
    }
}
