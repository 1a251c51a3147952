//! AWS Signature Version 4: judges signed requests, and signs URLs.
//!
//! Three shapes: a query that was signed ahead (MQTT over WebSocket, objects),
//! headers (REST for those without a bearer token), and [`presign`] for URLs
//! that this home hands out itself. It never looks up who holds a key: the
//! caller reads [`Signed::access_key`], finds the [`Key`], and asks
//! [`Signed::verify`]. Bodies are judged by their digest only.
//!
//! # Source
//! AWS General Reference, "Signing AWS API requests"; Amazon S3 API Reference,
//! "Authenticating requests: using query parameters".

mod canonical;
mod parse;
mod presign;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use subtle::ConstantTimeEq;

pub use presign::{Presign, presign};

/// How far another clock may be off, seconds.
const SKEW: i64 = 300;
/// A URL may be signed for a week at most, seconds.
pub const LONGEST_LIFE: u32 = 7 * 24 * 3600;
/// Payload digest of a URL whose body is not signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// The service whose clients append the session token after signing.
pub const IOT_GATEWAY: &str = "iotdevicegateway";

/// A request as it came over the wire, nothing decoded. No `Debug`: a signed
/// URL opens something.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `PUT`, …
    pub method: &'a str,
    /// From the slash on, without query.
    pub path: &'a str,
    /// Without the question mark; empty if there is none.
    pub query: &'a str,
    /// Names in lower case, `host` among them, values as they came.
    pub headers: &'a [(&'a str, &'a str)],
}

/// A signing key with its owner's session token, if it is a temporary one.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// The secret access key.
    pub secret: &'a str,
    /// What must have come with the request; `None` for lasting keys.
    pub session_token: Option<&'a str>,
}

/// Where a signature counts.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// `local-1` at home.
    pub region: &'a str,
    /// `s3`, `iotdevicegateway`, `execute-api`, …
    pub service: &'a str,
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not signed at all.
    #[error("the request is not signed")]
    Unsigned,
    /// A part of the signature is missing, doubled or unreadable.
    #[error("the signature is malformed")]
    Malformed,
    /// Signed for another region, service or day.
    #[error("the signature is for something else")]
    Elsewhere,
    /// Signed too far in the past or the future for our clock.
    #[error("the clocks differ too much")]
    Skewed,
    /// The URL was good until it ran out.
    #[error("the signature has expired")]
    Expired,
    /// The session token is not the key's.
    #[error("the session token is wrong")]
    WrongToken,
    /// The signature is not the one this key gives.
    #[error("the signature does not match")]
    Mismatch,
}

/// A request whose signature was read, and not judged yet.
pub struct Signed<'a> {
    request: Request<'a>,
    access_key: String,
    day: String,
    region: String,
    service: String,
    at: Timestamp,
    stamp: String,
    life: Life,
    signed_headers: Vec<String>,
    signature: String,
    session_token: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// A URL, good for so many seconds.
    Url(u32),
    /// Headers, good as long as clocks may differ.
    Headers,
}

impl<'a> Signed<'a> {
    /// Reads a URL that was signed ahead.
    ///
    /// # Errors
    /// `Unsigned` if it carries no signature, `Malformed` if half of one.
    pub fn in_query(request: Request<'a>) -> Result<Self, Refusal> {
        parse::query(request)
    }

    /// Reads an `Authorization` header.
    ///
    /// # Errors
    /// As [`Signed::in_query`].
    pub fn in_headers(request: Request<'a>) -> Result<Self, Refusal> {
        parse::headers(request)
    }

    /// Whose key must be found; not proved yet.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// Whether a header is part of what was signed.
    pub fn covers(&self, header: &str) -> bool {
        self.signed_headers.iter().any(|name| name == header)
    }

    /// Whether this key signed this request for this scope, and it is still
    /// good at `now`. `payload` is the hexadecimal SHA-256 of the body, or
    /// [`UNSIGNED_PAYLOAD`] for object URLs. Compares in constant time.
    ///
    /// # Errors
    /// Any [`Refusal`]; nothing about the key can be learnt from which.
    pub fn verify(&self, key: &Key<'_>, scope: &Scope<'_>, payload: &str, now: Timestamp) -> Result<(), Refusal> {
        if self.region != scope.region || self.service != scope.service || !self.stamp.starts_with(&self.day) {
            return Err(Refusal::Elsewhere);
        }
        let age = now.as_second() - self.at.as_second();
        match self.life {
            _ if age < -SKEW => return Err(Refusal::Skewed),
            Life::Headers if age > SKEW => return Err(Refusal::Skewed),
            Life::Url(seconds) if age > i64::from(seconds) => return Err(Refusal::Expired),
            Life::Url(_) | Life::Headers => {}
        }
        let token = self.session_token.as_deref().unwrap_or_default();
        let expected = key.session_token.unwrap_or_default();
        if !same(token, expected) {
            return Err(Refusal::WrongToken);
        }
        let canonical = canonical::request(&self.request, &self.signed_headers, &self.service, payload)?;
        let signature = canonical::signature(key.secret, &self.day, scope, &self.stamp, &canonical);
        if !same(&signature, &self.signature) {
            return Err(Refusal::Mismatch);
        }
        Ok(())
    }
}

/// The hexadecimal SHA-256 of a body.
pub fn payload_digest(body: &[u8]) -> String {
    canonical::digest(body)
}

fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
