//! Sign-ins that last, and the refresh tokens that carry them on.
//!
//! How sessions end is the file beside this one.

use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Store, StoreFailed,
    endings::{self, Revoked},
};
use crate::identity::ended::Ending;

/// How long a rotated refresh token still works, seconds: for the client whose
/// answer got lost, and for two that renew at once.
const GRACE: i64 = 30;

/// One sign-in on one device.
#[derive(Debug, Clone)]
pub struct Session {
    /// `origin_jti` of all its tokens, and the key of its device.
    pub id: String,
    /// `sub`
    pub account: String,
    /// Which client signed in.
    pub client_id: String,
    /// Unix seconds.
    pub signed_in_at: i64,
    /// What its access tokens are made for.
    pub scope: String,
    /// Unix seconds, of the last renewal.
    pub last_used_at: i64,
    /// What people call the device, as the app told it; may be empty.
    pub device: String,
    /// Where it was last heard of from; may be empty.
    pub address: String,
}

impl Session {
    /// Its end.
    pub fn ending(&self) -> Ending {
        Ending {
            session: self.id.clone(),
            account: self.account.clone(),
        }
    }
}

/// A refresh token is handed in.
pub struct Renewal<'a> {
    /// Digest of what was handed in.
    pub digest: &'a [u8; 32],
    /// Who hands it in.
    pub client_id: &'a str,
    /// Digest of the successor, for clients whose tokens rotate.
    pub next: Option<&'a [u8; 32]>,
    /// Unix seconds.
    pub now: i64,
    /// Unix seconds.
    pub expires_at: i64,
    /// Where it came from.
    pub address: &'a str,
}

/// What came of it.
#[derive(Debug)]
pub enum Turn {
    /// The session goes on.
    On(Session),
    /// The token had been replaced; somebody holds a copy. The session ended.
    Reused(Session),
    /// Of a session that was ended before.
    Revoked(Revoked),
    /// Not used for too long.
    Expired,
    /// Unknown here, or of another client.
    Worthless,
}

impl Store {
    /// Remembers a new session and its first refresh token.
    pub async fn begin_session(
        &self,
        session: &Session,
        refresh: &[u8; 32],
        expires_at: i64,
    ) -> Result<(), StoreFailed> {
        let mut unit = self.begin().await?;
        sqlx::query(
            "INSERT INTO session (id, account, client_id, signed_in_at, last_used_at, device, address, scope)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&session.id)
        .bind(&session.account)
        .bind(&session.client_id)
        .bind(session.signed_in_at)
        .bind(session.last_used_at)
        .bind(&session.device)
        .bind(&session.address)
        .bind(&session.scope)
        .execute(&mut *unit)
        .await?;
        sqlx::query("INSERT INTO refresh (digest, session, expires_at) VALUES (?, ?, ?)")
            .bind(refresh.as_slice())
            .bind(&session.id)
            .bind(expires_at)
            .execute(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(())
    }

    /// Turns a refresh token over: rotates it, or lengthens its life.
    pub async fn turn(&self, renewal: &Renewal<'_>) -> Result<Turn, StoreFailed> {
        let mut unit = self.begin().await?;
        let row = sqlx::query(
            "SELECT s.*, r.rotated_at, r.expires_at FROM refresh r JOIN session s ON s.id = r.session
             WHERE r.digest = ? AND s.client_id = ?",
        )
        .bind(renewal.digest.as_slice())
        .bind(renewal.client_id)
        .fetch_optional(&mut *unit)
        .await?;
        let Some(row) = row else {
            return Ok(Turn::Worthless);
        };
        match row.try_get("revoked")? {
            0_i64 => {}
            2 => return Ok(Turn::Revoked(Revoked::Everywhere)),
            _ => return Ok(Turn::Revoked(Revoked::Elsewhere)),
        }
        if row.try_get::<i64, _>("expires_at")? <= renewal.now {
            return Ok(Turn::Expired);
        }
        let session = read(&row)?;
        let rotated_at: Option<i64> = row.try_get("rotated_at")?;
        if rotated_at.is_some_and(|at| renewal.now - at > GRACE) {
            endings::end(&mut unit, &[session.ending()], Revoked::Elsewhere, renewal.now).await?;
            unit.commit().await?;
            return Ok(Turn::Reused(session));
        }
        match renewal.next {
            Some(next) => {
                sqlx::query("UPDATE refresh SET rotated_at = COALESCE(rotated_at, ?) WHERE digest = ?")
                    .bind(renewal.now)
                    .bind(renewal.digest.as_slice())
                    .execute(&mut *unit)
                    .await?;
                sqlx::query("INSERT INTO refresh (digest, session, expires_at) VALUES (?, ?, ?)")
                    .bind(next.as_slice())
                    .bind(&session.id)
                    .bind(renewal.expires_at)
                    .execute(&mut *unit)
                    .await?;
            }
            None => {
                sqlx::query("UPDATE refresh SET expires_at = ? WHERE digest = ?")
                    .bind(renewal.expires_at)
                    .bind(renewal.digest.as_slice())
                    .execute(&mut *unit)
                    .await?;
            }
        }
        sqlx::query("UPDATE session SET last_used_at = ?, address = ? WHERE id = ?")
            .bind(renewal.now)
            .bind(renewal.address)
            .bind(&session.id)
            .execute(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(Turn::On(session))
    }

    /// Whether the session is known and not revoked.
    pub async fn session_stands(&self, id: &str) -> Result<bool, StoreFailed> {
        let found = sqlx::query("SELECT 1 FROM session WHERE id = ? AND revoked = 0")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.is_some())
    }

    /// A session of this account, ended or not.
    pub async fn session_of(&self, sub: &str, id: &str) -> Result<Option<Session>, StoreFailed> {
        let row = sqlx::query("SELECT * FROM session WHERE id = ? AND account = ?")
            .bind(id)
            .bind(sub)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// The sessions of an account that still go on at `now`, newest use first.
    pub async fn sessions(&self, sub: &str, now: i64) -> Result<Vec<Session>, StoreFailed> {
        let rows = sqlx::query(
            "SELECT * FROM session s WHERE account = ? AND revoked = 0 AND EXISTS
                (SELECT 1 FROM refresh r WHERE r.session = s.id AND r.expires_at > ?)
             ORDER BY last_used_at DESC, id",
        )
        .bind(sub)
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// The session a refresh token belongs to, ended or not.
    pub async fn session_by(&self, refresh: &[u8; 32]) -> Result<Option<Session>, StoreFailed> {
        let row = sqlx::query("SELECT s.* FROM refresh r JOIN session s ON s.id = r.session WHERE r.digest = ?")
            .bind(refresh.as_slice())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| read(&row)).transpose()
    }
}

fn read(row: &SqliteRow) -> Result<Session, StoreFailed> {
    Ok(Session {
        id: row.try_get("id")?,
        account: row.try_get("account")?,
        client_id: row.try_get("client_id")?,
        signed_in_at: row.try_get("signed_in_at")?,
        last_used_at: row.try_get("last_used_at")?,
        device: row.try_get("device")?,
        address: row.try_get("address")?,
        scope: row.try_get("scope")?,
    })
}
