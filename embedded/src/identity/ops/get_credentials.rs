//! `GetCredentialsForIdentity`: keys that sign requests for an hour.

use serde::{Deserialize, Serialize};

use super::get_id::{self, Logins};
use crate::identity::{Holder, Pool, exception::Exception, lending};

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
    let whose = get_id::login(pool, &ask.logins).await?;
    match pool.store.sub_of(&ask.identity_id).await? {
        None => return Err(Exception::resource_not_found("Identity not found.")),
        Some(sub) if sub != whose.sub => {
            return Err(Exception::not_authorized("Access to Identity is forbidden."));
        }
        Some(_) => {}
    }
    let now = pool.ports.clock.now();
    let holder = Holder::Person {
        identity_id: ask.identity_id.clone(),
        sub: whose.sub,
        session: whose.session,
    };
    let (access_key, lent) = lending::made(pool, holder, now).ok_or_else(Exception::internal)?;
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
