//! The ends of a session: `/oauth2/revoke` by its refresh token, `/logout` by
//! its id token.
//!
//! No browser is remembered here, so `/logout` without a token has nothing to
//! end and only leads back.
//!
//! # Source
//! RFC 7009; OpenID Connect RP-Initiated Logout 1.0, section 2.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Fields, page,
    redirect::Redirect,
    token::{Refused, public},
    words::Language,
};
use crate::identity::{Ending, Pool, TokenUse, ops::sign_out};

/// `POST /oauth2/revoke`: an unknown token needs no end.
pub async fn revoke(State(pool): State<Arc<Pool>>, headers: HeaderMap, body: Body) -> Result<StatusCode, Refused> {
    let form = public(&pool, &headers, body).await?;
    let token = form.get("token").ok_or(Refused("invalid_request"))?;
    let ask = sign_out::Revoke::new(token, form.get("client_id").unwrap_or_default());
    match sign_out::revoke(&pool, ask).await {
        Ok(_) => Ok(StatusCode::OK),
        Err(exception) => Err(Refused(match exception.name {
            "UnsupportedTokenTypeException" => "unsupported_token_type",
            "UnauthorizedException" => "invalid_grant",
            _ => "server_error",
        })),
    }
}

/// `GET /logout`: ends the session of the `id_token_hint`, then leads back to
/// `post_logout_redirect_uri` (or Cognito's `logout_uri`) if that is one of ours.
pub async fn log_out(State(pool): State<Arc<Pool>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|accepted| accepted.to_str().ok());
    let language = Language::chosen("", accepted.unwrap_or_default());
    let Some(query) = Fields::read(query.unwrap_or_default().as_bytes()) else {
        return page::stranger(language);
    };
    let back = query
        .get("post_logout_redirect_uri")
        .or_else(|| query.get("logout_uri"));
    let back = back.and_then(|address| Redirect::accepted(address, &pool.names));
    if let Some(token) = query.get("id_token_hint") {
        // An old token still names its session; only the signature counts.
        let claims = pool
            .verifier
            .signed_here(token)
            .filter(|claims| claims.token_use == TokenUse::Id);
        let Some(claims) = claims else {
            return page::stranger(language);
        };
        let ending = Ending {
            session: claims.session,
            account: claims.sub,
        };
        if let Err(failed) = pool.end_session(ending).await {
            tracing::error!(error = %failed, "a session could not be ended");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    } else if !query
        .get("client_id")
        .is_some_and(|client_id| super::is_client(&pool, client_id))
    {
        return page::stranger(language);
    }
    let Some(back) = back else {
        return page::stranger(language);
    };
    let state = query.get("state").map(|state| ("state", state));
    let address = match state {
        Some(state) => back.with(&[state]),
        None => back.as_str().to_owned(),
    };
    match HeaderValue::try_from(address) {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(_) => page::stranger(language),
    }
}
