//! The executions' rows, in the registry's file.

use sqlx::{Row, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use super::execution::{Execution, Status};
use crate::things::{Registry, StoreFailed};

/// See the module.
pub struct Store {
    pool: SqlitePool,
}

/// The executions of one thing, held until they are kept or let go.
pub struct Held<'a>(Transaction<'a, Sqlite>);

const COLUMNS: &str = "job, thing, document, status, details, queued_at, started_at, updated_at, ends_at, version";

impl Store {
    pub fn beside(registry: &Registry) -> Self {
        let pool = registry.pool();
        Self { pool }
    }

    /// Takes hold of the executions, to change some.
    pub async fn hold(&self) -> Result<Held<'_>, StoreFailed> {
        Ok(Held(self.pool.begin_with("BEGIN IMMEDIATE").await?))
    }

    /// Things with executions whose time is over.
    pub async fn late(&self, now: i64) -> Result<Vec<String>, StoreFailed> {
        let sql = "SELECT DISTINCT thing FROM execution WHERE status = 'IN_PROGRESS' AND ends_at <= ?";
        Ok(sqlx::query_scalar(sql).bind(now).fetch_all(&self.pool).await?)
    }
}

impl Held<'_> {
    /// What is pending of a thing: at hand first, then as it was given.
    pub async fn pending(&mut self, thing: &str) -> Result<Vec<Execution>, StoreFailed> {
        let sql = format!(
            "SELECT {COLUMNS} FROM execution WHERE thing = ? AND status IN ('IN_PROGRESS', 'QUEUED')
             ORDER BY status = 'QUEUED', queued_at, rowid"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(thing)
            .fetch_all(&mut *self.0)
            .await?;
        rows.iter().map(execution).collect()
    }

    /// One of them, whatever its state.
    pub async fn one(&mut self, thing: &str, job: &str) -> Result<Option<Execution>, StoreFailed> {
        let sql = format!("SELECT {COLUMNS} FROM execution WHERE thing = ? AND job = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(thing)
            .bind(job)
            .fetch_optional(&mut *self.0)
            .await?;
        row.as_ref().map(execution).transpose()
    }

    /// Writes one, new or changed.
    pub async fn put(&mut self, execution: &Execution) -> Result<(), StoreFailed> {
        let text = |value: serde_json::Result<String>| value.map_err(|error| StoreFailed::unreadable(&error));
        sqlx::query(
            "INSERT INTO execution (job, thing, document, status, details, queued_at, started_at, updated_at,
                                    ends_at, version)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (thing, job) DO UPDATE SET
                 status = excluded.status, details = excluded.details, started_at = excluded.started_at,
                 updated_at = excluded.updated_at, ends_at = excluded.ends_at, version = excluded.version",
        )
        .bind(&execution.job)
        .bind(&execution.thing)
        .bind(text(serde_json::to_string(&execution.document))?)
        .bind(execution.status.word())
        .bind(text(serde_json::to_string(&execution.details))?)
        .bind(execution.queued_at)
        .bind(execution.started_at)
        .bind(execution.updated_at)
        .bind(execution.ends_at)
        .bind(execution.version)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Keeps what was written.
    pub async fn keep(self) -> Result<(), StoreFailed> {
        Ok(self.0.commit().await?)
    }
}

fn execution(row: &SqliteRow) -> Result<Execution, StoreFailed> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let unreadable = |error: serde_json::Error| StoreFailed::unreadable(&error);
    Ok(Execution {
        job: text("job")?,
        thing: text("thing")?,
        document: serde_json::from_str(&text("document")?).map_err(unreadable)?,
        status: Status::of(&text("status")?).unwrap_or(Status::Canceled),
        details: serde_json::from_str(&text("details")?).map_err(unreadable)?,
        queued_at: row.try_get("queued_at")?,
        started_at: row.try_get("started_at")?,
        updated_at: row.try_get("updated_at")?,
        ends_at: row.try_get("ends_at")?,
        version: row.try_get("version")?,
    })
}
