//! The credentials provider of AWS IoT Core at home: a thing shows its
//! certificate and gets credentials that sign calls for an hour.
//!
//! It is served on the devices' port, behind mutual TLS; whose certificate it
//! is was found out by the listener, and whether it may is looked up at every
//! request, because a certificate can be revoked while a connection is open.
//!
//! # Source
//! AWS IoT Core developer guide, "Authorizing direct calls to AWS services
//! using AWS IoT Core credential provider".

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_trait::async_trait;
use hearth_contract::{
    ThingName,
    things::{ROLE_ALIAS, THING_HEADER},
};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use crate::things::{Status, Things};

/// How long one connection may last: asking takes a moment.
const LASTS: Duration = Duration::from_secs(60);
/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(10);

/// Temporary credentials on their way to a thing. No `Debug`: they open something.
pub struct Loan {
    /// The key's public half.
    pub access_key: String,
    /// Its secret half.
    pub secret: String,
    /// Travels with every signature.
    pub session_token: String,
    /// Not good from then on.
    pub expires_at: Timestamp,
}

/// Nothing can be lent now; the log knows why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLent;

/// Lends credentials to things: who keeps them is not known here.
#[async_trait]
pub trait Lender: Send + Sync {
    /// Lends to a thing whose certificate, named by its id, was found active.
    async fn lend(&self, thing: &ThingName, certificate: &str) -> Result<Loan, NotLent>;
}

/// What answers.
#[derive(Clone)]
pub struct Provider {
    /// Says whether a certificate is active.
    pub things: Arc<Things>,
    /// Lends.
    pub lender: Arc<dyn Lender>,
}

/// Who is at the other end, proven.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The thing of the certificate.
    pub thing: ThingName,
    /// The certificate's id.
    pub certificate: String,
}

enum Refused {
    NoRoute,
    NoAlias,
    Inactive,
    OtherThing,
    NotNow,
}

impl Provider {
    /// Answers the requests of one connection, until it ends or has lasted long enough.
    pub async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin, asking: Asking) {
        let answering = service_fn(|request| {
            let (provider, asking) = (self.clone(), asking.clone());
            async move { Ok::<_, Infallible>(provider.answer(&request, &asking).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(stream), answering);
        if let Ok(Err(error)) = timeout(LASTS, connection).await {
            tracing::debug!(thing = %asking.thing, %error, "asking for credentials broke off");
        }
    }

    async fn answer(&self, request: &Request<Incoming>, asking: &Asking) -> Response<String> {
        match self.lend(request, asking).await {
            Ok(loan) => respond(StatusCode::OK, written(&loan)),
            Err(refused) => {
                let (status, message) = refused.said();
                tracing::info!(thing = %asking.thing, message, "no credentials");
                respond(status, json!({ "message": message }).to_string())
            }
        }
    }

    async fn lend(&self, request: &Request<Incoming>, asking: &Asking) -> Result<Loan, Refused> {
        let path = request.uri().path();
        let alias = path
            .strip_prefix("/role-aliases/")
            .and_then(|rest| rest.strip_suffix("/credentials"))
            .filter(|_| request.method() == Method::GET)
            .ok_or(Refused::NoRoute)?;
        let standing = self.things.standing(&asking.certificate).await.map_err(|failed| {
            tracing::error!(%failed, "a certificate could not be judged");
            Refused::NotNow
        })?;
        let is_active = standing.is_some_and(|standing| {
            standing.status == Status::Active && standing.thing.as_ref() == Some(&asking.thing)
        });
        if !is_active {
            return Err(Refused::Inactive);
        }
        // A thing need not name itself; if it does, it must be the certificate's.
        let named = request.headers().get(THING_HEADER).map(HeaderValue::as_bytes);
        if named.is_some_and(|named| named != asking.thing.as_str().as_bytes()) {
            return Err(Refused::OtherThing);
        }
        if alias != ROLE_ALIAS {
            return Err(Refused::NoAlias);
        }
        self.lender
            .lend(&asking.thing, &asking.certificate)
            .await
            .map_err(|NotLent| Refused::NotNow)
    }
}

impl Refused {
    fn said(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoRoute => (StatusCode::NOT_FOUND, "Not Found"),
            Self::NoAlias => (StatusCode::FORBIDDEN, "Invalid role alias passed"),
            Self::Inactive => (StatusCode::FORBIDDEN, "Access Denied"),
            Self::OtherThing => (StatusCode::FORBIDDEN, "Invalid thing name passed"),
            Self::NotNow => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        }
    }
}

fn written(loan: &Loan) -> String {
    let credentials = json!({
        "accessKeyId": loan.access_key,
        "secretAccessKey": loan.secret,
        "sessionToken": loan.session_token,
        "expiration": loan.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
    json!({ "credentials": credentials }).to_string()
}

fn respond(status: StatusCode, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
