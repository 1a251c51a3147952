//! What can go wrong, as the caller sees it.
//!
//! A [`Kind`] is chosen by what the caller can do next, a [`Reason`] is what
//! happened; every reason has one kind and, in the ui's catalogue, one sentence
//! in every language. A failure never carries names, codes, tokens or mail
//! addresses.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::units::Seconds;

/// What the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Mend the named field and send again.
    InvalidInput,
    /// Sign in and send again.
    NotSignedIn,
    /// Ask somebody who may.
    NotAllowed,
    /// It is not there, or not for you: the two can't be told apart.
    NotFound,
    /// Look at the present state, then decide again.
    Conflict,
    /// Get a new one.
    Expired,
    /// Wait, then send again.
    TooMany,
    /// This home can't do that.
    Unsupported,
    /// Send again later; nothing was changed.
    Unavailable,
    /// Our fault; the log knows more.
    Internal,
}

impl Kind {
    /// The status of a REST answer with this kind.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidInput => 400,
            Self::NotSignedIn => 401,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Expired => 410,
            Self::TooMany => 429,
            Self::Unsupported => 501,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

macro_rules! reasons {
    ($($kind:ident { $($(#[$doc:meta])* $name:ident,)* })*) => {
        /// What happened. Closed: a new one needs a sentence in every language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason { $($($(#[$doc])* $name,)*)* }

        impl Reason {
            /// Every reason, in the order of the kinds.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];

            /// What the caller can do about it.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $($(Self::$name)|* => Kind::$kind,)* }
            }

            /// Whether it means that a session is over for good.
            #[must_use]
            pub const fn ends_session(self) -> bool {
                matches!(
                    self,
                    Self::SessionEnded
                        | Self::SignedOutEverywhere
                        | Self::SessionRevoked
                        | Self::SessionReused
                        | Self::SessionExpired
                )
            }

            /// Its name in the catalogue, the same as on the wire.
            #[must_use]
            pub fn key(self) -> String {
                match serde_json::to_value(self) {
                    Ok(serde_json::Value::String(key)) => key,
                    _ => String::new(),
                }
            }
        }
    };
}

reasons! {
    InvalidInput {
        /// A field that must be there is not.
        FieldMissing,
        /// A field is there but is not what it must be.
        FieldWrong,
        /// A field holds more than it takes.
        FieldTooLong,
        /// The body is larger than 1 MiB.
        BodyTooLarge,
        /// The picture has more than 20 megapixels or too many bytes.
        PictureTooLarge,
        /// The bytes are no picture we know.
        PictureUnreadable,
        /// The password is too short or too easy.
        PasswordWeak,
        /// The six digits are not the ones that were sent.
        ConfirmationWrong,
        /// The code of the second factor is wrong, or was used already.
        SecondCodeWrong,
        /// The passkey is not one of this account, or of another place.
        PasskeyForeign,
        /// No passkey was used: there is none here, or somebody changed their mind.
        PasskeyUnused,
        /// There is no code in the picture.
        CodeMissing,
        /// A code is in the picture, but too blurred to read.
        CodeBlurred,
        /// A code was read, but no device of ours wrote it.
        CodeForeign,
        /// The proof in the code does not match the device.
        CodeWrong,
        /// There is no such command.
        CommandUnknown,
    }
    NotSignedIn {
        /// Nobody is signed in here.
        SignInNeeded,
        /// The session was ended elsewhere or has run out; nobody said which.
        SessionEnded,
        /// Its person signed out everywhere.
        SignedOutEverywhere,
        /// It was ended from the list of sessions, or with a new password.
        SessionRevoked,
        /// Its refresh token was used twice: somebody may have a copy.
        SessionReused,
        /// It was not used for 90 days.
        SessionExpired,
        /// Mail address or password is wrong.
        WrongPassword,
        /// Somebody who is signed in typed another password than theirs.
        OwnPasswordWrong,
        /// The address was never confirmed.
        MailUnconfirmed,
        /// Somebody changed their mind on the provider's page.
        SignOnDeclined,
        /// The provider's answer belongs to no sign-on that was begun here.
        SignOnForeign,
        /// Another provider answered than the one that was asked.
        SignOnMixedUp,
        /// The provider's word for who somebody is does not bear looking at.
        SignOnUntrusted,
        /// The provider does not say a mail address.
        SignOnUnnamed,
    }
    NotAllowed {
        /// The role does not have this power.
        PowerMissing,
    }
    NotFound {
        /// Not there, or not for you.
        Absent,
        /// No invitation has this code.
        InvitationUnknown,
        /// No device with this serial number has called in yet.
        DeviceUnknown,
    }
    Conflict {
        /// There is an account with this address.
        MailTaken,
        /// This device keeps a passkey of this account already.
        PasskeyThere,
        /// The code has been used already.
        CodeUsed,
        /// The device belongs to another family.
        DeviceTaken,
        /// Whoever asks to join is in this family already.
        AlreadyMember,
        /// A sticker brings a device in only after its button was pressed.
        ButtonFirst,
        /// Without this owner the family would have none.
        LastOwner,
        /// The device belongs to this family.
        DeviceYours,
        /// The fridge that the tablet hangs on is not in this family.
        FridgeElsewhere,
        /// The same call id came with another request.
        CallReused,
        /// Somebody else has settled this already.
        AlreadySettled,
    }
    Expired {
        /// The code on the fridge's screen has been renewed since.
        CodeExpired,
        /// The six digits are too old.
        ConfirmationExpired,
        /// A sign-in of several steps took too long; it begins anew.
        SignInStale,
        /// A sign-on by a provider's page took too long; it begins anew.
        SignOnStale,
        /// The invitation's time is over.
        InvitationExpired,
        /// The family has taken the invitation back.
        InvitationRevoked,
        /// The invitation has let in as many as it was for.
        InvitationUsedUp,
    }
    TooMany {
        /// Too many wrong tries.
        TooManyTries,
        /// Too many calls.
        TooManyCalls,
    }
    Unsupported {
        /// This home can't do that.
        NotSupported,
        /// The provider does not do what this home asks of it.
        SignOnRefused,
    }
    Unavailable {
        /// The home server does not answer.
        HubUnreachable,
        /// The cloud does not answer.
        CloudUnreachable,
        /// The mail server does not take the letter with the code.
        MailNotSent,
        /// The sign-on provider does not answer.
        SignOnUnreachable,
        /// The person's browser could not be opened beside the window.
        BrowserShut,
        /// The keychain of this device is locked or does not answer.
        KeychainShut,
        /// The device does not answer.
        DeviceSilent,
    }
    Internal {
        /// Our fault.
        Bug,
    }
}

/// A refusal: what happened, what to do, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What the caller can do about it.
    pub kind: Kind,
    /// What happened.
    pub reason: Reason,
    /// The field of the command that is wrong, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'static, str>>,
    /// When to try again, with [`Kind::TooMany`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Seconds>,
}

impl Failure {
    /// A failure that has no field.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self {
            kind: reason.kind(),
            reason,
            field: None,
            retry_after: None,
        }
    }

    /// Names the field that is wrong.
    #[must_use]
    pub fn at(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub const fn after(mut self, wait: Seconds) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.reason)?;
        match &self.field {
            Some(field) => write!(f, " ({field})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
