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
    /// No session here is linked to another, so both choices end one.
    #[serde(default)]
    revoke_associated_sessions: Option<String>,
}

impl Revoke {
    /// The same, asked by OAuth's form.
    pub fn new(token: &str, client_id: &str) -> Self {
        Self {
            token: token.to_owned(),
            client_id: client_id.to_owned(),
            revoke_associated_sessions: None,
        }
    }
}

/// Ends every session of the account.
pub async fn everywhere(pool: &Pool, ask: Everywhere) -> Result<Nothing, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let now = pool.ports.clock.now().as_second();
    pool.note_endings(pool.store.end_all(&account.sub, now).await?);
    Ok(Nothing {})
}

/// Ends the session of a refresh token; an unknown one needs no ending.
pub async fn revoke(pool: &Pool, ask: Revoke) -> Result<Nothing, Exception> {
    super::client(pool, &ask.client_id)?;
    if ask.token.contains('.') {
        return Err(Exception::unsupported_token_type("Only refresh tokens can be revoked."));
    }
    let linked = ask.revoke_associated_sessions.as_deref().unwrap_or("NONE");
    if !["NONE", "LINKED"].contains(&linked) {
        return Err(Exception::invalid_parameter(
            "RevokeAssociatedSessions must be NONE or LINKED.",
        ));
    }
    let Some(session) = pool.store.session_by(&tokens::digest(&ask.token)).await? else {
        return Ok(Nothing {});
    };
    if session.client_id != ask.client_id {
        return Err(Exception::unauthorized("The token belongs to another client."));
    }
    pool.end_session(session.ending()).await?;
    Ok(Nothing {})
}
