//! The five verbs between a page and the body of core it talks to.
//!
//! `call`, `notices`, `put`, `src`, `watch`: the page talks to nothing else.
//! In the native shell they are IPC, in the hub they are the paths below.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    event::{Glance, JournalEntry},
    failure::Failure,
    ids::{CallId, CameraId, FamilyId, PictureId, ThingName},
    session::Session,
};

/// `POST`: a [`Call`] as JSON; answers an [`Answer`].
pub const CALL: &str = "/host/call";
/// `GET`: server-sent events, each a [`Notice`] as JSON.
pub const NOTICES: &str = "/host/notices";
/// `POST`: the bytes of a picture or recording with their content type; answers a [`LocalRef`].
pub const PUT: &str = "/host/put";
/// `GET` `/host/src/{family}/{picture}`: the bytes of a stored picture.
pub const SRC: &str = "/host/src";
/// `GET` `/host/watch/{family}/{thing}/{camera}`: a WebSocket with one [`crate::live::Frame`] a message.
pub const WATCH: &str = "/host/watch";

/// `GET`: where a sign-on provider sends people back to; leads on to [`SIGNED_ON`].
pub const SIGN_ON: &str = "/host/sign-on";
/// The page that takes the provider's answer, behind the `#`.
pub const SIGNED_ON: &str = "/sign-on";

/// The address of a stored picture, below the page's own origin.
#[must_use]
pub fn src(family: FamilyId, picture: PictureId) -> String {
    format!("{SRC}/{family}/{picture}")
}

/// The address of a live view, below the page's own origin.
#[must_use]
pub fn watch(family: FamilyId, thing: &ThingName, camera: &CameraId) -> String {
    format!("{WATCH}/{family}/{thing}/{camera}")
}

/// One call of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// The command's name.
    pub name: String,
    /// Its idempotency key, minted by the page.
    pub call: CallId,
    /// The command.
    pub args: Value,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T = Value> {
    /// It is done.
    Done(T),
    /// It is kept and will be sent.
    Waiting {
        /// How many edits wait, this one included.
        ahead: u32,
    },
    /// It was refused and changed nothing.
    Refused(Failure),
}

impl<T> From<Result<T, Failure>> for Answer<T> {
    fn from(result: Result<T, Failure>) -> Self {
        match result {
            Ok(value) => Self::Done(value),
            Err(failure) => Self::Refused(failure),
        }
    }
}

/// What core tells the page without being asked.
#[allow(clippy::large_enum_variant, reason = "they come one at a time and most are entries")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Who is signed in, when it changes.
    Session(Session),
    /// Something happened in the home.
    Event(JournalEntry),
    /// A live value.
    Glance(Glance),
    /// Whether the live connection stands.
    Link(Link),
    /// How many edits wait to be sent.
    Waiting {
        /// The number.
        edits: u32,
    },
    /// An edit that had waited was refused.
    Refused {
        /// The edit.
        call: CallId,
        /// Why.
        failure: Failure,
    },
}

/// The state of the live connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Not connected, and not trying: nobody is signed in.
    #[default]
    Off,
    /// Trying.
    Connecting,
    /// Events arrive as they happen.
    Live,
}

/// A picture or recording that a page gave to its host; only that host knows it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalRef(String);

impl LocalRef {
    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self("0123456789abcdef".to_owned())
    }

    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LocalRef {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if fits {
            Ok(Self(text))
        } else {
            Err("not a local reference")
        }
    }
}

impl From<LocalRef> for String {
    fn from(reference: LocalRef) -> String {
        reference.0
    }
}

impl fmt::Debug for LocalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalRef({})", self.0)
    }
}
