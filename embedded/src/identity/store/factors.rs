//! Second factors: the secret of time-based codes, and recovery codes.

use sqlx::Row;

use super::{Store, StoreFailed};

/// What an account has set up as its second factor.
#[derive(Clone, Default)]
pub struct Factor {
    /// Proved by a code; `None` until then. No account is asked for a code
    /// before.
    pub secret: Option<Vec<u8>>,
    /// Handed out and not yet proved.
    pub pending: Option<Vec<u8>>,
    /// Whether a sign-in by password asks for a code.
    pub enabled: bool,
    /// Whether the account prefers it; told to clients, else without meaning.
    pub preferred: bool,
}

impl Factor {
    /// The secret, if a sign-in by password must be followed by a code.
    pub fn asked(&self) -> Option<&[u8]> {
        self.secret.as_deref().filter(|_| self.enabled)
    }

    /// As Cognito tells it: the preferred second factor, and all of them.
    pub fn settings(&self) -> (Option<&'static str>, Vec<&'static str>) {
        let name = self.asked().map(|_| "SOFTWARE_TOKEN_MFA");
        (name.filter(|_| self.preferred), name.into_iter().collect())
    }
}

impl Store {
    /// What the account has set up; nothing, if it never did.
    pub async fn factor(&self, sub: &str) -> Result<Factor, StoreFailed> {
        let row = sqlx::query("SELECT secret, pending, enabled, preferred FROM totp WHERE account = ?")
            .bind(sub)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(Factor::default()) };
        Ok(Factor {
            secret: row.try_get("secret")?,
            pending: row.try_get("pending")?,
            enabled: row.try_get("enabled")?,
            preferred: row.try_get("preferred")?,
        })
    }

    /// Keeps a secret that was handed out; the proved one stays in force.
    pub async fn put_pending(&self, sub: &str, secret: &[u8]) -> Result<(), StoreFailed> {
        sqlx::query(
            "INSERT INTO totp (account, pending) VALUES (?, ?)
             ON CONFLICT (account) DO UPDATE SET pending = excluded.pending",
        )
        .bind(sub)
        .bind(secret)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Puts the pending secret in force and replaces the recovery codes. Does
    /// nothing if another secret is pending by now.
    pub async fn prove_pending(
        &self,
        sub: &str,
        secret: &[u8],
        step: i64,
        recovery: &[[u8; 32]],
    ) -> Result<bool, StoreFailed> {
        let mut unit = self.begin().await?;
        let proved = sqlx::query(
            "UPDATE totp SET secret = pending, pending = NULL, last_step = ?
             WHERE account = ? AND pending = ?",
        )
        .bind(step)
        .bind(sub)
        .bind(secret)
        .execute(&mut *unit)
        .await?;
        if proved.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM recovery WHERE account = ?")
            .bind(sub)
            .execute(&mut *unit)
            .await?;
        for digest in recovery {
            sqlx::query("INSERT INTO recovery (account, digest) VALUES (?, ?)")
                .bind(sub)
                .bind(digest.as_slice())
                .execute(&mut *unit)
                .await?;
        }
        unit.commit().await?;
        Ok(true)
    }

    /// Uses a step up; `false` if it or a later one was used before.
    pub async fn use_step(&self, sub: &str, step: i64) -> Result<bool, StoreFailed> {
        let used = sqlx::query("UPDATE totp SET last_step = ? WHERE account = ? AND last_step < ?")
            .bind(step)
            .bind(sub)
            .bind(step)
            .execute(&self.pool)
            .await?;
        Ok(used.rows_affected() == 1)
    }

    /// Uses a recovery code up; `false` if there is none like it (any more).
    pub async fn use_recovery(&self, sub: &str, digest: &[u8; 32]) -> Result<bool, StoreFailed> {
        let used = sqlx::query("DELETE FROM recovery WHERE account = ? AND digest = ?")
            .bind(sub)
            .bind(digest.as_slice())
            .execute(&self.pool)
            .await?;
        Ok(used.rows_affected() == 1)
    }

    /// Switches the factor on or off. Off forgets secret and recovery codes:
    /// on again begins anew, with a code.
    pub async fn prefer(&self, sub: &str, enabled: bool, preferred: bool) -> Result<(), StoreFailed> {
        let mut unit = self.begin().await?;
        if enabled {
            sqlx::query("UPDATE totp SET enabled = 1, preferred = ? WHERE account = ?")
                .bind(preferred)
                .bind(sub)
                .execute(&mut *unit)
                .await?;
        } else {
            for forget in [
                "DELETE FROM totp WHERE account = ?",
                "DELETE FROM recovery WHERE account = ?",
            ] {
                sqlx::query(forget).bind(sub).execute(&mut *unit).await?;
            }
        }
        unit.commit().await?;
        Ok(())
    }
}
