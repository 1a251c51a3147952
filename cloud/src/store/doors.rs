//! Doors that stand open, as far as their devices have said.

use hearth_contract::{DoorId, ThingName};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_text, from_us, us};

/// Notes that a door was opened then.
pub(crate) async fn opened(
    tx: &mut Tx,
    home: Home,
    thing: &ThingName,
    door: &DoorId,
    at: Timestamp,
) -> Result<(), Fault> {
    sqlx::query("REPLACE INTO doors (family, thing, door, opened_us) VALUES (?, ?, ?, ?)")
        .bind(home.text())
        .bind(thing.as_str())
        .bind(door.as_str())
        .bind(us(at))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Notes that a door is closed.
pub(crate) async fn closed(tx: &mut Tx, home: Home, thing: &ThingName, door: &DoorId) -> Result<(), Fault> {
    sqlx::query("DELETE FROM doors WHERE family = ? AND thing = ? AND door = ?")
        .bind(home.text())
        .bind(thing.as_str())
        .bind(door.as_str())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The doors of a thing that stand open, and since when.
pub(crate) async fn open(tx: &mut Tx, home: Home, thing: &ThingName) -> Result<Vec<(DoorId, Timestamp)>, Fault> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT door, opened_us FROM doors WHERE family = ? AND thing = ? ORDER BY door")
            .bind(home.text())
            .bind(thing.as_str())
            .fetch_all(tx.on())
            .await?;
    rows.into_iter()
        .map(|(door, opened_us)| Ok((from_text(&door)?, from_us(opened_us)?)))
        .collect()
}
