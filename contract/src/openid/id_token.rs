//! An id token: who signed it, for whom, until when, and whom it names.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;

use super::KeySet;

/// How far another clock may be off, seconds.
const TOLERANCE: i64 = 300;
/// Longer than any token that is taken here; longer ones are not even decoded.
const LONGEST: usize = 16 << 10;

/// What a token must be to count.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// Whose it must be.
    pub issuer: &'a str,
    /// The client it must be for.
    pub client: &'a str,
    /// What must come back in it; `None` where nothing was sent along.
    pub nonce: Option<&'a str>,
    /// The real time.
    pub now: Timestamp,
}

/// What a token that was found good says. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who, at this issuer.
    pub subject: String,
    /// What they are called, if the provider says it.
    pub name: Option<String>,
    /// Their mail address, if the provider says it.
    pub mail: Option<String>,
    /// When the token runs out, by the provider's clock.
    pub expires_at: Timestamp,
}

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrusted {
    /// Not an id token, or not signed by the key it names.
    Unsigned,
    /// Signed by a key that is not in the set: it may be newer than the set.
    KeyUnknown,
    /// Of another issuer, or for another client.
    Misdirected,
    /// Past its time, or before it by more than a clock may be off.
    Expired,
    /// It belongs to another sign-in.
    Replayed,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsigned => "the id token is not signed",
            Self::KeyUnknown => "the id token is signed by an unknown key",
            Self::Misdirected => "the id token is for somebody else",
            Self::Expired => "the id token has expired",
            Self::Replayed => "the id token is of another sign-in",
        })
    }
}

impl std::error::Error for Untrusted {}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    iat: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    token_use: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What an id token says, if it is good.
///
/// # Errors
/// [`Untrusted`]; after `KeyUnknown` the provider's keys are worth another look.
pub fn id_token(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Claims, Untrusted> {
    let (header, payload) = parts(token).ok_or(Untrusted::Unsigned)?;
    let (signed, signature) = token.rsplit_once('.').ok_or(Untrusted::Unsigned)?;
    let is_known_kind = matches!(header.alg.as_str(), "RS256" | "ES256");
    // RFC 9068: an access token is no id token, whoever signed it.
    let is_access = header.typ.as_deref().is_some_and(|typ| {
        let typ = typ.strip_prefix("application/").unwrap_or(typ);
        typ.eq_ignore_ascii_case("at+jwt")
    });
    if !is_known_kind || is_access || header.crit.is_some() {
        return Err(Untrusted::Unsigned);
    }
    let id = header.kid.as_deref();
    if !keys.knows(&header.alg, id) {
        return Err(Untrusted::KeyUnknown);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Untrusted::Unsigned)?;
    if !keys.signed(&header.alg, id, signed.as_bytes(), &signature) {
        return Err(Untrusted::Unsigned);
    }
    judged(payload, expected)
}

/// The issuer that a token names, unproved: good for choosing whose keys judge
/// it, and for nothing else.
#[must_use]
pub fn issuer_of(token: &str) -> Option<String> {
    parts(token).map(|(_, payload)| payload.iss)
}

fn parts(token: &str) -> Option<(Header, Payload)> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (header, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header = serde_json::from_slice(&decoded(header)?).ok()?;
    let payload = serde_json::from_slice(&decoded(payload)?).ok()?;
    Some((header, payload))
}

fn judged(payload: Payload, expected: &Expected<'_>) -> Result<Claims, Untrusted> {
    let client = expected.client;
    let (is_for_client, is_for_others) = match &payload.aud {
        Audience::One(one) => (one == client, false),
        Audience::Several(all) => (all.iter().any(|one| one == client), all.len() > 1),
    };
    let is_authorised = match &payload.azp {
        Some(azp) => azp == client,
        None => !is_for_others,
    };
    let is_id = payload.token_use.as_deref().is_none_or(|it| it == "id");
    if payload.iss != expected.issuer || !is_for_client || !is_authorised || !is_id || payload.sub.is_empty() {
        return Err(Untrusted::Misdirected);
    }
    let now = expected.now.as_second();
    // Instants may have fractions; what is beyond every calendar saturates.
    let (exp, iat, nbf) = (
        payload.exp as i64,
        payload.iat as i64,
        payload.nbf.map(|nbf| nbf as i64),
    );
    let begins = iat.max(nbf.unwrap_or(iat));
    if exp.saturating_add(TOLERANCE) <= now || begins.saturating_sub(TOLERANCE) > now {
        return Err(Untrusted::Expired);
    }
    if expected.nonce.is_some() && payload.nonce.as_deref() != expected.nonce {
        return Err(Untrusted::Replayed);
    }
    Ok(Claims {
        subject: payload.sub,
        name: payload.name,
        mail: payload.email,
        expires_at: Timestamp::from_second(exp).map_err(|_| Untrusted::Expired)?,
    })
}

#[cfg(test)]
mod tests;
