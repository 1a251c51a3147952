//! The cookie that tells browser sessions apart. The simulated tablet has none:
//! its page is known by the name it is at.
//!
//! Only values that this hub made are taken, so nobody can plant one of his
//! own; a page's script can't read it and no other site can send it.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponseParts, ResponseParts},
};
use hearth_contract::{Failure, Reason};

use super::Refusal;
use crate::{
    sessions::{Seat, Sessions},
    tablet,
};

const NAME: &str = "hearth_session";
/// 90 days, in seconds.
const LASTS_S: u32 = 90 * 24 * 3600;

/// Whoever holds the cookie: their session, and the cookie if it is new.
pub struct Visitor {
    /// The session; held as long as it is used.
    pub seat: Arc<Seat>,
    fresh: Option<String>,
}

impl Visitor {
    /// What must go back with the answer.
    #[must_use]
    pub fn cookie(&self) -> SetCookie {
        SetCookie(self.fresh.clone())
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    Arc<Sessions>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let sessions = Arc::<Sessions>::from_ref(state);
        if is_tablet(&parts.headers)
            && let Some(seat) = sessions.tablet()
        {
            return Ok(Self { seat, fresh: None });
        }
        if let Some(key) = key(&parts.headers)
            && let Some(seat) = sessions.find(key).await
        {
            return Ok(Self { seat, fresh: None });
        }
        let (key, seat) = sessions.begin().await.map_err(|error| {
            tracing::error!(%error, "a session could not begin");
            Failure::new(Reason::Bug)
        })?;
        Ok(Self { seat, fresh: Some(key) })
    }
}

/// `Set-Cookie`, if there is one to set.
pub struct SetCookie(Option<String>);

impl IntoResponseParts for SetCookie {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let Some(key) = self.0 else { return Ok(response) };
        let cookie = format!("{NAME}={key}; Path=/host; Max-Age={LASTS_S}; HttpOnly; SameSite=Strict");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(header::SET_COOKIE, value);
        }
        Ok(response)
    }
}

/// Whether the page is the one on the simulated tablet's screen. Its name
/// exists only where there is one, and only on this machine.
fn is_tablet(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.and_then(|host| host.split(':').next()) == Some(tablet::HOST)
}

fn key(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == NAME).then_some(value))
}
