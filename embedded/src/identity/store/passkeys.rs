//! The passkeys of accounts: public keys only, there is nothing secret here.

use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreFailed};

/// Most passkeys of an account, as at AWS.
pub const MOST_PASSKEYS: i64 = 20;

/// A passkey.
pub struct Passkey {
    /// The id of the credential.
    pub id: Vec<u8>,
    /// COSE.
    pub key: Vec<u8>,
    /// What people call it.
    pub name: String,
    /// `platform`, `cross-platform` or empty.
    pub attachment: String,
    /// `internal`, `usb`, …
    pub transports: Vec<String>,
    /// As the authenticator counted last.
    pub sign_count: u32,
    /// Unix seconds.
    pub made_at: i64,
}

/// What came of keeping a passkey.
#[derive(Debug, PartialEq, Eq)]
pub enum KeptPasskey {
    /// It is kept.
    Kept,
    /// The account has as many as it may.
    TooMany,
    /// A credential of this id is there.
    Known,
}

impl Store {
    /// Keeps a passkey of an account.
    pub async fn put_passkey(&self, sub: &str, passkey: &Passkey) -> Result<KeptPasskey, StoreFailed> {
        let mut unit = self.begin().await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM passkey WHERE account = ?")
            .bind(sub)
            .fetch_one(&mut *unit)
            .await?;
        if count >= MOST_PASSKEYS {
            return Ok(KeptPasskey::TooMany);
        }
        let kept = sqlx::query(
            "INSERT INTO passkey (credential, account, key, name, attachment, transports, sign_count, made_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(passkey.id.as_slice())
        .bind(sub)
        .bind(passkey.key.as_slice())
        .bind(&passkey.name)
        .bind(&passkey.attachment)
        .bind(passkey.transports.join(","))
        .bind(i64::from(passkey.sign_count))
        .bind(passkey.made_at)
        .execute(&mut *unit)
        .await?;
        unit.commit().await?;
        Ok(if kept.rows_affected() == 1 {
            KeptPasskey::Kept
        } else {
            KeptPasskey::Known
        })
    }

    /// The passkeys of an account, oldest first.
    pub async fn passkeys(&self, sub: &str) -> Result<Vec<Passkey>, StoreFailed> {
        let rows = sqlx::query("SELECT * FROM passkey WHERE account = ? ORDER BY made_at, credential")
            .bind(sub)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// One passkey of an account.
    pub async fn passkey(&self, sub: &str, id: &[u8]) -> Result<Option<Passkey>, StoreFailed> {
        let row = sqlx::query("SELECT * FROM passkey WHERE account = ? AND credential = ?")
            .bind(sub)
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Notes the authenticator's count. `false` if it did not grow though it
    /// counts: then there are two of it.
    pub async fn count_passkey(&self, sub: &str, id: &[u8], count: u32) -> Result<bool, StoreFailed> {
        let counted = sqlx::query(
            "UPDATE passkey SET sign_count = ?1
             WHERE account = ?2 AND credential = ?3 AND (sign_count < ?1 OR (sign_count = 0 AND ?1 = 0))",
        )
        .bind(i64::from(count))
        .bind(sub)
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(counted.rows_affected() == 1)
    }

    /// Forgets a passkey; `false` if the account has none of this id.
    pub async fn drop_passkey(&self, sub: &str, id: &[u8]) -> Result<bool, StoreFailed> {
        let dropped = sqlx::query("DELETE FROM passkey WHERE account = ? AND credential = ?")
            .bind(sub)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(dropped.rows_affected() == 1)
    }
}

fn read(row: &SqliteRow) -> Result<Passkey, StoreFailed> {
    let (transports, count): (String, i64) = (row.try_get("transports")?, row.try_get("sign_count")?);
    let transports = transports.split(',').filter(|word| !word.is_empty());
    Ok(Passkey {
        id: row.try_get("credential")?,
        key: row.try_get("key")?,
        name: row.try_get("name")?,
        attachment: row.try_get("attachment")?,
        transports: transports.map(str::to_owned).collect(),
        sign_count: u32::try_from(count).map_err(|_| StoreFailed("a stored count cannot be read".to_owned()))?,
        made_at: row.try_get("made_at")?,
    })
}
