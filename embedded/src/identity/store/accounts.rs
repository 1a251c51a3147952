//! Accounts and the codes under way to them.

use std::collections::BTreeMap;

use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Store, StoreFailed,
    endings::{self, Revoked},
    fixed,
};
use crate::identity::{Subject, ended::Ending};

/// How long an account that was never confirmed holds its address, seconds.
const UNCONFIRMED_LIFE: i64 = 24 * 3600;

/// All that is kept of a password. No `Debug`, on purpose.
#[derive(Clone)]
pub struct Kept {
    /// First byte never zero.
    pub salt: [u8; 16],
    /// 384 bytes.
    pub verifier: Vec<u8>,
}

/// Somebody who may sign in, once confirmed.
#[derive(Clone)]
pub struct Account {
    /// Theirs forever.
    pub sub: String,
    /// As [`crate::identity::names::mail_address`] writes it.
    pub mail: String,
    /// Standard attributes but the address, by name.
    pub attributes: BTreeMap<String, String>,
    /// See [`Kept`].
    pub password: Kept,
    /// Whether the address was proved.
    pub confirmed: bool,
    /// A new address that was not proved yet.
    pub pending_mail: Option<String>,
}

/// An account about to be made.
pub struct NewAccount {
    /// Drawn by the caller.
    pub sub: String,
    /// As in [`Account`].
    pub mail: String,
    /// As in [`Account`].
    pub attributes: BTreeMap<String, String>,
    /// As in [`Account`].
    pub password: Kept,
    /// Unix seconds.
    pub made_at: i64,
}

/// How a sign-up ended.
#[derive(Debug, PartialEq, Eq)]
pub enum SignedUp {
    /// The account is there, unconfirmed.
    Made,
    /// The address has an account.
    Taken,
}

/// A code that was posted; only its digest is known.
pub struct Code {
    /// Keyed.
    pub digest: [u8; 32],
    /// Unix seconds.
    pub expires_at: i64,
}

impl Store {
    /// By `sub` or by address; addresses hold an `@`, subs do not.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, StoreFailed> {
        let row = sqlx::query(
            "SELECT sub, mail, attributes, salt, verifier, confirmed, pending_mail
             FROM account WHERE sub = ?1 OR mail = ?1",
        )
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Makes an unconfirmed account; one that was never confirmed within a day
    /// gives its address up.
    pub async fn sign_up(&self, account: &NewAccount) -> Result<SignedUp, StoreFailed> {
        let mut unit = self.begin().await?;
        sqlx::query("DELETE FROM account WHERE mail = ? AND confirmed = 0 AND made_at <= ?")
            .bind(&account.mail)
            .bind(account.made_at - UNCONFIRMED_LIFE)
            .execute(&mut *unit)
            .await?;
        let made = sqlx::query(
            "INSERT INTO account (sub, mail, attributes, salt, verifier, confirmed, made_at)
             VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (mail) DO NOTHING",
        )
        .bind(&account.sub)
        .bind(&account.mail)
        .bind(json(&account.attributes))
        .bind(account.password.salt.as_slice())
        .bind(&account.password.verifier)
        .bind(account.made_at)
        .execute(&mut *unit)
        .await?;
        unit.commit().await?;
        Ok(if made.rows_affected() == 1 {
            SignedUp::Made
        } else {
            SignedUp::Taken
        })
    }

    /// Makes a confirmed account; one of this `sub` that was never confirmed is
    /// overwritten.
    pub async fn ensure(&self, account: &NewAccount) -> Result<(), StoreFailed> {
        sqlx::query(
            "INSERT INTO account (sub, mail, attributes, salt, verifier, confirmed, made_at)
             VALUES (?, ?, ?, ?, ?, 1, ?)
             ON CONFLICT (sub) DO UPDATE SET attributes = excluded.attributes,
                salt = excluded.salt, verifier = excluded.verifier, confirmed = 1
             WHERE confirmed = 0",
        )
        .bind(&account.sub)
        .bind(&account.mail)
        .bind(json(&account.attributes))
        .bind(account.password.salt.as_slice())
        .bind(&account.password.verifier)
        .bind(account.made_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Replaces the code under way for this subject.
    pub async fn put_code(&self, sub: &str, subject: Subject, code: &Code) -> Result<(), StoreFailed> {
        sqlx::query(
            "INSERT INTO code (account, subject, digest, expires_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (account, subject)
             DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at",
        )
        .bind(sub)
        .bind(word(subject))
        .bind(code.digest.as_slice())
        .bind(code.expires_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The code under way for this subject.
    pub async fn code(&self, sub: &str, subject: Subject) -> Result<Option<Code>, StoreFailed> {
        let row = sqlx::query("SELECT digest, expires_at FROM code WHERE account = ? AND subject = ?")
            .bind(sub)
            .bind(word(subject))
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let digest: Vec<u8> = row.try_get("digest")?;
        Ok(Some(Code {
            digest: fixed(&digest)?,
            expires_at: row.try_get("expires_at")?,
        }))
    }

    /// Makes the code worthless.
    pub async fn drop_code(&self, sub: &str, subject: Subject) -> Result<(), StoreFailed> {
        sqlx::query("DELETE FROM code WHERE account = ? AND subject = ?")
            .bind(sub)
            .bind(word(subject))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Uses the code up and confirms the account; `false` if it was used up
    /// in the meantime.
    pub async fn confirm(&self, sub: &str, code: &[u8; 32]) -> Result<bool, StoreFailed> {
        let mut unit = self.begin().await?;
        let used = sqlx::query("DELETE FROM code WHERE account = ? AND subject = ? AND digest = ?")
            .bind(sub)
            .bind(word(Subject::SignUp))
            .bind(code.as_slice())
            .execute(&mut *unit)
            .await?;
        sqlx::query("UPDATE account SET confirmed = 1 WHERE sub = ? AND ?")
            .bind(sub)
            .bind(used.rows_affected() == 1)
            .execute(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(used.rows_affected() == 1)
    }

    /// Uses the code up, sets the password and ends every session, which it
    /// returns; the code came by mail, so the address is proved, too. `None` if
    /// the code was used up in the meantime.
    pub async fn reset(
        &self,
        sub: &str,
        code: &[u8; 32],
        kept: &Kept,
        now: i64,
    ) -> Result<Option<Vec<Ending>>, StoreFailed> {
        let mut unit = self.begin().await?;
        let used = sqlx::query("DELETE FROM code WHERE account = ? AND subject = ? AND digest = ?")
            .bind(sub)
            .bind(word(Subject::ResetPassword))
            .bind(code.as_slice())
            .execute(&mut *unit)
            .await?;
        if used.rows_affected() != 1 {
            return Ok(None);
        }
        sqlx::query("UPDATE account SET salt = ?, verifier = ?, confirmed = 1 WHERE sub = ?")
            .bind(kept.salt.as_slice())
            .bind(&kept.verifier)
            .bind(sub)
            .execute(&mut *unit)
            .await?;
        let ended = endings::end_account(&mut unit, sub, Revoked::Elsewhere, now).await?;
        unit.commit().await?;
        Ok(Some(ended))
    }

    /// Sets a new password.
    pub async fn set_password(&self, sub: &str, kept: &Kept) -> Result<(), StoreFailed> {
        sqlx::query("UPDATE account SET salt = ?, verifier = ? WHERE sub = ?")
            .bind(kept.salt.as_slice())
            .bind(&kept.verifier)
            .bind(sub)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<Account, StoreFailed> {
    let (attributes, salt): (String, Vec<u8>) = (row.try_get("attributes")?, row.try_get("salt")?);
    Ok(Account {
        sub: row.try_get("sub")?,
        mail: row.try_get("mail")?,
        attributes: serde_json::from_str(&attributes)
            .map_err(|_| StoreFailed("stored attributes cannot be read".to_owned()))?,
        password: Kept {
            salt: fixed(&salt)?,
            verifier: row.try_get("verifier")?,
        },
        confirmed: row.try_get("confirmed")?,
        pending_mail: row.try_get("pending_mail")?,
    })
}

pub(super) fn json(attributes: &BTreeMap<String, String>) -> String {
    serde_json::json!(attributes).to_string()
}

pub(super) fn word(subject: Subject) -> &'static str {
    match subject {
        Subject::SignUp => "sign-up",
        Subject::ResetPassword => "reset-password",
        Subject::NewAddress => "new-address",
    }
}
