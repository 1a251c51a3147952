//! Signing up, signing in, and who one is. Core answers all of it: the cloud
//! never sees a password, nor does this crate know how one is proven.

pub mod account;
pub mod passkey;
pub mod second_factor;
pub mod sign_on;
pub mod stay;

use serde::{Deserialize, Serialize};

use crate::{
    command::{Command, Goes, Hears},
    failure::Reason,
    ids::{PersonId, ThingName},
    pairing::PairingCode,
    text::{ConfirmationCode, Mail, Name, Password, Place},
};

/// Who is here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Session {
    /// Nobody is signed in.
    #[default]
    Nobody,
    /// Nobody: the session was ended from elsewhere, for this reason (one that
    /// [`Reason::ends_session`]). Said until somebody signs in or out.
    Ended(Reason),
    /// A person.
    Person(Person),
    /// The tablet in a fridge's door: by its certificate, without any login.
    Kiosk(Kiosk),
}

/// The tablet in a fridge's door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    /// Its thing.
    pub thing: ThingName,
    /// Whether a family has taken it in; until then it shows its code.
    pub paired: bool,
}

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id at the identity provider.
    pub id: PersonId,
    /// How they want to be called.
    pub name: Name,
    /// Their mail address.
    pub mail: Mail,
}

impl Person {
    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            id: PersonId::sample(1),
            name: sample_name("Ana"),
            mail: sample_mail(),
        }
    }
}

/// How far a sign-in has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInStep {
    /// One is in.
    In(Person),
    /// The password is right; now the second factor
    /// ([`second_factor::SecondFactor`]), within three minutes.
    CodeNeeded,
}

/// Where a confirmation code went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSent {
    /// The address, with most of it hidden: `a***@e***`.
    pub to: String,
}

/// Who is signed in here? A question for core, so that a page can draw at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Who {}

/// What does this tablet's screen show, while nobody has taken it in?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowCode {}

/// Makes an account; a code is sent to the address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignUp {
    /// The address to sign in with.
    pub mail: Mail,
    /// The new password.
    pub password: Password,
    /// How to be called.
    pub name: Name,
}

/// Confirms the address with the six digits that were sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirm {
    /// The address.
    pub mail: Mail,
    /// The six digits.
    pub code: ConfirmationCode,
}

/// Sends the six digits again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resend {
    /// The address.
    pub mail: Mail,
}

/// Signs in by password. Only SRP values leave core. After a failure of the
/// network nothing is kept; sent again, it begins anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignIn {
    /// The address.
    pub mail: Mail,
    /// The password.
    pub password: Password,
    /// Where one sits.
    pub place: Place,
}

/// Signs out here and forgets everything that was synced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignOut {}

/// Asks for a code to set a new password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forgot {
    /// The address.
    pub mail: Mail,
}

/// Sets a new password with that code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reset {
    /// The address.
    pub mail: Mail,
    /// The six digits.
    pub code: ConfirmationCode,
    /// The new password.
    pub password: Password,
}

pub(crate) fn sample_name(text: &str) -> Name {
    Name::parse(text).unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

fn sample_mail() -> Mail {
    Mail::parse("ana@example.org").unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

fn sample_password() -> Password {
    Password::parse("correct horse battery").unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

fn sample_place() -> Place {
    Place::parse("Firefox on Linux").unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

fn sample_code() -> ConfirmationCode {
    ConfirmationCode::parse("123456").unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

fn sample_instant() -> jiff::Timestamp {
    crate::family::sample_instant()
}

fn sample_sent() -> CodeSent {
    CodeSent {
        to: "a***@e***".to_owned(),
    }
}

impl Command for Who {
    type Reply = Session;
    const NAME: &'static str = "session.who";
    const GOES: Goes = Goes::Core;
    const HEARS: &'static [Hears] = &[Hears::Session];
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> Session {
        Session::Person(Person::sample())
    }
}

impl Command for ShowCode {
    type Reply = PairingCode;
    const NAME: &'static str = "session.code";
    const GOES: Goes = Goes::Core;
    const HEARS: &'static [Hears] = &[Hears::Session];
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() -> PairingCode {
        let code = "HEARTH:KT:HT24000123:K7Q2M9XD".parse();
        code.unwrap_or_else(|_| unreachable!("samples are well-formed"))
    }
}

impl Command for SignUp {
    type Reply = CodeSent;
    const NAME: &'static str = "session.sign_up";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            mail: sample_mail(),
            password: sample_password(),
            name: sample_name("Ana"),
        }
    }
    fn sample_reply() -> CodeSent {
        sample_sent()
    }
}

impl Command for Confirm {
    type Reply = ();
    const NAME: &'static str = "session.confirm";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            mail: sample_mail(),
            code: sample_code(),
        }
    }
    fn sample_reply() {}
}

impl Command for Resend {
    type Reply = CodeSent;
    const NAME: &'static str = "session.resend";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self { mail: sample_mail() }
    }
    fn sample_reply() -> CodeSent {
        sample_sent()
    }
}

impl Command for SignIn {
    type Reply = SignInStep;
    const NAME: &'static str = "session.sign_in";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            mail: sample_mail(),
            password: sample_password(),
            place: sample_place(),
        }
    }
    fn sample_reply() -> SignInStep {
        SignInStep::In(Person::sample())
    }
}

impl Command for SignOut {
    type Reply = ();
    const NAME: &'static str = "session.sign_out";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {}
    }
    fn sample_reply() {}
}

impl Command for Forgot {
    type Reply = CodeSent;
    const NAME: &'static str = "session.forgot";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self { mail: sample_mail() }
    }
    fn sample_reply() -> CodeSent {
        sample_sent()
    }
}

impl Command for Reset {
    type Reply = ();
    const NAME: &'static str = "session.reset";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            mail: sample_mail(),
            code: sample_code(),
            password: sample_password(),
        }
    }
    fn sample_reply() {}
}

/// The commands of this feature.
#[macro_export]
macro_rules! session_commands {
    ($each:ident) => {
        $each! {
            core $crate::session::Who;
            core $crate::session::ShowCode;
            core $crate::session::SignUp;
            core $crate::session::Confirm;
            core $crate::session::Resend;
            core $crate::session::SignIn;
            core $crate::session::SignOut;
            core $crate::session::Forgot;
            core $crate::session::Reset;
            core $crate::session::second_factor::SecondFactor;
            core $crate::session::second_factor::State;
            core $crate::session::second_factor::Begin;
            core $crate::session::second_factor::Settle;
            core $crate::session::second_factor::SwitchOff;
            core $crate::session::passkey::Enter;
            core $crate::session::passkey::Entered;
            core $crate::session::passkey::List;
            core $crate::session::passkey::Make;
            core $crate::session::passkey::Made;
            core $crate::session::passkey::Remove;
            core $crate::session::sign_on::Providers;
            core $crate::session::sign_on::Begin;
            core $crate::session::sign_on::Finish;
            core $crate::session::stay::List;
            core $crate::session::stay::End;
            core $crate::session::stay::EndAll;
            core $crate::session::account::ChangePassword;
            core $crate::session::account::Delete;
        }
    };
}
