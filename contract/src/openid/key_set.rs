//! A provider's published keys, and whether one of them has signed something.
//!
//! RSA and P-256 only; the algorithm is the key's, what a token says of it is
//! only compared.
//!
//! # Source
//! RFC 7517, section 4; RFC 7518, sections 3.3, 3.4, 6.2 and 6.3.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

/// More keys than any provider publishes; the rest is not looked at.
const MOST: usize = 64;

/// The keys that may sign id tokens.
#[derive(Clone, Default)]
pub struct KeySet(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: Option<String>,
    public: Public,
}

#[derive(Clone)]
enum Public {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// Uncompressed: 4, x, y.
    P256(Vec<u8>),
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
    #[serde(default)]
    x: String,
    #[serde(default)]
    y: String,
}

impl KeySet {
    /// A set without keys: nothing is signed by it.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Reads a key set; keys of other kinds and purposes are left out. `None`
    /// if it is none.
    #[must_use]
    pub fn read(document: &[u8]) -> Option<Self> {
        let published: Published = serde_json::from_slice(document).ok()?;
        let keys = published.keys.into_iter().take(MOST);
        Some(Self(
            keys.filter_map(|key| read(serde_json::from_value(key).ok()?)).collect(),
        ))
    }

    /// Whether there is a key for this algorithm and id; without an id, any key
    /// of the algorithm counts.
    #[must_use]
    pub(super) fn knows(&self, algorithm: &str, id: Option<&str>) -> bool {
        self.fitting(algorithm, id).next().is_some()
    }

    /// Whether a fitting key has signed this.
    #[must_use]
    pub(super) fn signed(&self, algorithm: &str, id: Option<&str>, message: &[u8], signature: &[u8]) -> bool {
        self.fitting(algorithm, id).any(|key| match &key.public {
            Public::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            Public::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(message, signature)
                .is_ok(),
        })
    }

    fn fitting<'a>(&'a self, algorithm: &'a str, id: Option<&'a str>) -> impl Iterator<Item = &'a Key> {
        self.0.iter().filter(move |key| {
            let is_named = id.is_none() || key.id.as_deref() == id;
            is_named && algorithm == key.public.algorithm()
        })
    }
}

impl Public {
    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RS256",
            Self::P256(_) => "ES256",
        }
    }
}

fn read(key: Jwk) -> Option<Key> {
    let part = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
        (!bytes.is_empty()).then_some(bytes)
    };
    if key.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let public = match (key.kty.as_str(), key.crv.as_deref()) {
        ("RSA", _) => Public::Rsa {
            n: part(&key.n)?,
            e: part(&key.e)?,
        },
        ("EC", Some("P-256")) => {
            let (x, y) = (part(&key.x)?, part(&key.y)?);
            if x.len() != 32 || y.len() != 32 {
                return None;
            }
            Public::P256([&[4], x.as_slice(), y.as_slice()].concat())
        }
        _ => return None,
    };
    if key.alg.as_deref().is_some_and(|alg| alg != public.algorithm()) {
        return None;
    }
    Some(Key { id: key.kid, public })
}
