//! What goes into the three tokens of a sign-in, and how long each lives.
//!
//! Id and access tokens are signed and carry their own end; the refresh token
//! is opaque and only its digest is kept.

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Pool, TokenUse,
    exception::Exception,
    random,
    store::{Account, Session},
    verifier::{Claims, Unverified},
};

/// Lifetime of id and access tokens, seconds.
pub const TOKEN_LIFE: i64 = 3600;
/// Lifetime of a refresh token since its last use, seconds.
pub const REFRESH_LIFE: i64 = 90 * 24 * 3600;

/// `AuthenticationResult`
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tokens {
    access_token: String,
    id_token: String,
    /// Absent when the client keeps the one it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Seconds.
    expires_in: i64,
    token_type: &'static str,
}

/// Starts a session of `account` at `client_id` and signs its first tokens.
pub async fn begin(pool: &Pool, account: &Account, client_id: &str) -> Result<Tokens, Exception> {
    let now = pool.ports.clock.now().as_second();
    let session = Session {
        id: random::uuid(&*pool.ports.random).ok_or_else(Exception::internal)?,
        account: account.sub.clone(),
        client_id: client_id.to_owned(),
        signed_in_at: now,
    };
    let refresh = random::opaque(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let tokens = signed(pool, account, &session, Some(refresh.clone()))?;
    pool.store
        .begin_session(&session, &digest(&refresh), now + REFRESH_LIFE)
        .await?;
    Ok(tokens)
}

/// Signs further tokens of a session that goes on.
pub fn signed(
    pool: &Pool,
    account: &Account,
    session: &Session,
    refresh_token: Option<String>,
) -> Result<Tokens, Exception> {
    let now = pool.ports.clock.now().as_second();
    let sign = |token_use, mut claims: Value| -> Result<String, Exception> {
        let jti = random::uuid(&*pool.ports.random).ok_or_else(Exception::internal)?;
        claims["jti"] = jti.into();
        pool.keys.sign(token_use, &claims).ok_or_else(|| {
            tracing::error!("a token could not be signed");
            Exception::internal()
        })
    };
    let common = json!({
        "sub": account.sub,
        "iss": pool.names.issuer,
        "origin_jti": session.id,
        "event_id": session.id,
        "auth_time": session.signed_in_at,
        "iat": now,
        "exp": now + TOKEN_LIFE,
    });
    let mut id = common.clone();
    for (name, value) in &account.attributes {
        id[name] = value.as_str().into();
    }
    id["email"] = account.mail.as_str().into();
    id["email_verified"] = account.confirmed.into();
    id["cognito:username"] = account.sub.as_str().into();
    id["aud"] = session.client_id.as_str().into();
    id["token_use"] = "id".into();
    let mut access = common;
    access["client_id"] = session.client_id.as_str().into();
    access["username"] = account.sub.as_str().into();
    access["scope"] = "aws.cognito.signin.user.admin".into();
    access["token_use"] = "access".into();
    Ok(Tokens {
        access_token: sign(TokenUse::Access, access)?,
        id_token: sign(TokenUse::Id, id)?,
        refresh_token,
        expires_in: TOKEN_LIFE,
        token_type: "Bearer",
    })
}

/// Who holds this access token, if its session still stands.
pub async fn holder(pool: &Pool, access_token: &str) -> Result<(Account, Claims), Exception> {
    let now = pool.ports.clock.now();
    let claims = pool.verifier.verify(access_token, now).map_err(|refused| {
        Exception::not_authorized(match refused {
            Unverified::Expired => "Access Token has expired",
            Unverified::Foreign | Unverified::Misdirected => "Invalid Access Token",
        })
    })?;
    if claims.token_use != TokenUse::Access {
        return Err(Exception::not_authorized("Invalid Access Token"));
    }
    if !pool.store.session_stands(&claims.session).await? {
        return Err(Exception::not_authorized("Access Token has been revoked"));
    }
    let account = pool.store.account(&claims.sub).await?;
    let account = account.ok_or_else(|| Exception::not_authorized("Invalid Access Token"))?;
    Ok((account, claims))
}

/// What is kept of an opaque token.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
