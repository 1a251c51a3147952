//! The pair of signing keys in use, and what is left of those before it.

use sqlx::Row;

use super::{Store, StoreFailed};
use crate::identity::keys::{KeyPair, Retired};

impl Store {
    /// The pair in use, and the replaced ones of which tokens may run at `now`.
    pub async fn keys(&self, now: i64) -> Result<(KeyPair, Vec<Retired>), StoreFailed> {
        let row = sqlx::query("SELECT id_key, access_key, keys_made_at FROM founding")
            .fetch_one(&self.pool)
            .await?;
        let pair = KeyPair {
            id_key: row.try_get("id_key")?,
            access_key: row.try_get("access_key")?,
            made_at: row.try_get("keys_made_at")?,
        };
        let rows = sqlx::query("SELECT public, until FROM retired_key WHERE until > ? ORDER BY until")
            .bind(now)
            .fetch_all(&self.pool)
            .await?;
        let mut retired = Vec::new();
        for row in rows {
            let public: String = row.try_get("public")?;
            retired.push(Retired {
                public: serde_json::from_str(&public)
                    .map_err(|_| StoreFailed("a stored key cannot be read".to_owned()))?,
                until: row.try_get("until")?,
            });
        }
        Ok((pair, retired))
    }

    /// Puts a pair in the place of the one in use; these are left of it.
    pub async fn replace_keys(&self, pair: &KeyPair, retired: &[Retired]) -> Result<(), StoreFailed> {
        let mut unit = self.begin().await?;
        sqlx::query("UPDATE founding SET id_key = ?, access_key = ?, keys_made_at = ?")
            .bind(&pair.id_key)
            .bind(&pair.access_key)
            .bind(pair.made_at)
            .execute(&mut *unit)
            .await?;
        sqlx::query("DELETE FROM retired_key").execute(&mut *unit).await?;
        for key in retired {
            sqlx::query("INSERT INTO retired_key (public, until) VALUES (?, ?)")
                .bind(key.public.to_string())
                .bind(key.until)
                .execute(&mut *unit)
                .await?;
        }
        unit.commit().await?;
        Ok(())
    }
}
