//! The objects' routes: `PUT` and `GET` of signed addresses, refusals as S3
//! words them. What is too large is refused before it is read.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::StreamExt;
use tokio::time::timeout;

use super::{GETTING, MAX_OBJECT, Objects, PATH, PUTTING, files::Coming, key::Key};
use crate::sigv4::{self, Signed, UNSIGNED_PAYLOAD};

/// The one type of object.
const JPEG: &str = "image/jpeg";
/// How long the next bytes of an object may take.
const SILENCE: Duration = Duration::from_secs(30);

/// Why a request was refused, as S3 names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Denied,
    Mismatch,
    Expired,
    NoKey,
    NoLength,
    TooLarge,
    WrongType,
    AlreadyThere,
    Incomplete,
    Internal,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::Denied => (StatusCode::FORBIDDEN, "AccessDenied", "Access Denied"),
            Self::Expired => (StatusCode::FORBIDDEN, "AccessDenied", "Request has expired"),
            Self::Mismatch => (
                StatusCode::FORBIDDEN,
                "SignatureDoesNotMatch",
                "The signature does not match",
            ),
            Self::NoKey => (StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."),
            Self::NoLength => (
                StatusCode::LENGTH_REQUIRED,
                "MissingContentLength",
                "Content-Length is required",
            ),
            Self::TooLarge => (StatusCode::BAD_REQUEST, "EntityTooLarge", "The object is too large"),
            Self::WrongType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "InvalidRequest",
                "Only image/jpeg is kept",
            ),
            Self::AlreadyThere => (
                StatusCode::PRECONDITION_FAILED,
                "PreconditionFailed",
                "The object is there already",
            ),
            Self::Incomplete => (StatusCode::BAD_REQUEST, "IncompleteBody", "The body ended early"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "Internal error"),
        };
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        // The body of a refused upload is not read: the connection can't go on.
        let headers = [(header::CONTENT_TYPE, "application/xml"), (header::CONNECTION, "close")];
        (status, headers, body).into_response()
    }
}

pub fn router(objects: Arc<Objects>) -> Router {
    Router::new()
        .route(&format!("{PATH}{{*key}}"), get(give).put(take))
        .with_state(objects)
}

async fn give(State(objects): State<Arc<Objects>>, request: Request) -> Result<Response, Refused> {
    let (parts, _) = request.into_parts();
    // `HEAD` comes here, too, and is signed as itself.
    let (key, name) = objects.judge(&parts)?;
    if name != GETTING {
        return Err(Refused::Denied);
    }
    let bytes = objects
        .files
        .get(&key)
        .await
        .map_err(|error| internal(&error))?
        .ok_or(Refused::NoKey)?;
    let headers = [
        (header::CONTENT_TYPE, JPEG),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        // An object never changes; how long the address is good is another matter.
        (header::CACHE_CONTROL, "private, max-age=86400, immutable"),
    ];
    Ok((headers, bytes).into_response())
}

async fn take(State(objects): State<Arc<Objects>>, request: Request) -> Result<StatusCode, Refused> {
    let (parts, body) = request.into_parts();
    let (key, name) = objects.judge(&parts)?;
    let most: u64 = name
        .strip_prefix(PUTTING)
        .and_then(|most| most.parse().ok())
        .ok_or(Refused::Denied)?;
    if parts.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(JPEG.as_bytes()) {
        return Err(Refused::WrongType);
    }
    let length = length(&parts.headers)?;
    if length > most.min(MAX_OBJECT) {
        return Err(Refused::TooLarge);
    }
    let internal = |error| internal(&error);
    if objects.files.has(&key).await.map_err(internal)? {
        return Err(Refused::AlreadyThere);
    }
    let mut coming = objects.files.begin().await.map_err(internal)?;
    receive(body, &mut coming, length).await?;
    let placed = objects.files.finish(coming, &key).await.map_err(internal)?;
    if placed {
        Ok(StatusCode::OK)
    } else {
        Err(Refused::AlreadyThere)
    }
}

async fn receive(body: Body, coming: &mut Coming, length: u64) -> Result<(), Refused> {
    let mut left = length;
    let mut stream = body.into_data_stream();
    while let Some(chunk) = timeout(SILENCE, stream.next()).await.map_err(|_| Refused::Incomplete)? {
        let chunk = chunk.map_err(|_| Refused::Incomplete)?;
        left = left.checked_sub(chunk.len() as u64).ok_or(Refused::TooLarge)?;
        coming.write(&chunk).await.map_err(|error| internal(&error))?;
    }
    if left == 0 { Ok(()) } else { Err(Refused::Incomplete) }
}

impl Objects {
    /// The key a request is for, and the name of the key it is signed with.
    fn judge(&self, parts: &Parts) -> Result<(Key, String), Refused> {
        let headers: Vec<(&str, &str)> = parts
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        let method = if parts.method == Method::HEAD {
            "HEAD"
        } else {
            parts.method.as_str()
        };
        let request = sigv4::Request {
            method,
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &headers,
        };
        let signed = Signed::in_query(request).map_err(|_| Refused::Denied)?;
        let name = signed.access_key().to_owned();
        let secret = self.key(&name);
        let key = sigv4::Key {
            secret: &secret,
            session_token: None,
        };
        signed
            .verify(&key, &self.scope(), UNSIGNED_PAYLOAD, self.clock.now())
            .map_err(|refusal| match refusal {
                sigv4::Refusal::Expired => Refused::Expired,
                sigv4::Refusal::Mismatch => Refused::Mismatch,
                _ => Refused::Denied,
            })?;
        let path = parts
            .uri
            .path()
            .strip_prefix(PATH)
            .unwrap_or_default()
            .replace("%3A", ":");
        Ok((Key::parse(&path).ok_or(Refused::Denied)?, name))
    }
}

fn length(headers: &HeaderMap) -> Result<u64, Refused> {
    let length = headers.get(header::CONTENT_LENGTH).ok_or(Refused::NoLength)?;
    length
        .to_str()
        .ok()
        .and_then(|length| length.parse().ok())
        .ok_or(Refused::NoLength)
}

fn internal(error: &std::io::Error) -> Refused {
    tracing::error!(%error, "an object could not be read or written");
    Refused::Internal
}
