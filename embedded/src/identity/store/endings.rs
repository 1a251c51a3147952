//! How sessions end: one, or all of an account; what was lent ends with them.
//!
//! An ended session is remembered until its last token has run out, so that a
//! restart forgets no sign-out.

use sqlx::{Row, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use super::{Store, StoreFailed};
use crate::identity::{
    ended::Ending,
    tokens::{REFRESH_LIFE, TOKEN_LIFE},
    verifier::TOLERANCE,
};

/// How a session came to its end, as its row keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// From another place, or with the password it began with.
    Elsewhere = 1,
    /// Its person signed out everywhere.
    Everywhere = 2,
}

impl Store {
    /// Ends one session.
    pub async fn end_session(&self, ending: &Ending, now: i64) -> Result<(), StoreFailed> {
        let mut unit = self.begin().await?;
        end(&mut unit, std::slice::from_ref(ending), Revoked::Elsewhere, now).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Ends every session of an account, and says which that were.
    pub async fn end_all(&self, sub: &str, now: i64) -> Result<Vec<Ending>, StoreFailed> {
        let mut unit = self.begin().await?;
        let ended = end_account(&mut unit, sub, Revoked::Everywhere, now).await?;
        unit.commit().await?;
        Ok(ended)
    }

    /// Endings to be heeded at `now`, and until when.
    pub async fn ended(&self, now: i64) -> Result<Vec<(Ending, i64)>, StoreFailed> {
        let rows = sqlx::query("SELECT session, account, until FROM ended WHERE until > ?")
            .bind(now)
            .fetch_all(&self.pool)
            .await?;
        let read = |row: &SqliteRow| -> Result<(Ending, i64), StoreFailed> {
            let ending = Ending {
                session: row.try_get("session")?,
                account: row.try_get("account")?,
            };
            Ok((ending, row.try_get("until")?))
        };
        rows.iter().map(read).collect()
    }
}

/// Until when tokens of a session that ends at `now` may run.
pub fn heed_until(now: i64) -> i64 {
    now + TOKEN_LIFE + TOLERANCE
}

/// Ends the standing sessions of an account within a unit.
pub(super) async fn end_account(
    unit: &mut Transaction<'static, Sqlite>,
    sub: &str,
    how: Revoked,
    now: i64,
) -> Result<Vec<Ending>, StoreFailed> {
    let sessions: Vec<String> = sqlx::query_scalar("SELECT id FROM session WHERE account = ? AND revoked = 0")
        .bind(sub)
        .fetch_all(&mut **unit)
        .await?;
    let endings: Vec<Ending> = sessions
        .into_iter()
        .map(|session| Ending {
            session,
            account: sub.to_owned(),
        })
        .collect();
    end(unit, &endings, how, now).await?;
    Ok(endings)
}

/// Ends sessions within a unit.
pub(super) async fn end(
    unit: &mut Transaction<'static, Sqlite>,
    endings: &[Ending],
    how: Revoked,
    now: i64,
) -> Result<(), StoreFailed> {
    for ending in endings {
        sqlx::query("UPDATE session SET revoked = ? WHERE id = ?")
            .bind(how as i64)
            .bind(&ending.session)
            .execute(&mut **unit)
            .await?;
        sqlx::query("DELETE FROM lent WHERE session = ?")
            .bind(&ending.session)
            .execute(&mut **unit)
            .await?;
        sqlx::query("INSERT INTO ended (session, account, until) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(&ending.session)
            .bind(&ending.account)
            .bind(heed_until(now))
            .execute(&mut **unit)
            .await?;
    }
    Ok(())
}

/// Sweeps out sessions that nobody can carry on any more.
pub(super) async fn tidy(pool: &SqlitePool, now: i64) -> Result<(), StoreFailed> {
    sqlx::query(
        "DELETE FROM session WHERE last_used_at <= ? AND NOT EXISTS
            (SELECT 1 FROM refresh WHERE refresh.session = session.id)",
    )
    .bind(now - REFRESH_LIFE)
    .execute(pool)
    .await?;
    Ok(())
}
