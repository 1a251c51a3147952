//! Jobs: what must happen outside, written with what made it necessary.

use hearth_contract::ThingName;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Fault, Tx, from_json, from_text, from_us, to_json, us};
use crate::jobs::Job;

/// A job in the store.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub id: Uuid,
    pub attempts: u32,
    pub job: Job,
}

pub(crate) async fn add(tx: &mut Tx, id: Uuid, job: &Job, due_at: Timestamp) -> Result<(), Fault> {
    sqlx::query("INSERT INTO jobs (job, lane, due_us, attempts, body) VALUES (?, ?, ?, 0, ?)")
        .bind(id.to_string())
        .bind(job.lane())
        .bind(us(due_at))
        .bind(to_json(job)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// What is due now, oldest first.
pub(crate) async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<Kept>, Fault> {
    let rows: Vec<(String, i64, String)> =
        sqlx::query_as("SELECT job, attempts, body FROM jobs WHERE due_us <= ? ORDER BY due_us, job LIMIT 64")
            .bind(us(now))
            .fetch_all(tx.on())
            .await?;
    rows.into_iter()
        .map(|(id, attempts, body)| {
            Ok(Kept {
                id: from_text(&id)?,
                attempts: u32::try_from(attempts).unwrap_or(0),
                job: from_json(&body)?,
            })
        })
        .collect()
}

/// When the next job is due that is not due yet.
pub(crate) async fn next(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
    let (due,): (Option<i64>,) = sqlx::query_as("SELECT MIN(due_us) FROM jobs WHERE due_us > ?")
        .bind(us(now))
        .fetch_one(tx.on())
        .await?;
    due.map(from_us).transpose()
}

/// Whether a job waits in this lane.
pub(crate) async fn waits(tx: &mut Tx, lane: &str) -> Result<bool, Fault> {
    let row: Option<(String,)> = sqlx::query_as("SELECT job FROM jobs WHERE lane = ? LIMIT 1")
        .bind(lane)
        .fetch_optional(tx.on())
        .await?;
    Ok(row.is_some())
}

/// Takes the jobs of a lane off the list: what they were for is no more.
pub(crate) async fn drop_lane(tx: &mut Tx, lane: &str) -> Result<(), Fault> {
    sqlx::query("DELETE FROM jobs WHERE lane = ?")
        .bind(lane)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Puts a job off after a failed attempt.
pub(crate) async fn put_off(tx: &mut Tx, id: Uuid, due_at: Timestamp) -> Result<(), Fault> {
    sqlx::query("UPDATE jobs SET due_us = ?, attempts = attempts + 1 WHERE job = ?")
        .bind(us(due_at))
        .bind(id.to_string())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Takes a job off the list; `false` if it was done already.
pub(crate) async fn done(tx: &mut Tx, id: Uuid) -> Result<bool, Fault> {
    let gone = sqlx::query("DELETE FROM jobs WHERE job = ?")
        .bind(id.to_string())
        .execute(tx.on())
        .await?;
    Ok(gone.rows_affected() == 1)
}

/// Takes off what still waits to be compared of this thing's cameras.
pub(crate) async fn drop_shelves(tx: &mut Tx, thing: &ThingName) -> Result<(), Fault> {
    // `;` follows `:`, so that this is exactly what begins with the thing's name.
    sqlx::query("DELETE FROM jobs WHERE lane > ? AND lane < ?")
        .bind(format!("shelves:{thing}:"))
        .bind(format!("shelves:{thing};"))
        .execute(tx.on())
        .await?;
    Ok(())
}
