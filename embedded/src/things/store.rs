//! The registry's own file, `things.sqlite`.
//!
//! Only this module, `shadows/store` and `jobs/store` speak SQL here. The rule that SQL lives in the cloud's
//! store and the app's replica does not reach it: this is the private store of
//! a server that stands for one of AWS's, which nobody else reads. WAL with
//! full synchronisation: what was answered survives a power cut. Times are
//! Unix seconds. Ownership tokens are kept as digests only.

use std::path::Path;

use hearth_contract::ids::ThingName;
use jiff::Timestamp;
use sqlx::{
    Row, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// How long an ownership token is good, seconds.
const TOKEN_LASTS_S: i64 = 3600;
/// How many certificates may wait for their owner at once.
const MOST_PENDING: i64 = 1000;

/// Step n brings the file from version n to n + 1; steps are never edited.
const STEPS: &[&str] = &[
    "CREATE TABLE thing (
        name TEXT PRIMARY KEY,
        made_at INTEGER NOT NULL
    );
    CREATE TABLE certificate (
        id TEXT PRIMARY KEY,
        status TEXT NOT NULL
            CHECK (status IN ('PENDING_ACTIVATION', 'INACTIVE', 'ACTIVE', 'REVOKED')),
        thing TEXT REFERENCES thing (name),
        made_at INTEGER NOT NULL,
        token BLOB UNIQUE,
        attached INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX certificate_of_thing ON certificate (thing, attached);",
    "CREATE TABLE shadow (
        thing TEXT NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        metadata TEXT NOT NULL,
        version INTEGER NOT NULL,
        deleted INTEGER NOT NULL,
        PRIMARY KEY (thing, name)
    );
    CREATE TABLE execution (
        thing TEXT NOT NULL,
        job TEXT NOT NULL,
        document TEXT NOT NULL,
        status TEXT NOT NULL,
        details TEXT NOT NULL,
        queued_at INTEGER NOT NULL,
        started_at INTEGER,
        updated_at INTEGER NOT NULL,
        ends_at INTEGER,
        version INTEGER NOT NULL,
        PRIMARY KEY (thing, job)
    );
    CREATE INDEX execution_by_status ON execution (status, ends_at);",
];

/// The registry could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the registry of things: {0}")]
pub struct StoreFailed(String);

impl StoreFailed {
    /// What was kept can't be read.
    pub(crate) fn unreadable(error: &serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<sqlx::Error> for StoreFailed {
    fn from(error: sqlx::Error) -> Self {
        Self(error.to_string())
    }
}

/// A certificate's status, as AWS IoT has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Made, and nobody's yet.
    Pending,
    /// A thing's, and not let in.
    Inactive,
    /// Let in.
    Active,
    /// Never again.
    Revoked,
}

/// What a certificate stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose it is; `None` while it is nobody's.
    pub thing: Option<ThingName>,
    /// Whether it is let in.
    pub status: Status,
    /// Whether the thing has an older one that is let in, too.
    pub replaces: bool,
    /// Since when it is good.
    pub made_at: Timestamp,
}

/// What [`Store::activate`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activated {
    /// The thing has a certificate that is now active.
    pub known: bool,
    /// Another one was active before, and is revoked.
    pub replaced: bool,
}

/// The open file.
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens or makes the file and brings it to the present version.
    pub async fn open(folder: &Path) -> Result<Self, StoreFailed> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("things.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(2)
            .connect_with(options)
            .await?;
        let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&pool).await?;
        for (at, step) in STEPS.iter().enumerate().skip(usize::try_from(version).unwrap_or(0)) {
            let mut unit = pool.begin().await?;
            sqlx::raw_sql(*step).execute(&mut *unit).await?;
            let next = format!("PRAGMA user_version = {}", at + 1);
            sqlx::raw_sql(sqlx::AssertSqlSafe(next)).execute(&mut *unit).await?;
            unit.commit().await?;
        }
        Ok(Self { pool })
    }

    /// For the services whose rows lie beside.
    pub fn pool(&self) -> SqlitePool {
        self.pool.clone()
    }

    pub async fn note(&self, id: &str, token: &str, now: Timestamp) -> Result<bool, StoreFailed> {
        let mut unit = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        // AWS deletes certificates that nobody claimed within the hour, too.
        sqlx::query("DELETE FROM certificate WHERE status = 'PENDING_ACTIVATION' AND made_at <= ?")
            .bind(now.as_second() - TOKEN_LASTS_S)
            .execute(&mut *unit)
            .await?;
        let waiting: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM certificate WHERE status = 'PENDING_ACTIVATION'")
            .fetch_one(&mut *unit)
            .await?;
        if waiting >= MOST_PENDING {
            return Ok(false);
        }
        sqlx::query("INSERT INTO certificate (id, status, made_at, token) VALUES (?, 'PENDING_ACTIVATION', ?, ?)")
            .bind(id)
            .bind(now.as_second())
            .bind(digest(token))
            .execute(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(true)
    }

    pub async fn owns(&self, token: &str, now: Timestamp) -> Result<bool, StoreFailed> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM certificate WHERE token = ? AND made_at > ?")
            .bind(digest(token))
            .bind(now.as_second() - TOKEN_LASTS_S)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.is_some())
    }

    pub async fn attach(&self, token: &str, thing: &ThingName, now: Timestamp) -> Result<bool, StoreFailed> {
        let mut unit = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("INSERT INTO thing (name, made_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(thing.as_str())
            .bind(now.as_second())
            .execute(&mut *unit)
            .await?;
        sqlx::query("UPDATE certificate SET status = 'REVOKED' WHERE thing = ? AND status = 'INACTIVE'")
            .bind(thing.as_str())
            .execute(&mut *unit)
            .await?;
        if !becomes(&mut unit, token, thing, "INACTIVE", now).await? {
            return Ok(false);
        }
        unit.commit().await?;
        Ok(true)
    }

    pub async fn standing(&self, id: &str) -> Result<Option<Standing>, StoreFailed> {
        let row = sqlx::query(
            "SELECT status, thing, made_at, EXISTS (SELECT 1 FROM certificate AS older
                 WHERE older.thing = own.thing AND older.status = 'ACTIVE' AND older.attached < own.attached)
                 AS replaces
             FROM certificate AS own WHERE id = ?",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let status = match row.try_get::<String, _>("status")?.as_str() {
            "ACTIVE" => Status::Active,
            "INACTIVE" => Status::Inactive,
            "PENDING_ACTIVATION" => Status::Pending,
            _ => Status::Revoked,
        };
        let thing = row.try_get::<Option<String>, _>("thing")?.map(named).transpose()?;
        let made_at = Timestamp::from_second(row.try_get("made_at")?);
        Ok(Some(Standing {
            thing,
            status,
            replaces: row.try_get("replaces")?,
            made_at: made_at.map_err(|bad| StoreFailed(bad.to_string()))?,
        }))
    }

    /// The token's certificate becomes active beside the present one; others that
    /// were active are revoked.
    pub async fn rotate(
        &self,
        token: &str,
        thing: &ThingName,
        present: &str,
        now: Timestamp,
    ) -> Result<bool, StoreFailed> {
        let mut unit = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let is_present: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM certificate WHERE id = ? AND thing = ? AND status = 'ACTIVE')",
        )
        .bind(present)
        .bind(thing.as_str())
        .fetch_one(&mut *unit)
        .await?;
        sqlx::query("UPDATE certificate SET status = 'REVOKED' WHERE thing = ? AND status = 'ACTIVE' AND id <> ?")
            .bind(thing.as_str())
            .bind(present)
            .execute(&mut *unit)
            .await?;
        if !is_present || !becomes(&mut unit, token, thing, "ACTIVE", now).await? {
            return Ok(false);
        }
        unit.commit().await?;
        Ok(true)
    }

    /// The thing came in with this certificate: the active ones before it are revoked.
    pub async fn replace(&self, id: &str, thing: &ThingName) -> Result<(), StoreFailed> {
        sqlx::query(
            "UPDATE certificate SET status = 'REVOKED' WHERE thing = ? AND status = 'ACTIVE'
                    AND attached < (SELECT attached FROM certificate WHERE id = ?)",
        )
        .bind(thing.as_str())
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The newest certificate of the thing becomes active, an older one is revoked.
    pub async fn activate(&self, thing: &ThingName) -> Result<Activated, StoreFailed> {
        let mut unit = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let newest: Option<String> = sqlx::query_scalar(
            "SELECT id FROM certificate WHERE thing = ? AND status IN ('ACTIVE', 'INACTIVE')
             ORDER BY attached DESC LIMIT 1",
        )
        .bind(thing.as_str())
        .fetch_optional(&mut *unit)
        .await?;
        let Some(newest) = newest else {
            return Ok(Activated {
                known: false,
                replaced: false,
            });
        };
        let replaced =
            sqlx::query("UPDATE certificate SET status = 'REVOKED' WHERE thing = ? AND status = 'ACTIVE' AND id <> ?")
                .bind(thing.as_str())
                .bind(&newest)
                .execute(&mut *unit)
                .await?;
        sqlx::query("UPDATE certificate SET status = 'ACTIVE' WHERE id = ?")
            .bind(&newest)
            .execute(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(Activated {
            known: true,
            replaced: replaced.rows_affected() > 0,
        })
    }

    pub async fn deactivate(&self, thing: &ThingName) -> Result<(), StoreFailed> {
        sqlx::query("UPDATE certificate SET status = 'INACTIVE' WHERE thing = ? AND status = 'ACTIVE'")
            .bind(thing.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn revoke(&self, thing: &ThingName) -> Result<(), StoreFailed> {
        sqlx::query("UPDATE certificate SET status = 'REVOKED' WHERE thing = ? AND status IN ('ACTIVE', 'INACTIVE')")
            .bind(thing.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The things that may connect.
    pub async fn active(&self) -> Result<Vec<ThingName>, StoreFailed> {
        let names: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT thing FROM certificate WHERE status = 'ACTIVE' AND thing IS NOT NULL")
                .fetch_all(&self.pool)
                .await?;
        names.into_iter().map(named).collect()
    }
}

/// Uses up a good token: its certificate becomes the thing's newest. `false`: it is not good.
async fn becomes(
    unit: &mut Transaction<'_, Sqlite>,
    token: &str,
    thing: &ThingName,
    status: &str,
    now: Timestamp,
) -> Result<bool, StoreFailed> {
    let attached = sqlx::query(
        "UPDATE certificate SET status = ?, thing = ?, token = NULL,
                attached = (SELECT COALESCE(MAX(attached), 0) + 1 FROM certificate)
         WHERE token = ? AND status = 'PENDING_ACTIVATION' AND made_at > ?",
    )
    .bind(status)
    .bind(thing.as_str())
    .bind(digest(token))
    .bind(now.as_second() - TOKEN_LASTS_S)
    .execute(&mut **unit)
    .await?;
    Ok(attached.rows_affected() == 1)
}

fn named(name: String) -> Result<ThingName, StoreFailed> {
    ThingName::try_from(name).map_err(|bad| StoreFailed(bad.to_string()))
}

fn digest(token: &str) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, token.as_bytes())
        .as_ref()
        .to_vec()
}
