//! Readings of meters, as they came.

use hearth_contract::{
    ThingName,
    meter::Reading,
    units::{WattHours, Watts},
};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_us, us};

type Row = (i64, f64, f64, i64);

fn reading((at, power_w, energy_wh, simulated): Row) -> Result<Reading, Fault> {
    Ok(Reading {
        at: from_us(at)?,
        power_w: Watts(power_w),
        energy_wh: WattHours(energy_wh),
        simulated: simulated != 0,
    })
}

/// Keeps a reading; one of the same instant is replaced.
pub(crate) async fn add(tx: &mut Tx, home: Home, thing: &ThingName, reading: &Reading) -> Result<(), Fault> {
    sqlx::query(
        "REPLACE INTO readings (family, thing, at_us, power_w, energy_wh, simulated) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(home.text())
    .bind(thing.as_str())
    .bind(us(reading.at))
    .bind(reading.power_w.0)
    .bind(reading.energy_wh.0)
    .bind(i64::from(reading.simulated))
    .execute(tx.on())
    .await?;
    Ok(())
}

/// The latest reading of a meter.
pub(crate) async fn last(tx: &mut Tx, home: Home, thing: &ThingName) -> Result<Option<Reading>, Fault> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT at_us, power_w, energy_wh, simulated FROM readings WHERE family = ? AND thing = ? \
         ORDER BY at_us DESC LIMIT 1",
    )
    .bind(home.text())
    .bind(thing.as_str())
    .fetch_optional(tx.on())
    .await?;
    row.map(reading).transpose()
}

/// The readings from one instant to another, both included, oldest first.
pub(crate) async fn between(
    tx: &mut Tx,
    home: Home,
    thing: &ThingName,
    span: (Timestamp, Timestamp),
) -> Result<Vec<Reading>, Fault> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT at_us, power_w, energy_wh, simulated FROM readings \
         WHERE family = ? AND thing = ? AND at_us >= ? AND at_us <= ? ORDER BY at_us",
    )
    .bind(home.text())
    .bind(thing.as_str())
    .bind(us(span.0))
    .bind(us(span.1))
    .fetch_all(tx.on())
    .await?;
    rows.into_iter().map(reading).collect()
}
