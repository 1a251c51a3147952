//! Sign-ins that last, and the refresh tokens that carry them on.

use sqlx::Row;

use super::{Store, StoreFailed};

/// How long a rotated refresh token still works, seconds: for the client whose
/// answer got lost.
const GRACE: i64 = 30;

/// One sign-in on one device.
#[derive(Debug, Clone)]
pub struct Session {
    /// `origin_jti` of all its tokens.
    pub id: String,
    /// `sub`
    pub account: String,
    /// Which client signed in.
    pub client_id: String,
    /// Unix seconds.
    pub signed_in_at: i64,
    /// What its access tokens are made for.
    pub scope: String,
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
}

/// What came of it.
#[derive(Debug)]
pub enum Turn {
    /// The session goes on.
    On(Session),
    /// The token had been replaced; somebody holds a copy. The session ended.
    Reused,
    /// Unknown, run out, revoked, or of another client.
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
        sqlx::query("INSERT INTO session (id, account, client_id, signed_in_at, scope) VALUES (?, ?, ?, ?, ?)")
            .bind(&session.id)
            .bind(&session.account)
            .bind(&session.client_id)
            .bind(session.signed_in_at)
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
            "SELECT s.id, s.account, s.client_id, s.signed_in_at, s.scope, r.rotated_at
             FROM refresh r JOIN session s ON s.id = r.session
             WHERE r.digest = ? AND r.expires_at > ? AND s.revoked = 0 AND s.client_id = ?",
        )
        .bind(renewal.digest.as_slice())
        .bind(renewal.now)
        .bind(renewal.client_id)
        .fetch_optional(&mut *unit)
        .await?;
        let Some(row) = row else {
            return Ok(Turn::Worthless);
        };
        let session = Session {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            client_id: row.try_get("client_id")?,
            signed_in_at: row.try_get("signed_in_at")?,
            scope: row.try_get("scope")?,
        };
        let rotated_at: Option<i64> = row.try_get("rotated_at")?;
        if rotated_at.is_some_and(|at| renewal.now - at > GRACE) {
            sqlx::query("UPDATE session SET revoked = 1 WHERE id = ?")
                .bind(&session.id)
                .execute(&mut *unit)
                .await?;
            unit.commit().await?;
            return Ok(Turn::Reused);
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

    /// Ends one session.
    pub async fn end(&self, id: &str) -> Result<(), StoreFailed> {
        sqlx::query("UPDATE session SET revoked = 1 WHERE id = ?")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Ends every session of an account.
    pub async fn end_all(&self, sub: &str) -> Result<(), StoreFailed> {
        sqlx::query("UPDATE session SET revoked = 1 WHERE account = ?")
            .bind(sub)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The client of the session a refresh token belongs to.
    pub async fn client_of(&self, refresh: &[u8; 32]) -> Result<Option<String>, StoreFailed> {
        Ok(sqlx::query_scalar(
            "SELECT s.client_id FROM refresh r JOIN session s ON s.id = r.session WHERE r.digest = ?",
        )
        .bind(refresh.as_slice())
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Ends the session a refresh token belongs to.
    pub async fn end_by(&self, refresh: &[u8; 32]) -> Result<(), StoreFailed> {
        sqlx::query(
            "UPDATE session SET revoked = 1
             WHERE id = (SELECT session FROM refresh WHERE digest = ?)",
        )
        .bind(refresh.as_slice())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
