//! Which messages of devices were heard: a repeated one does nothing twice.

use hearth_contract::{MessageId, ThingName};
use jiff::Timestamp;

use super::{Fault, Tx, us};

/// Remembers a message; `false` if it was heard before.
pub(crate) async fn first(tx: &mut Tx, thing: &ThingName, message: MessageId, at: Timestamp) -> Result<bool, Fault> {
    let seen: Option<(i64,)> = sqlx::query_as("SELECT at_us FROM messages WHERE thing = ? AND message = ?")
        .bind(thing.as_str())
        .bind(message.to_string())
        .fetch_optional(tx.on())
        .await?;
    if seen.is_some() {
        return Ok(false);
    }
    sqlx::query("INSERT INTO messages (thing, message, at_us) VALUES (?, ?, ?)")
        .bind(thing.as_str())
        .bind(message.to_string())
        .bind(us(at))
        .execute(tx.on())
        .await?;
    Ok(true)
}

/// Forgets what no device will repeat any more.
pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), Fault> {
    sqlx::query("DELETE FROM messages WHERE at_us < ?")
        .bind(us(before))
        .execute(tx.on())
        .await?;
    Ok(())
}
