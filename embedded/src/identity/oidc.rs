//! The identity as an OpenID Connect provider: authorization code with PKCE,
//! for public clients, with a sign-in page of its own.
//!
//! There is no implicit grant, no client secret and no sign-in that a browser
//! remembers: whoever is sent here types their password, so that a computer of
//! the whole family signs nobody in by itself. Tokens are the pool's own.
//!
//! # Source
//! OpenID Connect Core 1.0 and Discovery 1.0; RFC 6749, 7009, 7636, 8252, 9207.

mod ask;
mod authorize;
mod end;
mod enter;
mod form;
mod grants;
mod guard;
mod page;
mod passkey;
mod redirect;
mod token;
mod user_info;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    routing::{get, post},
};
use serde_json::{Value, json};

pub use grants::Grants;
pub use guard::guarded;

use super::{Names, Pool};

/// Scope of access tokens that open the account's own operations.
pub const ACCOUNT: &str = "aws.cognito.signin.user.admin";
/// What a client may ask for.
const SCOPES: &[&str] = &["openid", "email", "profile", ACCOUNT];
/// No form that comes here needs more; more is refused unread.
const BODY_LIMIT: usize = 16 * 1024;

/// The routes, absolute.
pub fn routes(pool: Arc<Pool>) -> Router {
    Router::new()
        .route("/oauth2/authorize", get(authorize::ask).post(authorize::enter))
        .route("/oauth2/passkey", post(passkey::ask))
        .route("/oauth2/sign-in.css", get(page::style))
        .route("/oauth2/sign-in.js", get(page::script))
        .route("/oauth2/token", post(token::answer))
        .route("/oauth2/userInfo", get(user_info::answer).post(user_info::answer))
        .route("/oauth2/revoke", post(end::revoke))
        .route("/logout", get(end::log_out))
        .with_state(pool)
}

/// The discovery document.
pub fn configuration(names: &Names) -> Value {
    let (issuer, base) = (&names.issuer, names.public_url());
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/oauth2/authorize"),
        "token_endpoint": format!("{base}/oauth2/token"),
        "userinfo_endpoint": format!("{base}/oauth2/userInfo"),
        "revocation_endpoint": format!("{base}/oauth2/revoke"),
        "end_session_endpoint": format!("{base}/logout"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "email", "email_verified", "name",
        ],
        "ui_locales_supported": ["en", "zh"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    })
}

/// A form or a query: each name at most once.
struct Fields(Vec<(String, String)>);

impl Fields {
    /// `None` if a name comes twice, which RFC 6749 forbids (section 3.1).
    fn read(encoded: &[u8]) -> Option<Self> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            if fields.iter().any(|(known, _)| *known == name) {
                return None;
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Some(Self(fields))
    }

    /// Of a request's body; `None` also if that is too long.
    async fn of(body: Body) -> Option<Self> {
        Self::read(&to_bytes(body, BODY_LIMIT).await.ok()?)
    }

    /// An empty value is none, as in section 3.1.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }
}

/// Whether the client is one of ours.
fn is_client(pool: &Pool, client_id: &str) -> bool {
    super::ops::client(pool, client_id).is_ok()
}
