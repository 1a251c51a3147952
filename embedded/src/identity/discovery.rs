//! The public documents below the issuer: which keys sign, and where.
//!
//! Where things are is fixed; which keys sign is not.

use std::sync::Arc;

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    routing::get,
};

use super::{Pool, oidc};

pub(super) fn routes(pool: &Arc<Pool>) -> Router {
    let names = &pool.names;
    let base = issuer_path(names.login());
    let keys = pool.clone();
    let configuration = oidc::configuration(names).to_string();
    Router::new()
        .route(
            &format!("{base}/.well-known/jwks.json"),
            get(move || document(keys.keys().public(keys.ports.clock.now().as_second()).to_string())),
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
