//! What becomes of an account after it was made: other attributes, another
//! address, its end.

use std::collections::BTreeMap;

use super::{
    Store, StoreFailed, accounts,
    endings::{self, Revoked},
};
use crate::identity::{Subject, ended::Ending};

/// What came of moving to another address.
#[derive(Debug, PartialEq, Eq)]
pub enum Moved {
    /// The account has the address.
    There,
    /// Another account has it.
    Taken,
    /// The code was used up in the meantime.
    CodeUsed,
}

impl Store {
    /// Sets attributes and the address that is to be proved.
    pub async fn set_attributes(
        &self,
        sub: &str,
        attributes: &BTreeMap<String, String>,
        pending_mail: Option<&str>,
    ) -> Result<(), StoreFailed> {
        sqlx::query("UPDATE account SET attributes = ?, pending_mail = ? WHERE sub = ?")
            .bind(accounts::json(attributes))
            .bind(pending_mail)
            .bind(sub)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Uses the code up and gives the account this address.
    pub async fn move_to(&self, sub: &str, mail: &str, code: &[u8; 32]) -> Result<Moved, StoreFailed> {
        let mut unit = self.begin().await?;
        let used = sqlx::query("DELETE FROM code WHERE account = ? AND subject = ? AND digest = ?")
            .bind(sub)
            .bind(accounts::word(Subject::NewAddress))
            .bind(code.as_slice())
            .execute(&mut *unit)
            .await?;
        if used.rows_affected() != 1 {
            return Ok(Moved::CodeUsed);
        }
        let moved = sqlx::query("UPDATE OR IGNORE account SET mail = ?, pending_mail = NULL WHERE sub = ?")
            .bind(mail)
            .bind(sub)
            .execute(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(if moved.rows_affected() == 1 {
            Moved::There
        } else {
            Moved::Taken
        })
    }

    /// Deletes an account and all that hangs on it; the sessions that ended.
    pub async fn delete_account(&self, sub: &str, now: i64) -> Result<Vec<Ending>, StoreFailed> {
        let mut unit = self.begin().await?;
        let ended = endings::end_account(&mut unit, sub, Revoked::Elsewhere, now).await?;
        for delete in [
            "DELETE FROM lent WHERE sub = ?",
            "DELETE FROM federated WHERE sub = ?",
            "DELETE FROM account WHERE sub = ?",
        ] {
            sqlx::query(delete).bind(sub).execute(&mut *unit).await?;
        }
        unit.commit().await?;
        Ok(ended)
    }
}
