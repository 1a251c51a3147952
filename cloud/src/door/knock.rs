//! Who is at the door, and what the path says: the only place that looks at
//! tokens and signatures.
//!
//! There are two ways to prove oneself, each below a prefix of its own: a bearer
//! token, and a signature over the whole call. A signed call's body is read
//! before it is proven, because it is part of what was signed; no more of it is
//! read than any call may have.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    http::{HeaderMap, header, request::Parts},
};
use hearth_contract::{Failure, FamilyId, Reason, rest::SIGNED_PREFIX};
use sha2::{Digest, Sha256};

use super::whole;
use crate::{
    access::Knock,
    cloud::Cloud,
    ports::{Proven, SignedCall},
};

/// How whoever comes by this door proves themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// `Authorization: Bearer …`
    Bearer,
    /// Signature Version 4 in the headers.
    Signed,
}

/// One door of the cloud.
#[derive(Clone)]
pub(super) struct Door {
    pub cloud: Arc<Cloud>,
    pub way: Way,
}

pub(super) type PathFields = Result<RawPathParams, RawPathParamsRejection>;
pub(super) type Fields = Vec<(String, String)>;

/// Somebody who was let up to the rules' threshold.
pub(super) struct Visit {
    pub knock: Knock,
    /// What the path says.
    pub fields: Fields,
    /// The request, its body not read yet or read and put back.
    pub request: Request,
}

impl Door {
    /// Finds out who it is.
    ///
    /// # Errors
    /// `SignInNeeded`; `BodyTooLarge` for a signed call whose body can't be all read.
    pub async fn receive(&self, path: PathFields, request: Request) -> Result<Visit, Failure> {
        let (proven, request) = match self.way {
            Way::Bearer => (self.bearer(request.headers()).await, request),
            Way::Signed => self.signed(request).await?,
        };
        let proven = proven.ok_or(Reason::SignInNeeded)?;
        let path = path.map_err(|_| Failure::new(Reason::Absent))?;
        let fields: Fields = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let family = fields
            .iter()
            .find(|(name, _)| name == "family")
            .and_then(|(_, id)| id.parse::<FamilyId>().ok());
        Ok(Visit {
            knock: Knock {
                principal: proven.principal,
                family,
            },
            fields,
            request,
        })
    }

    async fn bearer(&self, headers: &HeaderMap) -> Option<Proven> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        let token = scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())?;
        self.cloud.ports.tokens.prove(token).await
    }

    async fn signed(&self, request: Request) -> Result<(Option<Proven>, Request), Failure> {
        let (parts, body) = request.into_parts();
        // Who signs nothing is not waited for.
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Err(Reason::SignInNeeded.into());
        }
        let body = whole(&parts.headers, body).await?;
        let proven = self.judge(&parts, &hex::encode(Sha256::digest(&body))).await;
        Ok((proven, Request::from_parts(parts, Body::from(body))))
    }

    async fn judge(&self, parts: &Parts, digest: &str) -> Option<Proven> {
        let headers: Option<Vec<(&str, &str)>> = parts
            .headers
            .iter()
            .map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        // Whoever serves the routes has taken the prefix off; it was signed.
        let path = format!("{SIGNED_PREFIX}{}", parts.uri.path());
        let call = SignedCall {
            method: parts.method.as_str(),
            path: &path,
            query: parts.uri.query().unwrap_or_default(),
            headers: &headers?,
            digest,
        };
        self.cloud.ports.tokens.prove_signed(call).await
    }
}
