//! Devices that were provisioned, their pairing secrets, and wrong tries.

use hearth_contract::{FamilyId, Serial, device::Hardware, pairing::PairingSecret};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_us, us};
use crate::ports::Newcomer;

/// No step was ever used.
const NEVER: i64 = -1;
/// Its button was not pressed, or that was used.
const UNPRESSED: i64 = 0;

/// A device that called in, whether or not a family has it.
pub(crate) struct Called {
    pub hardware: Hardware,
    pub secret: PairingSecret,
    /// The step of the last proof that was taken; −1 if none was.
    pub used_step: i64,
    /// When its button was pressed, and nobody has used that.
    pub pressed_at: Option<Timestamp>,
}

/// Records a device that was just provisioned; its former secret is worth nothing from now on.
pub(crate) async fn record(
    tx: &mut Tx,
    newcomer: &Newcomer,
    at: Timestamp,
    pressed_at: Option<Timestamp>,
) -> Result<(), Fault> {
    sqlx::query(
        "REPLACE INTO newcomers (serial, hardware, secret, used_step, provisioned_us, pressed_us)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(newcomer.serial.as_str())
    .bind(newcomer.hardware.code())
    .bind(hex::encode(newcomer.secret.0))
    .bind(NEVER)
    .bind(us(at))
    .bind(pressed_at.map_or(UNPRESSED, us))
    .execute(tx.on())
    .await?;
    Ok(())
}

/// From now on its press is used.
pub(crate) async fn use_press(tx: &mut Tx, serial: &Serial) -> Result<(), Fault> {
    sqlx::query("UPDATE newcomers SET pressed_us = ? WHERE serial = ?")
        .bind(UNPRESSED)
        .bind(serial.as_str())
        .execute(tx.on())
        .await?;
    Ok(())
}

pub(crate) async fn called(tx: &mut Tx, serial: &Serial) -> Result<Option<Called>, Fault> {
    let row: Option<(String, String, i64, i64)> =
        sqlx::query_as("SELECT hardware, secret, used_step, pressed_us FROM newcomers WHERE serial = ?")
            .bind(serial.as_str())
            .fetch_optional(tx.on())
            .await?;
    let Some((hardware, secret, used_step, pressed)) = row else {
        return Ok(None);
    };
    let broken = || Fault::Broken("a newcomer can't be read".to_owned());
    let mut bytes = [0; 32];
    hex::decode_to_slice(&secret, &mut bytes).map_err(|_| broken())?;
    let hardware = Hardware::from_code(&hardware).ok_or_else(broken)?;
    Ok(Some(Called {
        hardware,
        secret: PairingSecret(bytes),
        used_step,
        pressed_at: (pressed != UNPRESSED).then(|| from_us(pressed)).transpose()?,
    }))
}

/// From now on proofs of this step and before are used.
pub(crate) async fn use_step(tx: &mut Tx, serial: &Serial, step: i64) -> Result<(), Fault> {
    sqlx::query("UPDATE newcomers SET used_step = ? WHERE serial = ?")
        .bind(step)
        .bind(serial.as_str())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Counts a wrong try.
pub(crate) async fn note_try(tx: &mut Tx, home: Home, serial: &Serial, at: Timestamp) -> Result<(), Fault> {
    sqlx::query("INSERT INTO tries (family, serial, at_us) VALUES (?, ?, ?)")
        .bind(home.text())
        .bind(serial.as_str())
        .bind(us(at))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The instants of the wrong tries since then, oldest first: the family's and the serial number's.
pub(crate) async fn tries(
    tx: &mut Tx,
    home: Home,
    serial: &Serial,
    since: Timestamp,
) -> Result<[Vec<Timestamp>; 2], Fault> {
    let of_family = sqlx::query_as("SELECT at_us FROM tries WHERE family = ? AND at_us > ? ORDER BY at_us")
        .bind(home.text())
        .bind(us(since))
        .fetch_all(tx.on())
        .await?;
    let of_serial = sqlx::query_as("SELECT at_us FROM tries WHERE serial = ? AND at_us > ? ORDER BY at_us")
        .bind(serial.as_str())
        .bind(us(since))
        .fetch_all(tx.on())
        .await?;
    let instants = |rows: Vec<(i64,)>| rows.into_iter().map(|(at,)| from_us(at)).collect::<Result<Vec<_>, _>>();
    Ok([instants(of_family)?, instants(of_serial)?])
}

/// Forgets tries nobody counts any more.
pub(crate) async fn forget_tries(tx: &mut Tx, before: Timestamp) -> Result<(), Fault> {
    sqlx::query("DELETE FROM tries WHERE at_us < ?")
        .bind(us(before))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The family a device with this serial number is in, if any.
pub(crate) async fn taken(tx: &mut Tx, serial: &Serial, hardware: Hardware) -> Result<Option<FamilyId>, Fault> {
    let home = super::devices::paired(tx, &hardware.thing(serial)).await?;
    Ok(home.map(|(home, _)| home.family()))
}
