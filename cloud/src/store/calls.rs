//! What was answered to which call: the same id gets the same reply.

use hearth_contract::{CallId, Principal};
use jiff::Timestamp;

use super::{Fault, Tx, us};

/// A call, as far as it must be the same to be a repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub id: CallId,
    pub by: Principal,
    pub command: &'static str,
    /// SHA-256 of the command as JSON, hex.
    pub digest: String,
}

/// What is known of a call id.
pub(crate) enum Known {
    /// Never seen.
    New,
    /// Answered before with this JSON.
    Answered(String),
    /// It was another call.
    Other,
}

pub(crate) async fn known(tx: &mut Tx, call: &Call) -> Result<Known, Fault> {
    let row: Option<(String, String, String, String)> =
        sqlx::query_as("SELECT principal, command, digest, reply FROM calls WHERE call_id = ?")
            .bind(call.id.to_string())
            .fetch_optional(tx.on())
            .await?;
    Ok(match row {
        None => Known::New,
        Some((by, command, digest, reply))
            if by == call.by.to_string() && command == call.command && digest == call.digest =>
        {
            Known::Answered(reply)
        }
        Some(_) => Known::Other,
    })
}

pub(crate) async fn remember(tx: &mut Tx, call: &Call, reply: &str, at: Timestamp) -> Result<(), Fault> {
    sqlx::query("INSERT INTO calls (call_id, principal, command, digest, reply, at_us) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(call.id.to_string())
        .bind(call.by.to_string())
        .bind(call.command)
        .bind(call.digest.as_str())
        .bind(reply)
        .bind(us(at))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Forgets what nobody will repeat any more.
pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), Fault> {
    sqlx::query("DELETE FROM calls WHERE at_us < ?")
        .bind(us(before))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Forgets what somebody was answered.
pub(crate) async fn forget_of(tx: &mut Tx, by: &Principal) -> Result<(), Fault> {
    sqlx::query("DELETE FROM calls WHERE principal = ?")
        .bind(by.to_string())
        .execute(tx.on())
        .await?;
    Ok(())
}
