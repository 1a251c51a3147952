//! `GlobalSignOut` and `RevokeToken`: ending sessions, all or one.

use serde::Deserialize;

use super::Nothing;
use crate::identity::{Pool, exception::Exception, tokens};

/// Asked by whoever holds an access token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Everywhere {
    access_token: String,
}

/// Asked by whoever holds a refresh token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Revoke {
    token: String,
    client_id: String,
}

impl Revoke {
    /// The same, asked by OAuth's form.
    pub fn new(token: &str, client_id: &str) -> Self {
        Self {
            token: token.to_owned(),
            client_id: client_id.to_owned(),
        }
    }
}

/// Ends every session of the account.
pub async fn everywhere(pool: &Pool, ask: Everywhere) -> Result<Nothing, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    pool.store.end_all(&account.sub).await?;
    Ok(Nothing {})
}

/// Ends the session of a refresh token; an unknown one needs no ending.
pub async fn revoke(pool: &Pool, ask: Revoke) -> Result<Nothing, Exception> {
    super::client(pool, &ask.client_id)?;
    if ask.token.contains('.') {
        return Err(Exception::unsupported_token_type("Only refresh tokens can be revoked."));
    }
    let digest = tokens::digest(&ask.token);
    match pool.store.client_of(&digest).await? {
        Some(client_id) if client_id != ask.client_id => {
            Err(Exception::unauthorized("The token belongs to another client."))
        }
        _ => {
            pool.store.end_by(&digest).await?;
            Ok(Nothing {})
        }
    }
}
