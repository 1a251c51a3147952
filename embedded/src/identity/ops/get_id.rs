//! `GetId`: the identity id of whoever an id token names.

use std::collections::BTreeMap;

use hearth_contract::openid::Untrusted;
use serde::{Deserialize, Serialize};

use crate::identity::{Pool, TokenUse, Unproved, exception::Exception, names::REGION, random, verifier::Unverified};

/// Provider name to token.
pub type Logins = BTreeMap<String, String>;

const EXPIRED: &str = "Invalid login token. Token expired.";
const NO_ID_TOKEN: &str = "Invalid login token. Not a valid OpenId Connect identity token.";
const MISDIRECTED: &str = "Invalid login token. Issuer or audience doesn't match.";

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
    let whose = login(pool, &ask.logins).await?;
    let id = random::uuid(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let proposed = format!("{REGION}:{id}");
    let identity_id = pool.store.identity_id(&whose.sub, &proposed).await?;
    Ok(Reply { identity_id })
}

/// Somebody whom logins name.
pub struct Whose {
    /// Who they are here.
    pub sub: String,
    /// The session they came by; empty if it is another issuer's.
    pub session: String,
}

/// Whom the logins name: one id token, ours under our own name or another
/// issuer's under its own.
pub async fn login(pool: &Pool, logins: &Logins) -> Result<Whose, Exception> {
    if logins.is_empty() {
        return Err(Exception::not_authorized(
            "Unauthenticated access is not supported for this identity pool.",
        ));
    }
    let mut all = logins.iter();
    let (Some((provider, token)), None) = (all.next(), all.next()) else {
        return Err(unsupported());
    };
    if provider == pool.names.login() {
        ours(pool, token)
    } else {
        foreign(pool, provider, token).await
    }
}

fn ours(pool: &Pool, token: &str) -> Result<Whose, Exception> {
    let claims = pool.verifier.verify(token, pool.ports.clock.now());
    let claims = claims.map_err(|refused| {
        Exception::not_authorized(match refused {
            Unverified::Expired => EXPIRED,
            Unverified::Foreign => NO_ID_TOKEN,
            Unverified::Revoked => "Invalid login token. The session has ended.",
            Unverified::Misdirected => MISDIRECTED,
        })
    })?;
    if claims.token_use != TokenUse::Id {
        return Err(Exception::not_authorized(NO_ID_TOKEN));
    }
    Ok(Whose {
        sub: claims.sub,
        session: claims.session,
    })
}

async fn foreign(pool: &Pool, provider: &str, token: &str) -> Result<Whose, Exception> {
    let foreigner = pool.issuers.prove_login(provider, token).await;
    let foreigner = foreigner.map_err(|unproved| match unproved {
        Unproved::Stranger => unsupported(),
        Unproved::Untrusted(untrusted) => Exception::not_authorized(match untrusted {
            Untrusted::Expired => EXPIRED,
            Untrusted::Misdirected | Untrusted::Replayed => MISDIRECTED,
            Untrusted::Unsigned => NO_ID_TOKEN,
            Untrusted::KeyUnknown => "Invalid login token. Couldn't verify signed token.",
        }),
    })?;
    Ok(Whose {
        sub: foreigner.person.to_string(),
        session: String::new(),
    })
}

fn unsupported() -> Exception {
    Exception::not_authorized("Token is not from a supported provider of this identity pool.")
}
