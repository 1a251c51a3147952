//! `DeleteUser`: the account goes, with sessions, passkeys, second factor and
//! what was lent to it.
//!
//! What the person left in families is none of this server's: it is called
//! what it was called, by a `sub` that nobody gets again.

use serde::Deserialize;

use super::Nothing;
use crate::identity::{Pool, exception::Exception, tokens};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    access_token: String,
}

/// Deletes the account of whoever asks.
pub async fn answer(pool: &Pool, ask: Ask) -> Result<Nothing, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let now = pool.ports.clock.now().as_second();
    pool.note_endings(pool.store.delete_account(&account.sub, now).await?);
    Ok(Nothing {})
}
