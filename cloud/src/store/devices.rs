//! Devices of families.

use hearth_contract::{ThingName, device::Device};

use super::{Fault, Home, Tx, from_json, from_text, to_json, us};

/// The home a thing is paired into, and the device; `None` while nobody has paired it.
pub(crate) async fn paired(tx: &mut Tx, thing: &ThingName) -> Result<Option<(Home, Device)>, Fault> {
    let row: Option<(String, String)> = sqlx::query_as("SELECT family, body FROM devices WHERE thing = ?")
        .bind(thing.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|(family, body)| Ok((Home::of(from_text(&family)?), from_json(&body)?)))
        .transpose()
}

/// A device of this home; `None` for absent ones and those of others alike.
pub(crate) async fn one(tx: &mut Tx, home: Home, thing: &ThingName) -> Result<Option<Device>, Fault> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM devices WHERE family = ? AND thing = ?")
        .bind(home.text())
        .bind(thing.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|(body,)| from_json(&body)).transpose()
}

/// In the order they were paired.
pub(crate) async fn all(tx: &mut Tx, home: Home) -> Result<Vec<Device>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM devices WHERE family = ? ORDER BY paired_us, thing")
        .bind(home.text())
        .fetch_all(tx.on())
        .await?;
    rows.into_iter().map(|(body,)| from_json(&body)).collect()
}

pub(crate) async fn add(tx: &mut Tx, home: Home, device: &Device) -> Result<(), Fault> {
    sqlx::query("INSERT INTO devices (thing, family, paired_us, body) VALUES (?, ?, ?, ?)")
        .bind(device.thing.as_str())
        .bind(home.text())
        .bind(us(device.paired_at))
        .bind(to_json(device)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

pub(crate) async fn set(tx: &mut Tx, home: Home, device: &Device) -> Result<(), Fault> {
    sqlx::query("UPDATE devices SET body = ? WHERE family = ? AND thing = ?")
        .bind(to_json(device)?)
        .bind(home.text())
        .bind(device.thing.as_str())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// All things that any family has, without saying whose: for the muster only.
pub(crate) async fn things(tx: &mut Tx) -> Result<Vec<ThingName>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT thing FROM devices ORDER BY thing")
        .fetch_all(tx.on())
        .await?;
    rows.into_iter().map(|(thing,)| from_text(&thing)).collect()
}
