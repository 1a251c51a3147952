//! Stays: every browser and app in which a person is signed in, and their end.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sample_instant;
use crate::{
    command::{Command, Goes, Hears},
    seen::Seen,
};

/// One sign-in that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The user pool's key of it.
    pub id: String,
    /// Where it is, as far as it was told: `Firefox on Linux`. Empty if it was not.
    pub place: String,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last carried on; tokens are renewed about once an hour.
    pub used_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// Where am I signed in? The one last used first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {}

/// Ends one stay; that it is over already is no error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// Its key.
    pub id: String,
}

/// Signs out everywhere, here too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndAll {}

impl Command for List {
    type Reply = Seen<Vec<Stay>>;
    const NAME: &'static str = "session.stays";
    const GOES: Goes = Goes::Core;
    const HEARS: &'static [Hears] = &[Hears::Session];
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Seen<Vec<Stay>> {
        let stay = Stay {
            id: "local-1_5b1f3a9e".to_owned(),
            place: "Firefox on Linux".to_owned(),
            began_at: sample_instant(),
            used_at: sample_instant(),
            is_this: true,
        };
        Seen::now(vec![stay], sample_instant())
    }
}

impl Command for End {
    type Reply = ();
    const NAME: &'static str = "session.end_stay";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            id: "local-1_5b1f3a9e".to_owned(),
        }
    }
    fn sample_reply() {}
}

impl Command for EndAll {
    type Reply = ();
    const NAME: &'static str = "session.sign_out_everywhere";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() {}
}
