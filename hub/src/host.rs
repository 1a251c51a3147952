//! The five verbs as paths for a page in a browser.
//!
//! `call`, `notices`, `put`, `src`, `watch` end in the core of the cookie's
//! session; `sign-on` is where other sites lead back to. A page proves that it is ours by the header [`PAGE_HEADER`] on
//! everything that does something, and the cookie never leaves this site.

mod call;
mod cookie;
mod notices;
mod pictures;
mod sign_on;
mod watch;

use std::sync::Arc;

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hearth_contract::{Failure, Reason, host as paths, picture};

pub use cookie::Visitor;

use crate::sessions::Sessions;

/// A header no foreign page can send without asking first.
pub const PAGE_HEADER: &str = "x-hearth";

/// The verbs' routes.
pub fn router(sessions: Arc<Sessions>) -> Router {
    let put_limit = usize::try_from(picture::MAX_BYTES).unwrap_or(usize::MAX);
    Router::new()
        .route(paths::CALL, post(call::call))
        .route(paths::NOTICES, get(notices::notices))
        .route(
            paths::PUT,
            post(pictures::put).layer(axum::extract::DefaultBodyLimit::max(put_limit)),
        )
        .route(&format!("{}/{{family}}/{{picture}}", paths::SRC), get(pictures::src))
        .route(
            &format!("{}/{{family}}/{{thing}}/{{camera}}", paths::WATCH),
            get(watch::watch),
        )
        .route(paths::SIGN_ON, get(sign_on::sign_on))
        .with_state(sessions)
}

/// A refusal as a page's fetch sees it.
pub struct Refusal(Failure);

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.0)).into_response()
    }
}

/// Refuses what no page of ours sends.
fn from_our_page(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.contains_key(PAGE_HEADER) {
        Ok(())
    } else {
        Err(Failure::new(Reason::PowerMissing).into())
    }
}
