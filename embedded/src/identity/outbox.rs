//! The port through which confirmation codes leave the identity.
//!
//! It deliberately says nothing about how they travel: the hub prints them and
//! writes a file, another body sends mail.

use async_trait::async_trait;
use jiff::Timestamp;

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Prove the address of a new account.
    SignUp,
    /// Choose a new password.
    ResetPassword,
    /// Prove the new address of an account.
    NewAddress,
}

/// A code on its way to somebody. No `Debug`: a code must not slip into a log.
#[derive(Clone)]
pub struct Letter {
    /// The mail address.
    pub to: String,
    /// Why they get it.
    pub subject: Subject,
    /// Six digits, good once.
    pub code: String,
    /// When the code is worth nothing any more.
    pub expires_at: Timestamp,
}

/// The letter could not be handed over; the person may ask for another.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a confirmation code could not be posted")]
pub struct NotPosted;

/// Takes letters away.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Hands over one letter.
    ///
    /// # Errors
    /// [`NotPosted`]; the code stays valid, the caller is told.
    async fn post(&self, letter: Letter) -> Result<(), NotPosted>;
}
