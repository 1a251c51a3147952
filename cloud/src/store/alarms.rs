//! Alarms that are not over.

use hearth_contract::{AlarmId, ThingName, alarm::Alarm};

use super::{Fault, Home, Tx, from_json, to_json, us};

/// Keeps an alarm, in place of what it was.
pub(crate) async fn set(tx: &mut Tx, home: Home, alarm: &Alarm) -> Result<(), Fault> {
    sqlx::query("REPLACE INTO alarms (family, alarm, thing, raised_us, body) VALUES (?, ?, ?, ?, ?)")
        .bind(home.text())
        .bind(alarm.id.to_string())
        .bind(alarm.thing.as_str())
        .bind(us(alarm.raised_at))
        .bind(to_json(alarm)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Takes a thing's alarm off the list; `false` if it is not there.
pub(crate) async fn clear(tx: &mut Tx, home: Home, thing: &ThingName, alarm: AlarmId) -> Result<bool, Fault> {
    let gone = sqlx::query("DELETE FROM alarms WHERE family = ? AND thing = ? AND alarm = ?")
        .bind(home.text())
        .bind(thing.as_str())
        .bind(alarm.to_string())
        .execute(tx.on())
        .await?;
    Ok(gone.rows_affected() > 0)
}

/// An alarm of this home that is not over.
pub(crate) async fn one(tx: &mut Tx, home: Home, alarm: AlarmId) -> Result<Option<Alarm>, Fault> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM alarms WHERE family = ? AND alarm = ?")
        .bind(home.text())
        .bind(alarm.to_string())
        .fetch_optional(tx.on())
        .await?;
    row.map(|(body,)| from_json(&body)).transpose()
}

/// What is not over, oldest first.
pub(crate) async fn open(tx: &mut Tx, home: Home) -> Result<Vec<Alarm>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM alarms WHERE family = ? ORDER BY raised_us, alarm")
        .bind(home.text())
        .fetch_all(tx.on())
        .await?;
    rows.into_iter().map(|(body,)| from_json(&body)).collect()
}
