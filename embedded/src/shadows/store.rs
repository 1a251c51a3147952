//! The shadows' rows, in the registry's file: a shadow belongs to a thing.
//!
//! A deleted shadow keeps its version, as AWS IoT does for two days and we for good.

use serde_json::{Map, Value};
use sqlx::{Row, Sqlite, SqlitePool, Transaction};

use super::{document::Document, topic::Shadow};
use crate::things::{Registry, StoreFailed};

/// Shadows with a name that one thing may have.
const MOST_NAMES: i64 = 32;

/// See the module.
pub struct Store {
    pool: SqlitePool,
}

/// One shadow, held until it is kept or let go.
pub struct Held<'a> {
    unit: Transaction<'a, Sqlite>,
    shadow: &'a Shadow,
    /// What it is; empty if there is none.
    pub document: Document,
    /// Whether there is one.
    pub is_there: bool,
}

impl Store {
    pub fn beside(registry: &Registry) -> Self {
        let pool = registry.pool();
        Self { pool }
    }

    /// Reads a shadow; `None` if there is none.
    pub async fn read(&self, shadow: &Shadow) -> Result<Option<Document>, StoreFailed> {
        let row =
            sqlx::query("SELECT state, metadata, version FROM shadow WHERE thing = ? AND name = ? AND deleted = 0")
                .bind(&shadow.thing)
                .bind(&shadow.name)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|row| document(&row)).transpose()
    }

    /// Takes hold of a shadow, to change it.
    pub async fn hold<'a>(&'a self, shadow: &'a Shadow) -> Result<Held<'a>, StoreFailed> {
        let mut unit = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query("SELECT state, metadata, version, deleted FROM shadow WHERE thing = ? AND name = ?")
            .bind(&shadow.thing)
            .bind(&shadow.name)
            .fetch_optional(&mut *unit)
            .await?;
        let is_there = match &row {
            Some(row) => row.try_get::<i64, _>("deleted")? == 0,
            None => false,
        };
        let document = row.map(|row| document(&row)).transpose()?.unwrap_or_default();
        Ok(Held {
            unit,
            shadow,
            document,
            is_there,
        })
    }
}

impl Held<'_> {
    /// Whether the thing may have one more.
    pub async fn has_room(&mut self) -> Result<bool, StoreFailed> {
        let there: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM shadow WHERE thing = ?")
            .bind(&self.shadow.thing)
            .fetch_one(&mut *self.unit)
            .await?;
        Ok(self.is_there || there < MOST_NAMES)
    }

    /// Keeps this in its place.
    pub async fn keep(mut self, document: &Document) -> Result<(), StoreFailed> {
        self.write(document, false).await?;
        Ok(self.unit.commit().await?)
    }

    /// Removes it; its version stays.
    pub async fn delete(mut self) -> Result<(), StoreFailed> {
        let gone = Document {
            version: self.document.version,
            ..Document::default()
        };
        self.write(&gone, true).await?;
        Ok(self.unit.commit().await?)
    }

    async fn write(&mut self, document: &Document, deleted: bool) -> Result<(), StoreFailed> {
        let text = |members: &Map<String, Value>| serde_json::to_string(members).unwrap_or_else(|_| "{}".to_owned());
        sqlx::query(
            "INSERT INTO shadow (thing, name, state, metadata, version, deleted) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (thing, name) DO UPDATE SET
                 state = excluded.state, metadata = excluded.metadata,
                 version = excluded.version, deleted = excluded.deleted",
        )
        .bind(&self.shadow.thing)
        .bind(&self.shadow.name)
        .bind(text(&document.state))
        .bind(text(&document.metadata))
        .bind(i64::try_from(document.version).unwrap_or(i64::MAX))
        .bind(i64::from(deleted))
        .execute(&mut *self.unit)
        .await?;
        Ok(())
    }
}

fn document(row: &sqlx::sqlite::SqliteRow) -> Result<Document, StoreFailed> {
    let read = |column: &str| -> Result<Map<String, Value>, StoreFailed> {
        let text: String = row.try_get(column)?;
        serde_json::from_str(&text).map_err(|error| StoreFailed::unreadable(&error))
    };
    Ok(Document {
        state: read("state")?,
        metadata: read("metadata")?,
        version: u64::try_from(row.try_get::<i64, _>("version")?).unwrap_or(0),
    })
}
