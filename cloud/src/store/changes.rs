//! What was seen when doors closed, and what it did to the list.

use hearth_contract::{
    ChangeId, ThingName,
    pantry::{Change, Item},
};
use serde::{Deserialize, Serialize};

use super::{Fault, Home, Tx, from_json, to_json, us};

/// What one line of a change did to one item: enough to take it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Applied {
    /// The item as it was after it, or as it last was if it went.
    pub item: Item,
    /// How many more, or less.
    pub delta: i64,
}

/// A change with what it did.
pub(crate) struct Kept {
    pub change: Change,
    pub applied: Vec<Applied>,
}

/// Writes a change, new or settled.
pub(crate) async fn set(tx: &mut Tx, home: Home, kept: &Kept) -> Result<(), Fault> {
    sqlx::query("REPLACE INTO changes (family, change_id, at_us, body, applied) VALUES (?, ?, ?, ?, ?)")
        .bind(home.text())
        .bind(kept.change.id.to_string())
        .bind(us(kept.change.at))
        .bind(to_json(&kept.change)?)
        .bind(to_json(&kept.applied)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

pub(crate) async fn one(tx: &mut Tx, home: Home, change: ChangeId) -> Result<Option<Kept>, Fault> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT body, applied FROM changes WHERE family = ? AND change_id = ?")
            .bind(home.text())
            .bind(change.to_string())
            .fetch_optional(tx.on())
            .await?;
    row.map(|(body, applied)| {
        Ok(Kept {
            change: from_json(&body)?,
            applied: from_json(&applied)?,
        })
    })
    .transpose()
}

/// The last ones, latest first.
pub(crate) async fn last(tx: &mut Tx, home: Home, most: i64) -> Result<Vec<Change>, Fault> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT body FROM changes WHERE family = ? ORDER BY at_us DESC, change_id DESC LIMIT ?")
            .bind(home.text())
            .bind(most)
            .fetch_all(tx.on())
            .await?;
    rows.into_iter().map(|(body,)| from_json(&body)).collect()
}

/// Deletes what was seen of a device; gives how many.
pub(crate) async fn forget(tx: &mut Tx, home: Home, thing: &ThingName) -> Result<u64, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM changes WHERE family = ?")
        .bind(home.text())
        .fetch_all(tx.on())
        .await?;
    let mut gone = 0;
    for (body,) in rows {
        let change: Change = from_json(&body)?;
        if change.thing == *thing {
            sqlx::query("DELETE FROM changes WHERE family = ? AND change_id = ?")
                .bind(home.text())
                .bind(change.id.to_string())
                .execute(tx.on())
                .await?;
            gone += 1;
        }
    }
    Ok(gone)
}
