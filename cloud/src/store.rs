//! The store: one SQLite file, written by one connection and read by a few.
//!
//! All SQL of the cloud is below this module and is kept to what SQLite and
//! MySQL both read. The functions of the submodules get an open transaction
//! ([`Tx`]) and, for what belongs to a family, its [`Home`]; rows never leave
//! their module. There are no rules here.

use std::{path::Path, sync::Arc, time::Duration};

use hearth_contract::{Failure, Reason};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) mod alarms;
pub(crate) mod audit;
pub(crate) mod calls;
pub(crate) mod changes;
pub(crate) mod children;
pub(crate) mod controls;
pub(crate) mod devices;
pub(crate) mod doors;
pub(crate) mod erasure;
pub(crate) mod families;
mod home;
pub(crate) mod identities;
pub(crate) mod invitations;
pub(crate) mod items;
pub(crate) mod jobs;
pub(crate) mod journal;
pub(crate) mod messages;
mod migrations;
pub(crate) mod newcomers;
pub(crate) mod pictures;
pub(crate) mod readings;
#[cfg(feature = "suite")]
pub mod tables;

pub(crate) use home::Home;

/// Connections that only read.
const READERS: u32 = 4;

/// What the writing connection is told first. FULL: what is committed is on the disk.
const WRITER_PRAGMAS: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;";
/// What a reading connection is told first.
const READER_PRAGMAS: &str = "PRAGMA busy_timeout=5000; PRAGMA query_only=ON;";

/// Why the store did not do what it was asked: our fault or the disk's.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database refused.
    #[error("the store: {0}")]
    Database(#[from] sqlx::Error),
    /// A row is not what was written.
    #[error("a row can't be read: {0}")]
    Row(#[from] serde_json::Error),
    /// The file was written by a newer version.
    #[error("the data folder was written by a newer version (step {0})")]
    Newer(i64),
    /// The store is closed, or a value in it is not what it must be.
    #[error("the store: {0}")]
    Broken(String),
}

impl From<Fault> for Failure {
    /// Logged here, once: a rule can do nothing about it but pass it on.
    fn from(fault: Fault) -> Self {
        if let Fault::Database(sqlx::Error::PoolTimedOut) = fault {
            return Reason::CloudUnreachable.into();
        }
        tracing::error!(%fault, "the store failed");
        Reason::Bug.into()
    }
}

/// The open database.
pub(crate) struct Store {
    writer: AnyPool,
    readers: AnyPool,
    turn: Arc<Semaphore>,
}

/// An open transaction. Dropped without [`Tx::commit`], nothing of it happened.
pub(crate) struct Tx(Transaction<'static, Any>);

impl Store {
    /// Opens the file, makes it if it is not there, and brings it up to date.
    pub async fn open(path: &Path) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let path = std::path::absolute(path).map_err(|error| Fault::Broken(error.to_string()))?;
        let url = format!("sqlite://{}?mode=rwc", escape(&path));
        let writer = pool(&url, 1, WRITER_PRAGMAS).await?;
        migrations::apply(&writer).await?;
        let readers = pool(&url, READERS, READER_PRAGMAS).await?;
        Ok(Self {
            writer,
            readers,
            turn: Arc::new(Semaphore::new(1)),
        })
    }

    /// A transaction that may write. The permit keeps the next one waiting, so
    /// that what follows a commit happens in the order of the commits.
    pub async fn write(&self) -> Result<(Tx, OwnedSemaphorePermit), Fault> {
        let turn = self
            .turn
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| Fault::Broken(error.to_string()))?;
        Ok((Tx(self.writer.begin().await?), turn))
    }

    /// A transaction that sees one state and can't write.
    pub async fn read(&self) -> Result<Tx, Fault> {
        Ok(Tx(self.readers.begin().await?))
    }

    /// Finishes what runs and closes the file.
    pub async fn close(&self) {
        self.turn.close();
        self.readers.close().await;
        self.writer.close().await;
    }
}

impl Tx {
    /// Makes it true, on the disk.
    pub async fn commit(self) -> Result<(), Fault> {
        Ok(self.0.commit().await?)
    }

    /// Ends it as if it had never begun.
    pub async fn give_up(self) -> Result<(), Fault> {
        Ok(self.0.rollback().await?)
    }

    /// For the submodules only: their statements run on it.
    fn on(&mut self) -> &mut AnyConnection {
        &mut self.0
    }
}

async fn pool(url: &str, most: u32, pragmas: &'static str) -> Result<AnyPool, Fault> {
    let options: AnyConnectOptions = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
    let pool = AnyPoolOptions::new()
        .max_connections(most)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(move |connection, _| {
            Box::pin(async move { sqlx::raw_sql(pragmas).execute(connection).await.map(|_| ()) })
        });
    Ok(pool.connect_with(options).await?)
}

/// The path as part of an address.
fn escape(path: &Path) -> String {
    let mut out = String::new();
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn to_json<T: Serialize>(value: &T) -> Result<String, Fault> {
    Ok(serde_json::to_string(value)?)
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    Ok(serde_json::from_str(text)?)
}

fn from_text<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse()
        .map_err(|_| Fault::Broken(format!("a column holds what is no {}", std::any::type_name::<T>())))
}

fn us(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn from_us(us: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(us).map_err(|error| Fault::Broken(error.to_string()))
}
