//! `/oauth2/userInfo`: what the holder of an access token may know of its person.
//!
//! # Source
//! OpenID Connect Core 1.0, section 5.3; RFC 6750, section 3.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::identity::{Pool, exception::Exception, tokens};

/// `GET` and `POST`, the token in the header.
pub async fn answer(State(pool): State<Arc<Pool>>, headers: HeaderMap) -> Result<Json<Value>, Response> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.split_once(' '));
    let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = token else {
        return Err(refused(StatusCode::UNAUTHORIZED, "Bearer"));
    };
    let (account, claims) = tokens::bearer(&pool, token.trim())
        .await
        .map_err(|exception| unknown(&exception))?;
    let may = |scope: &str| claims.scope.split(' ').any(|one| one == scope);
    if !may("openid") {
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"openid\"";
        return Err(refused(StatusCode::FORBIDDEN, challenge));
    }
    let mut info = json!({ "sub": account.sub, "username": account.sub });
    if may("email") {
        info["email"] = account.mail.into();
        info["email_verified"] = account.confirmed.into();
    }
    if may("profile") {
        for (name, value) in account.attributes {
            info[name] = value.into();
        }
    }
    Ok(Json(info))
}

fn unknown(exception: &Exception) -> Response {
    if exception.name == "InternalErrorException" {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    refused(StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\"")
}

fn refused(status: StatusCode, challenge: &'static str) -> Response {
    (status, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}
