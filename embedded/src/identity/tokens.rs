//! What goes into the three tokens of a sign-in, and how long each lives.
//!
//! Id and access tokens are signed and carry their own end; the refresh token
//! is opaque and only its digest is kept.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Pool, TokenUse,
    asker::Asker,
    exception::Exception,
    oidc::ACCOUNT,
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
    /// Signed.
    pub access_token: String,
    /// Signed.
    pub id_token: String,
    /// Absent when the client keeps the one it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Seconds.
    pub expires_in: i64,
    /// How the access token is shown.
    pub token_type: &'static str,
}

/// What a sign-in asked for beside the tokens.
pub struct Occasion {
    /// Of the access tokens.
    pub scope: String,
    /// Given back in the first id token.
    pub nonce: Option<String>,
}

/// Starts a session of `account` at `client_id` and signs its first tokens.
pub async fn begin(pool: &Pool, account: &Account, client_id: &str, asker: &Asker) -> Result<Tokens, Exception> {
    let occasion = Occasion {
        scope: ACCOUNT.to_owned(),
        nonce: None,
    };
    begin_for(pool, account, client_id, asker, occasion).await
}

/// As [`begin`], for what was asked.
pub async fn begin_for(
    pool: &Pool,
    account: &Account,
    client_id: &str,
    asker: &Asker,
    occasion: Occasion,
) -> Result<Tokens, Exception> {
    let now = pool.ports.clock.now().as_second();
    let session = Session {
        id: random::uuid(&*pool.ports.random).ok_or_else(Exception::internal)?,
        account: account.sub.clone(),
        client_id: client_id.to_owned(),
        signed_in_at: now,
        scope: occasion.scope,
        last_used_at: now,
        device: asker.device().to_owned(),
        address: asker.address(),
    };
    let refresh = random::opaque(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let mut tokens = signed_with(pool, account, &session, occasion.nonce)?;
    tokens.refresh_token = Some(refresh.clone());
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
    let tokens = signed_with(pool, account, session, None)?;
    Ok(Tokens {
        refresh_token,
        ..tokens
    })
}

fn signed_with(pool: &Pool, account: &Account, session: &Session, nonce: Option<String>) -> Result<Tokens, Exception> {
    let now = pool.ports.clock.now().as_second();
    let sign = |token_use, mut claims: Value| -> Result<String, Exception> {
        let jti = random::uuid(&*pool.ports.random).ok_or_else(Exception::internal)?;
        claims["jti"] = jti.into();
        pool.keys().sign(token_use, &claims).ok_or_else(|| {
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
    access["scope"] = session.scope.as_str().into();
    access["token_use"] = "access".into();
    let access_token = sign(TokenUse::Access, access)?;
    // OpenID Connect Core 1.0, section 3.1.3.6: the left half of the digest.
    id["at_hash"] = URL_SAFE_NO_PAD.encode(&digest(&access_token)[..16]).into();
    if let Some(nonce) = nonce {
        id["nonce"] = nonce.into();
    }
    Ok(Tokens {
        access_token,
        id_token: sign(TokenUse::Id, id)?,
        refresh_token: None,
        expires_in: TOKEN_LIFE,
        token_type: "Bearer",
    })
}

/// Who holds this access token and may change the account with it.
pub async fn holder(pool: &Pool, access_token: &str) -> Result<(Account, Claims), Exception> {
    let (account, claims) = bearer(pool, access_token).await?;
    if !claims.scope.split(' ').any(|scope| scope == ACCOUNT) {
        return Err(Exception::not_authorized("Access Token does not have required scopes"));
    }
    Ok((account, claims))
}

/// Who holds this access token, whatever it was made for, if its session still
/// stands.
pub async fn bearer(pool: &Pool, access_token: &str) -> Result<(Account, Claims), Exception> {
    let now = pool.ports.clock.now();
    let claims = pool.verifier.verify(access_token, now).map_err(|refused| {
        Exception::not_authorized(match refused {
            Unverified::Expired => "Access Token has expired",
            Unverified::Revoked => "Access Token has been revoked",
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
