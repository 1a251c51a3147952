//! `GetId`: the identity id of whoever an id token names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::identity::{
    Pool, TokenUse,
    exception::Exception,
    names::REGION,
    random,
    verifier::{Claims, Unverified},
};

/// Provider name to token.
pub type Logins = BTreeMap<String, String>;

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    identity_pool_id: String,
    #[serde(default)]
    logins: Logins,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    identity_id: String,
}

/// The same id for the same person, always.
pub async fn answer(pool: &Pool, ask: Ask) -> Result<Reply, Exception> {
    if ask.identity_pool_id != pool.names.identity_pool_id {
        return Err(Exception::resource_not_found("IdentityPool not found."));
    }
    let claims = login(pool, &ask.logins)?;
    let id = random::uuid(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let proposed = format!("{REGION}:{id}");
    let identity_id = pool.store.identity_id(&claims.sub, &proposed).await?;
    Ok(Reply { identity_id })
}

/// Whom the logins name: our own id token under our own name, nothing else.
pub fn login(pool: &Pool, logins: &Logins) -> Result<Claims, Exception> {
    if logins.is_empty() {
        return Err(Exception::not_authorized(
            "Unauthenticated access is not supported for this identity pool.",
        ));
    }
    let token = logins
        .get(pool.names.login())
        .filter(|_| logins.len() == 1)
        .ok_or_else(|| Exception::not_authorized("Token is not from a supported provider of this identity pool."))?;
    let claims = pool.verifier.verify(token, pool.ports.clock.now());
    let claims = claims.map_err(|refused| {
        Exception::not_authorized(match refused {
            Unverified::Expired => "Invalid login token. Token expired.",
            Unverified::Foreign => "Invalid login token. Not a valid OpenId Connect identity token.",
            Unverified::Revoked => "Invalid login token. The session has ended.",
            Unverified::Misdirected => "Invalid login token. Issuer or audience doesn't match.",
        })
    })?;
    if claims.token_use != TokenUse::Id {
        return Err(Exception::not_authorized(
            "Invalid login token. Not a valid OpenId Connect identity token.",
        ));
    }
    Ok(claims)
}
