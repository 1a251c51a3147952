//! `/oauth2/token`: a code, or a refresh token, for tokens.
//!
//! # Source
//! RFC 6749, sections 4.1.3, 5 and 6; RFC 7636, section 4.6.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Fields, grants::Taken, is_client};
use crate::identity::{
    Pool,
    asker::Asker,
    exception::Exception,
    flows::refresh,
    tokens::{self, Tokens},
};

/// A refusal as RFC 6749, section 5.2 has it.
#[derive(Debug)]
pub struct Refused(pub &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self.0 {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        (status, Json(json!({ "error": self.0 }))).into_response()
    }
}

/// `POST`
pub async fn answer(State(pool): State<Arc<Pool>>, headers: HeaderMap, body: Body) -> Result<Json<Value>, Refused> {
    let asker = Asker::new(None, &headers);
    let form = public(&pool, &headers, body).await?;
    let client_id = form.get("client_id").unwrap_or_default();
    let tokens = match form.get("grant_type") {
        Some("authorization_code") => exchanged(&pool, client_id, &asker, &form).await?,
        Some("refresh_token") => {
            let token = form.get("refresh_token").ok_or(Refused("invalid_request"))?;
            refresh::renew(&pool, client_id, token, &asker)
                .await
                .map_err(|exception| refused(&exception))?
        }
        Some(_) => return Err(Refused("unsupported_grant_type")),
        None => return Err(Refused("invalid_request")),
    };
    Ok(Json(written(&tokens)))
}

/// The form of a client that has no secret and names itself.
pub async fn public(pool: &Pool, headers: &HeaderMap, body: Body) -> Result<Fields, Refused> {
    let form = Fields::of(body).await.ok_or(Refused("invalid_request"))?;
    // A client that believes it has a secret is not one of ours.
    let has_secret = headers.contains_key(header::AUTHORIZATION) || form.get("client_secret").is_some();
    match form.get("client_id") {
        Some(client_id) if !has_secret && is_client(pool, client_id) => Ok(form),
        _ => Err(Refused("invalid_client")),
    }
}

async fn exchanged(pool: &Pool, client_id: &str, asker: &Asker, form: &Fields) -> Result<Tokens, Refused> {
    let field = |name| form.get(name).ok_or(Refused("invalid_request"));
    let (code, redirect, verifier) = (field("code")?, field("redirect_uri")?, field("code_verifier")?);
    let code = tokens::digest(code);
    let grant = match pool.grants.take(&code, pool.ports.clock.now().as_second()) {
        Taken::Good(grant) => grant,
        Taken::Again(refresh) => {
            tracing::warn!("an authorization code came twice; what it began ends");
            end(pool, refresh).await?;
            return Err(Refused("invalid_grant"));
        }
        Taken::Unknown => return Err(Refused("invalid_grant")),
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let is_proved: bool = challenge.as_bytes().ct_eq(grant.challenge.as_bytes()).into();
    if !is_proved || grant.client_id != client_id || grant.redirect != redirect {
        return Err(Refused("invalid_grant"));
    }
    let account = pool
        .store
        .account(&grant.account)
        .await
        .map_err(|failed| refused(&failed.into()))?;
    let account = account.ok_or(Refused("invalid_grant"))?;
    let occasion = tokens::Occasion {
        scope: grant.scope,
        nonce: grant.nonce,
    };
    let tokens = tokens::begin_for(pool, &account, client_id, asker, occasion).await;
    let tokens = tokens.map_err(|exception| refused(&exception))?;
    let refresh = tokens.refresh_token.as_deref().map(tokens::digest).unwrap_or_default();
    if pool.grants.settle(&code, refresh) {
        return Ok(tokens);
    }
    end(pool, Some(refresh)).await?;
    Err(Refused("invalid_grant"))
}

async fn end(pool: &Pool, refresh: Option<[u8; 32]>) -> Result<(), Refused> {
    let Some(refresh) = refresh else { return Ok(()) };
    let session = pool.store.session_by(&refresh).await;
    let session = session.map_err(|failed| refused(&failed.into()))?;
    let Some(session) = session else { return Ok(()) };
    let ended = pool.end_session(session.ending()).await;
    ended.map_err(|failed| refused(&failed.into()))
}

fn refused(exception: &Exception) -> Refused {
    if exception.name == "InternalErrorException" {
        return Refused("server_error");
    }
    Refused("invalid_grant")
}

fn written(tokens: &Tokens) -> Value {
    let mut answer = json!({
        "access_token": tokens.access_token,
        "id_token": tokens.id_token,
        "token_type": tokens.token_type,
        "expires_in": tokens.expires_in,
    });
    if let Some(refresh) = &tokens.refresh_token {
        answer["refresh_token"] = refresh.as_str().into();
    }
    answer
}
