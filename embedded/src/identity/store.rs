//! The identity's own file, `identity.sqlite`: founding, opening, sweeping.
//!
//! Only this module and its children speak SQL. The rule that SQL lives in the
//! cloud's store and the app's replica does not reach it: this is the private
//! store of a server that stands for one of AWS's, which nobody else reads.
//! WAL with full synchronisation: what was answered survives a power cut.
//! Times are Unix seconds.

mod accounts;
mod changes;
mod endings;
mod factors;
mod keys;
mod lent;
mod passkeys;
mod schema;
mod sessions;

use std::path::Path;

use jiff::Timestamp;
use sqlx::{
    Row, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use accounts::{Account, Code, Kept, NewAccount, SignedUp};
pub use changes::Moved;
pub use endings::{Revoked, heed_until};
pub use lent::{Holder, Temporary};
pub use passkeys::{KeptPasskey, MOST_PASSKEYS, Passkey};
pub use sessions::{Renewal, Session, Turn};

use super::{keys::KeyPair, names::Names};

/// The store could not be read or written. Says nothing of what was in it.
#[derive(Debug, thiserror::Error)]
#[error("the identity store: {0}")]
pub struct StoreFailed(String);

impl From<sqlx::Error> for StoreFailed {
    fn from(error: sqlx::Error) -> Self {
        Self(error.to_string())
    }
}

/// What is drawn once, at first run.
pub struct Founding {
    /// Public names.
    pub names: Names,
    /// Key of digests and of invented answers.
    pub pepper: [u8; 64],
    /// The first signing keys.
    pub keys: KeyPair,
}

/// The open file.
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens or makes the file, readable by its owner only.
    pub async fn open(folder: &Path) -> Result<Self, StoreFailed> {
        let file = folder.join("identity.sqlite");
        private(&file).map_err(|error| StoreFailed(error.to_string()))?;
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        schema::migrate(&pool).await?;
        Ok(Self { pool })
    }

    /// What was founded, if anything was.
    pub async fn founding(&self) -> Result<Option<Founding>, StoreFailed> {
        let row = sqlx::query(
            "SELECT issuer, pool_id, client_id, plain_client_id, identity_pool_id,
                    pepper, id_key, access_key, keys_made_at FROM founding",
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let pepper: Vec<u8> = row.try_get("pepper")?;
        Ok(Some(Founding {
            names: Names {
                issuer: row.try_get("issuer")?,
                pool_id: row.try_get("pool_id")?,
                client_id: row.try_get("client_id")?,
                plain_client_id: row.try_get("plain_client_id")?,
                identity_pool_id: row.try_get("identity_pool_id")?,
            },
            pepper: fixed(&pepper)?,
            keys: KeyPair {
                id_key: row.try_get("id_key")?,
                access_key: row.try_get("access_key")?,
                made_at: row.try_get("keys_made_at")?,
            },
        }))
    }

    /// Writes the founding, once.
    pub async fn found(&self, founding: &Founding) -> Result<(), StoreFailed> {
        sqlx::query(
            "INSERT INTO founding (one, issuer, pool_id, client_id, plain_client_id,
                    identity_pool_id, pepper, id_key, access_key, keys_made_at)
             VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&founding.names.issuer)
        .bind(&founding.names.pool_id)
        .bind(&founding.names.client_id)
        .bind(&founding.names.plain_client_id)
        .bind(&founding.names.identity_pool_id)
        .bind(founding.pepper.as_slice())
        .bind(&founding.keys.id_key)
        .bind(&founding.keys.access_key)
        .bind(founding.keys.made_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Sweeps out what has run out.
    pub async fn tidy(&self, now: Timestamp) -> Result<(), StoreFailed> {
        let now = now.as_second();
        let mut unit = self.begin().await?;
        for sweep in [
            "DELETE FROM refresh WHERE expires_at <= ?",
            "DELETE FROM code WHERE expires_at <= ?",
            "DELETE FROM lent WHERE expires_at <= ?",
            "DELETE FROM ended WHERE until <= ?",
        ] {
            sqlx::query(sweep).bind(now).execute(&mut *unit).await?;
        }
        unit.commit().await?;
        endings::tidy(&self.pool, now).await
    }

    /// Takes the write lock at once, so that no unit fails half way.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreFailed> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreFailed> {
    bytes
        .try_into()
        .map_err(|_| StoreFailed("a stored value has the wrong length".to_owned()))
}

#[cfg(unix)]
fn private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    // SQLite gives its side files the rights of the main one.
    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file)
        .map(drop)
}

#[cfg(not(unix))]
fn private(_file: &Path) -> std::io::Result<()> {
    Ok(())
}
