//! The identity pool: one id a person, and the credentials lent to it and to things.

use hearth_contract::ThingName;
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreFailed};
use crate::sigv4::Key;

/// Temporary credentials. No `Debug`: the secret must not slip into a log.
#[derive(Clone)]
pub struct Temporary {
    /// Signs; kept because SigV4 needs it on both sides.
    pub secret: String,
    /// Must come with every signed request.
    pub session_token: String,
    /// Who has them.
    pub holder: Holder,
    /// Not good from then on.
    pub expires_at: Timestamp,
}

/// Whom credentials were lent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person, by the identity pool.
    Person {
        /// `local-1:uuid`, the principal in policies.
        identity_id: String,
        /// The account behind it, or the person another issuer's subject is here.
        sub: String,
        /// The session they were lent to; they end with it. Empty if it is
        /// another issuer's, whose endings are not told here.
        session: String,
    },
    /// A thing, by the credentials provider of IoT Core.
    Thing {
        /// Which.
        thing: ThingName,
        /// The id of the certificate it asked with.
        certificate: String,
    },
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
        sqlx::query("DELETE FROM lent_to_thing WHERE expires_at <= ?")
            .bind(now)
            .execute(&mut *unit)
            .await?;
        let inserted = match &lent.holder {
            Holder::Person {
                identity_id,
                sub,
                session,
            } => sqlx::query(
                "INSERT INTO lent (identity_id, sub, session, access_key, secret, session_token, expires_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(identity_id)
            .bind(sub)
            .bind(session),
            Holder::Thing { thing, certificate } => sqlx::query(
                "INSERT INTO lent_to_thing (thing, certificate, access_key, secret, session_token, expires_at)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(thing.as_str())
            .bind(certificate),
        };
        inserted
            .bind(access_key)
            .bind(&lent.secret)
            .bind(&lent.session_token)
            .bind(lent.expires_at.as_second())
            .execute(&mut *unit)
            .await?;
        unit.commit().await?;
        Ok(())
    }

    /// What was lent under this key and is still good at `now`.
    pub async fn temporary(&self, access_key: &str, now: i64) -> Result<Option<Temporary>, StoreFailed> {
        let of_person = "SELECT secret, session_token, expires_at, identity_id, sub, session
             FROM lent WHERE access_key = ? AND expires_at > ?";
        if let Some(row) = self.lent_under(of_person, access_key, now).await? {
            let holder = Holder::Person {
                identity_id: row.try_get("identity_id")?,
                sub: row.try_get("sub")?,
                session: row.try_get("session")?,
            };
            return temporary(&row, holder).map(Some);
        }
        let of_thing = "SELECT secret, session_token, expires_at, thing, certificate
             FROM lent_to_thing WHERE access_key = ? AND expires_at > ?";
        let Some(row) = self.lent_under(of_thing, access_key, now).await? else {
            return Ok(None);
        };
        let thing = row.try_get::<String, _>("thing")?.parse();
        let holder = Holder::Thing {
            thing: thing.map_err(|_| StoreFailed("a stored thing cannot be read".to_owned()))?,
            certificate: row.try_get("certificate")?,
        };
        temporary(&row, holder).map(Some)
    }

    async fn lent_under(
        &self,
        statement: &'static str,
        access_key: &str,
        now: i64,
    ) -> Result<Option<SqliteRow>, StoreFailed> {
        Ok(sqlx::query(statement)
            .bind(access_key)
            .bind(now)
            .fetch_optional(&self.pool)
            .await?)
    }
}

fn temporary(row: &SqliteRow, holder: Holder) -> Result<Temporary, StoreFailed> {
    Ok(Temporary {
        secret: row.try_get("secret")?,
        session_token: row.try_get("session_token")?,
        holder,
        expires_at: Timestamp::from_second(row.try_get("expires_at")?)
            .map_err(|_| StoreFailed("a stored time cannot be read".to_owned()))?,
    })
}
