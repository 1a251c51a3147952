//! Judges tokens from a published key set, without asking who signed them.
//!
//! The algorithm is pinned; what the token says about it is only compared. Of
//! sessions it knows only which have [ended](super::Ended) in this process;
//! elsewhere a token is good until it runs out, as at AWS.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use serde_json::Value;

use super::ended::Ended;

/// How far another clock may be off, seconds.
pub(super) const TOLERANCE: i64 = 300;
/// Longer than any token made here; longer ones are not even decoded.
const LENGTH_LIMIT: usize = 8 * 1024;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// Says who somebody is, to an app or an identity pool.
    Id,
    /// Opens the REST door and the person's own account.
    Access,
}

/// What a token that was found good says.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// The account, forever.
    pub sub: String,
    /// Only in id tokens.
    pub name: Option<String>,
    /// Only in id tokens.
    pub email: Option<String>,
    /// Id or access.
    pub token_use: TokenUse,
    /// When it runs out, by the signer's clock.
    pub expires_at: Timestamp,
    /// The client it was made for.
    pub client_id: String,
    /// The sign-in it descends from (`origin_jti`); empty if it does not say.
    pub session: String,
    /// What it was made for, words with spaces between; only in access tokens.
    pub scope: String,
}

/// Leaves name and address out: this may end in a log.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("sub", &self.sub)
            .field("token_use", &self.token_use)
            .field("expires_at", &self.expires_at)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// Not a signed token, or not of our algorithm and keys.
    #[error("the token is not signed by a known key")]
    Foreign,
    /// Of another issuer, or for another client.
    #[error("the token is for somebody else")]
    Misdirected,
    /// Past its time, or before it by more than a clock may be off; renewing
    /// helps.
    #[error("the token has expired")]
    Expired,
    /// Its session has ended; only signing in helps.
    #[error("the token's session has ended")]
    Revoked,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
    ended: Ended,
}

/// Modulus and exponent by key id.
type PublicKeys = HashMap<String, (Vec<u8>, Vec<u8>)>;

struct Inner {
    keys: RwLock<PublicKeys>,
    issuers: Vec<String>,
    clients: Vec<String>,
}

#[derive(Deserialize)]
struct Header {
    kid: String,
    alg: String,
}

#[derive(Deserialize)]
struct Payload {
    sub: String,
    iss: String,
    exp: i64,
    #[serde(default)]
    iat: i64,
    token_use: String,
    aud: Option<String>,
    client_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    origin_jti: String,
    #[serde(default)]
    scope: String,
}

impl Verifier {
    /// From a key set document, the issuers and the clients to accept. `None`
    /// if the document is not a key set.
    pub fn new(key_set: &Value, issuers: Vec<String>, clients: Vec<String>) -> Option<Self> {
        let keys = RwLock::new(read(key_set)?);
        Some(Self {
            inner: Arc::new(Inner { keys, issuers, clients }),
            ended: Ended::default(),
        })
    }

    /// Takes another key set from now on. `None` if the document is not one;
    /// the former stays.
    pub fn learn(&self, key_set: &Value) -> Option<()> {
        let keys = read(key_set)?;
        *self.inner.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Some(())
    }

    /// Heeds these endings from now on.
    #[must_use]
    pub fn heeding(mut self, ended: Ended) -> Self {
        self.ended = ended;
        self
    }

    /// What the token says, if it is good at `now`.
    ///
    /// # Errors
    /// [`Unverified`]; only `Expired` is worth a renewal.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Unverified> {
        let (claims, issued_at) = self.judged(token)?;
        if issued_at.saturating_sub(TOLERANCE) > now.as_second() {
            return Err(Unverified::Expired);
        }
        if self.ended.has(&claims.session) {
            return Err(Unverified::Revoked);
        }
        if claims.expires_at.as_second().saturating_add(TOLERANCE) <= now.as_second() {
            return Err(Unverified::Expired);
        }
        Ok(claims)
    }

    /// What a token of ours says, however old it is: good for naming the
    /// session that its holder wants to end, and for nothing else.
    pub(super) fn signed_here(&self, token: &str) -> Option<Claims> {
        self.judged(token).ok().map(|(claims, _)| claims)
    }

    fn judged(&self, token: &str) -> Result<(Claims, i64), Unverified> {
        let payload = self.signed(token).ok_or(Unverified::Foreign)?;
        let (token_use, client_id) = match payload.token_use.as_str() {
            "id" => (TokenUse::Id, payload.aud),
            "access" => (TokenUse::Access, payload.client_id),
            _ => return Err(Unverified::Foreign),
        };
        let client_id = client_id.ok_or(Unverified::Misdirected)?;
        if !self.inner.issuers.contains(&payload.iss) || !self.inner.clients.contains(&client_id) {
            return Err(Unverified::Misdirected);
        }
        let claims = Claims {
            sub: payload.sub,
            name: payload.name,
            email: payload.email,
            token_use,
            expires_at: Timestamp::from_second(payload.exp).map_err(|_| Unverified::Foreign)?,
            client_id,
            session: payload.origin_jti,
            scope: payload.scope,
        };
        Ok((claims, payload.iat))
    }

    fn signed(&self, token: &str) -> Option<Payload> {
        if token.len() > LENGTH_LIMIT {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header: Header = json(header)?;
        let keys = self.inner.keys.read().unwrap_or_else(PoisonError::into_inner);
        let (n, e) = keys.get(&header.kid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        if header.alg != "RS256" {
            return None;
        }
        RsaPublicKeyComponents { n, e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()?;
        json(payload)
    }
}

fn read(key_set: &Value) -> Option<PublicKeys> {
    let mut keys = HashMap::new();
    for key in key_set.get("keys")?.as_array()? {
        let part = |name| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
        let kid = key.get("kid")?.as_str()?.to_owned();
        keys.insert(kid, (part("n")?, part("e")?));
    }
    Some(keys)
}

fn json<T: for<'a> Deserialize<'a>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
