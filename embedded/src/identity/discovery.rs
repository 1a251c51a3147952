//! The public documents below the issuer: which keys sign, and where.
//!
//! They are fixed while the process lives, so they are written once.

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    routing::get,
};

use super::{Pool, oidc};

pub(super) fn routes(pool: &Pool) -> Router {
    let names = &pool.names;
    let base = issuer_path(names.login());
    let keys = pool.keys.public().to_string();
    let configuration = oidc::configuration(names).to_string();
    Router::new()
        .route(
            &format!("{base}/.well-known/jwks.json"),
            get(move || document(keys.clone())),
        )
        .route(
            &format!("{base}/.well-known/openid-configuration"),
            get(move || document(configuration.clone())),
        )
}

async fn document(json: String) -> ([(axum::http::HeaderName, &'static str); 2], String) {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, json)
}

/// `/prefix/pool` of `host:port/prefix/pool`.
fn issuer_path(without_scheme: &str) -> &str {
    without_scheme
        .find('/')
        .map_or("", |start| without_scheme[start..].trim_end_matches('/'))
}
