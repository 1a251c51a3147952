//! The identity pool: one id a person, and the credentials lent to it.

use jiff::Timestamp;
use sqlx::Row;

use super::{Store, StoreFailed};
use crate::sigv4::Key;

/// Temporary credentials. No `Debug`: the secret must not slip into a log.
#[derive(Clone)]
pub struct Temporary {
    /// Signs; kept because SigV4 needs it on both sides.
    pub secret: String,
    /// Must come with every signed request.
    pub session_token: String,
    /// `local-1:uuid`, the principal in policies.
    pub identity_id: String,
    /// The account behind it.
    pub sub: String,
    /// Not good from then on.
    pub expires_at: Timestamp,
}

impl Temporary {
    /// What a signature is judged with.
    pub fn key(&self) -> Key<'_> {
        Key {
            secret: &self.secret,
            session_token: Some(&self.session_token),
        }
    }
}

impl Store {
    /// The identity id of a `sub`; `proposed` becomes it if there was none.
    pub async fn identity_id(&self, sub: &str, proposed: &str) -> Result<String, StoreFailed> {
        let mut unit = self.begin().await?;
        sqlx::query("INSERT INTO federated (identity_id, sub) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(proposed)
            .bind(sub)
            .execute(&mut *unit)
            .await?;
        let id = sqlx::query_scalar("SELECT identity_id FROM federated WHERE sub = ?")
            .bind(sub)
            .fetch_one(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(id)
    }

    /// Whose identity id this is.
    pub async fn sub_of(&self, identity_id: &str) -> Result<Option<String>, StoreFailed> {
        Ok(sqlx::query_scalar("SELECT sub FROM federated WHERE identity_id = ?")
            .bind(identity_id)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// Lends credentials, and forgets those that ran out before `now`.
    pub async fn lend(&self, access_key: &str, lent: &Temporary, now: i64) -> Result<(), StoreFailed> {
        let mut unit = self.begin().await?;
        sqlx::query("DELETE FROM lent WHERE expires_at <= ?")
            .bind(now)
            .execute(&mut *unit)
            .await?;
        sqlx::query(
            "INSERT INTO lent (access_key, secret, session_token, identity_id, sub, expires_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(access_key)
        .bind(&lent.secret)
        .bind(&lent.session_token)
        .bind(&lent.identity_id)
        .bind(&lent.sub)
        .bind(lent.expires_at.as_second())
        .execute(&mut *unit)
        .await?;
        unit.commit().await?;
        Ok(())
    }

    /// What was lent under this key and is still good at `now`.
    pub async fn temporary(&self, access_key: &str, now: i64) -> Result<Option<Temporary>, StoreFailed> {
        let row = sqlx::query(
            "SELECT secret, session_token, identity_id, sub, expires_at
             FROM lent WHERE access_key = ? AND expires_at > ?",
        )
        .bind(access_key)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Temporary {
            secret: row.try_get("secret")?,
            session_token: row.try_get("session_token")?,
            identity_id: row.try_get("identity_id")?,
            sub: row.try_get("sub")?,
            expires_at: Timestamp::from_second(row.try_get("expires_at")?)
                .map_err(|_| StoreFailed("a stored time cannot be read".to_owned()))?,
        }))
    }
}
