//! What devices are set to, and the last order of each property.

use hearth_contract::{
    ThingName,
    control::{Control, Property},
};

use super::{Fault, Home, Tx, from_json, to_json};

/// A property as it was left; nothing is known of one that was never heard of.
pub(crate) async fn one(tx: &mut Tx, home: Home, thing: &ThingName, property: Property) -> Result<Control, Fault> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT body FROM controls WHERE family = ? AND thing = ? AND property = ?")
            .bind(home.text())
            .bind(thing.as_str())
            .bind(to_json(&property)?)
            .fetch_optional(tx.on())
            .await?;
    match row {
        Some((body,)) => from_json(&body),
        None => Ok(Control {
            property,
            reported: None,
            measured: None,
            order: None,
        }),
    }
}

/// Keeps a property in place of what it was.
pub(crate) async fn set(tx: &mut Tx, home: Home, thing: &ThingName, control: &Control) -> Result<(), Fault> {
    sqlx::query("REPLACE INTO controls (family, thing, property, body) VALUES (?, ?, ?, ?)")
        .bind(home.text())
        .bind(thing.as_str())
        .bind(to_json(&control.property)?)
        .bind(to_json(control)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Notes that this version of the device's shadow was heard; `false` if it, or
/// a later one, was heard before.
pub(crate) async fn is_newer(tx: &mut Tx, home: Home, thing: &ThingName, version: u64) -> Result<bool, Fault> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let row: Option<(i64,)> = sqlx::query_as("SELECT version FROM shadows WHERE family = ? AND thing = ?")
        .bind(home.text())
        .bind(thing.as_str())
        .fetch_optional(tx.on())
        .await?;
    if row.is_some_and(|(known,)| known >= version) {
        return Ok(false);
    }
    sqlx::query("REPLACE INTO shadows (family, thing, version) VALUES (?, ?, ?)")
        .bind(home.text())
        .bind(thing.as_str())
        .bind(version)
        .execute(tx.on())
        .await?;
    Ok(true)
}
