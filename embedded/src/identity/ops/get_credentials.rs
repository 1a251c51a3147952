//! `GetCredentialsForIdentity`: keys that sign requests for an hour.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::get_id::{self, Logins};
use crate::identity::{Pool, Temporary, exception::Exception, random};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    identity_id: String,
    #[serde(default)]
    logins: Logins,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    identity_id: String,
    credentials: Credentials,
}

/// As the SDKs read it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    access_key_id: String,
    secret_key: String,
    session_token: String,
    /// Unix seconds, a number.
    expiration: f64,
}

/// Lends credentials to the person the id belongs to.
pub async fn answer(pool: &Pool, ask: Ask) -> Result<Reply, Exception> {
    let claims = get_id::login(pool, &ask.logins)?;
    match pool.store.sub_of(&ask.identity_id).await? {
        None => return Err(Exception::resource_not_found("Identity not found.")),
        Some(sub) if sub != claims.sub => {
            return Err(Exception::not_authorized("Access to Identity is forbidden."));
        }
        Some(_) => {}
    }
    let now = pool.ports.clock.now();
    let (access_key, lent) = lend(pool, &ask.identity_id, claims.sub, now).ok_or_else(Exception::internal)?;
    pool.store.lend(&access_key, &lent, now.as_second()).await?;
    Ok(Reply {
        identity_id: ask.identity_id,
        credentials: Credentials {
            access_key_id: access_key,
            secret_key: lent.secret,
            session_token: lent.session_token,
            expiration: lent.expires_at.as_second() as f64,
        },
    })
}

fn lend(pool: &Pool, identity_id: &str, sub: String, now: Timestamp) -> Option<(String, Temporary)> {
    let random = &*pool.ports.random;
    let key = random::word(random, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)?;
    let lent = Temporary {
        secret: STANDARD.encode(random::bytes::<30>(random)?),
        session_token: STANDARD.encode(random::bytes::<96>(random)?),
        identity_id: identity_id.to_owned(),
        sub,
        expires_at: now.checked_add(1.hour()).ok()?,
    };
    Some((format!("ASIA{key}"), lent))
}
