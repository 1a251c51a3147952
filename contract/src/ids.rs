//! Typed ids: no bare string or number ever stands for a thing.
//!
//! Ids made by us are UUIDs (version 7 where order helps); names given by the
//! outside (serial numbers, thing names, identity ids) are checked texts.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }

        impl $name {
            /// A fixed id for samples and tests.
            #[must_use]
            pub const fn sample(n: u128) -> Self {
                Self(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n))
            }
        }
    )*};
}

uuid_id! {
    /// A family: the group of people and devices that share one home.
    FamilyId;
    /// A person, as the identity provider knows them: the `sub` of their tokens.
    PersonId;
    /// One call of a command, minted by whoever presses the button and kept down
    /// to the database, where it is the idempotency key.
    CallId;
    /// One thing in the pantry.
    ItemId;
    /// One change that was seen when a door closed.
    ChangeId;
    /// A stored picture.
    PictureId;
    /// One alarm, from the moment it is raised until it is cleared.
    AlarmId;
    /// One order for a device, by which the device answers.
    OrderId;
    /// One invitation into a family. Not its code, which is a secret.
    InvitationId;
    /// One message of a device; the device sends the same id when it repeats itself.
    MessageId;
}

macro_rules! name_id {
    ($($(#[$doc:meta])* $name:ident, $max:literal, $extra:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;
            fn try_from(text: String) -> Result<Self, BadName> {
                let fits = (1..=$max).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || $extra.contains(&b));
                if fits { Ok(Self(text)) } else { Err(BadName(stringify!($name))) }
            }
        }

        impl FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// A text that cannot be the name it was meant to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadName(&'static str);

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a valid {}", self.0)
    }
}

impl std::error::Error for BadName {}

name_id! {
    /// A thing in the sense of AWS IoT; also its MQTT client id. At most 128
    /// letters, digits, `-`, `_`, `:`.
    ThingName, 128, b"-_:";
    /// A maker's serial number, as printed on the device.
    Serial, 32, b"-";
    /// A camera of a device: `shelves`, `door`, `drawer`.
    CameraId, 32, b"-_";
    /// A door of a device: `fridge`, `freezer`.
    DoorId, 32, b"-_";
    /// An identity of the identity pool, `region:uuid`; the last level of a
    /// person's inbox topic.
    IdentityId, 128, b"-:";
    /// A food of the catalogue: `tomato`, `milk`.
    FoodKey, 48, b"-_";
}
