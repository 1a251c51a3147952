//! The steps from an empty file to the present tables: numbered, forward only.
//!
//! A released step is never edited; the next change is the next number.

use sqlx::AnyPool;

use super::Fault;

const STEPS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/0001_home.sql")),
    (2, include_str!("../../migrations/0002_kiosk.sql")),
    (3, include_str!("../../migrations/0003_people.sql")),
    (4, include_str!("../../migrations/0004_control.sql")),
    (5, include_str!("../../migrations/0005_doors.sql")),
    (6, include_str!("../../migrations/0006_children.sql")),
    (7, include_str!("../../migrations/0007_button.sql")),
];

/// Applies the steps that are missing, each in a transaction of its own.
pub(super) async fn apply(writer: &AnyPool) -> Result<(), Fault> {
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS steps (step BIGINT NOT NULL PRIMARY KEY)")
        .execute(writer)
        .await?;
    let (done,): (Option<i64>,) = sqlx::query_as("SELECT MAX(step) FROM steps").fetch_one(writer).await?;
    let done = done.unwrap_or(0);
    if STEPS.last().is_some_and(|(last, _)| done > *last) {
        return Err(Fault::Newer(done));
    }
    for (number, sql) in STEPS.iter().filter(|(number, _)| *number > done) {
        let mut tx = writer.begin().await?;
        sqlx::raw_sql(*sql).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO steps (step) VALUES (?)")
            .bind(*number)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}
