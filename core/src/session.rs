//! Signing up, signing in, and who one is.
//!
//! The user pool's calls are plain JSON requests; for sign-in only SRP values
//! leave core, and a password is neither stored nor logged. By a provider's own
//! page one signs in through `sign_on`; whose tokens a session lives by is an
//! `Issuer`. What is kept (the tokens and the person's name) lies in the body's vault.

mod account;
mod answers;
mod challenge;
mod claims;
pub(crate) mod ended;
mod farewell;
mod issuer;
mod own;
mod passkey;
mod pool;
mod refusal;
mod second_factor;
mod sign_in;
pub(crate) mod sign_on;
mod stays;
mod tokens;

use hearth_contract::{Failure, Reason};

pub(crate) use challenge::Waiting;
pub(crate) use claims::person;
pub(crate) use farewell::Goodbyes;
pub(crate) use issuer::{Issuer, Login};
pub(crate) use pool::Pool;
pub(crate) use tokens::{Kept, Keys, Tokens};

/// The vault's name of what a session keeps.
pub(crate) const VAULT_KEY: &str = "session";

/// Who is signed in knows their address: only the password can be wrong.
fn at_field(failure: Failure, field: &'static str) -> Failure {
    if failure.reason == Reason::WrongPassword {
        Failure::new(Reason::OwnPasswordWrong).at(field)
    } else {
        failure
    }
}
