//! The journal: numbered without a gap within a family.

use hearth_contract::{CallId, HomeEvent, JournalEntry, PersonId, event::Actor};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_json, to_json};

/// A line that has no number yet.
pub(crate) struct Line {
    pub at: Timestamp,
    pub by: Actor,
    pub call: Option<CallId>,
    pub event: HomeEvent,
}

/// Writes the next line. The number is taken by an update, which keeps a
/// second writer waiting until this transaction ends.
pub(crate) async fn append(tx: &mut Tx, home: Home, line: Line) -> Result<JournalEntry, Fault> {
    sqlx::query("UPDATE families SET seq = seq + 1 WHERE family = ?")
        .bind(home.text())
        .execute(tx.on())
        .await?;
    let (seq,): (i64,) = sqlx::query_as("SELECT seq FROM families WHERE family = ?")
        .bind(home.text())
        .fetch_one(tx.on())
        .await?;
    let Line { at, by, call, event } = line;
    let entry = JournalEntry {
        family: home.family(),
        seq: u64::try_from(seq).unwrap_or_default(),
        at,
        by,
        call,
        event,
    };
    sqlx::query("INSERT INTO journal (family, seq, body) VALUES (?, ?, ?)")
        .bind(home.text())
        .bind(seq)
        .bind(to_json(&entry)?)
        .execute(tx.on())
        .await?;
    Ok(entry)
}

/// What came after this number, oldest first, at most `most` lines.
pub(crate) async fn after(tx: &mut Tx, home: Home, after: u64, most: i64) -> Result<Vec<JournalEntry>, Fault> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT body FROM journal WHERE family = ? AND seq > ? ORDER BY seq LIMIT ?")
            .bind(home.text())
            .bind(i64::try_from(after).unwrap_or(i64::MAX))
            .bind(most)
            .fetch_all(tx.on())
            .await?;
    rows.into_iter().map(|(body,)| from_json(&body)).collect()
}

/// How many lines name this person as the one who did it.
pub(crate) async fn lines_by(tx: &mut Tx, home: Home, person: PersonId) -> Result<u64, Fault> {
    let (lines,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM journal WHERE family = ? AND body LIKE ?")
        .bind(home.text())
        .bind(format!("%\"by\":{{\"person\":\"{person}\"}}%"))
        .fetch_one(tx.on())
        .await?;
    Ok(u64::try_from(lines).unwrap_or_default())
}
