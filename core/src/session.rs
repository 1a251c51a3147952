//! Signing up, signing in, and who one is.
//!
//! The user pool's calls are plain JSON requests; for sign-in only SRP values
//! leave core, and a password is neither stored nor logged. What is kept (the
//! tokens and the person's name) lies in the body's vault.

mod answers;
mod claims;
mod pool;
mod refusal;
mod sign_in;
mod tokens;

pub(crate) use claims::person;
pub(crate) use pool::Pool;
pub(crate) use tokens::{Kept, Keys, Tokens};

/// The vault's name of what a session keeps.
pub(crate) const VAULT_KEY: &str = "session";
