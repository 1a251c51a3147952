//! Temporary credentials: made for a person by the identity pool, for a thing
//! by the credentials provider on the devices' port; kept in one place.

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use hearth_contract::ThingName;
use jiff::{Timestamp, ToSpan};

use super::{Holder, Identity, Pool, Temporary, random};
use crate::credentials::{Lender, Loan, NotLent};

/// New credentials, good for an hour, and the name of their key. `None`: the
/// system gave no randomness.
pub fn made(pool: &Pool, holder: Holder, now: Timestamp) -> Option<(String, Temporary)> {
    let random = &*pool.ports.random;
    let key = random::word(random, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)?;
    let lent = Temporary {
        secret: STANDARD.encode(random::bytes::<30>(random)?),
        session_token: STANDARD.encode(random::bytes::<96>(random)?),
        holder,
        expires_at: now.checked_add(1.hour()).ok()?,
    };
    Some((format!("ASIA{key}"), lent))
}

#[async_trait]
impl Lender for Identity {
    async fn lend(&self, thing: &ThingName, certificate: &str) -> Result<Loan, NotLent> {
        let pool = &self.pool;
        let now = pool.ports.clock.now();
        let holder = Holder::Thing {
            thing: thing.clone(),
            certificate: certificate.to_owned(),
        };
        let (access_key, lent) = made(pool, holder, now).ok_or(NotLent)?;
        if let Err(failed) = pool.store.lend(&access_key, &lent, now.as_second()).await {
            tracing::error!(%failed, "credentials could not be lent");
            return Err(NotLent);
        }
        Ok(Loan {
            access_key,
            secret: lent.secret,
            session_token: lent.session_token,
            expires_at: lent.expires_at,
        })
    }
}
