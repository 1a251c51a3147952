//! The two signing keys, and the founding of a pool at first run.
//!
//! One key signs id tokens, the other access tokens, as at AWS, so that a
//! verifier that mixes the two up fails early.

use std::sync::Arc;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    OpenFailed, Random, TokenUse,
    names::{Names, REGION},
    random, rsa,
    store::Founding,
};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Signs tokens; the private parts never leave it.
pub struct Keys {
    id: SigningKey,
    access: SigningKey,
}

struct SigningKey {
    kid: String,
    pair: RsaKeyPair,
    public: Value,
}

impl Keys {
    /// `None` if a stored key is damaged.
    pub fn load(founding: &Founding) -> Option<Self> {
        Some(Self {
            id: SigningKey::load(&founding.id_key)?,
            access: SigningKey::load(&founding.access_key)?,
        })
    }

    /// The key set document (JWKS).
    pub fn public(&self) -> Value {
        json!({ "keys": [self.id.public, self.access.public] })
    }

    /// A signed token over `claims`. `None` only if ring refuses to sign.
    ///
    /// # Source
    /// RFC 7515, section 3.1, compact serialization; RS256 of RFC 7518.
    pub fn sign(&self, token_use: TokenUse, claims: &Value) -> Option<String> {
        let key = match token_use {
            TokenUse::Id => &self.id,
            TokenUse::Access => &self.access,
        };
        let header = json!({ "kid": key.kid, "alg": "RS256" }).to_string();
        let mut token = URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; key.pair.public().modulus_len()];
        key.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .ok()?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Some(token)
    }
}

impl SigningKey {
    fn load(der: &[u8]) -> Option<Self> {
        let pair = RsaKeyPair::from_der(der).ok()?;
        let (n, e) = rsa::public_parts(der)?;
        let kid = STANDARD.encode(Sha256::digest(&n));
        let public = json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(e),
            "kid": kid,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(n),
            "use": "sig",
        });
        Some(Self { kid, pair, public })
    }
}

/// Draws names and makes keys for a new pool.
pub async fn found(public_url: &str, random: Arc<dyn Random>) -> Result<Founding, OpenFailed> {
    let draw = |alphabet, length| random::word(&*random, alphabet, length).ok_or(OpenFailed::Random);
    let pool_id = format!("{REGION}_{}", draw(ALPHANUMERIC, 9)?);
    let names = Names {
        issuer: format!("{}/{pool_id}", public_url.trim_end_matches('/')),
        pool_id,
        client_id: draw(LOWER, 26)?,
        plain_client_id: draw(LOWER, 26)?,
        identity_pool_id: format!("{REGION}:{}", random::uuid(&*random).ok_or(OpenFailed::Random)?),
    };
    let pepper = random::bytes(&*random).ok_or(OpenFailed::Random)?;
    let id_seed = random::bytes(&*random).ok_or(OpenFailed::Random)?;
    let access_seed = random::bytes(&*random).ok_or(OpenFailed::Random)?;
    // Two processors make the two keys at the same time.
    let id_key = tokio::task::spawn_blocking(move || rsa::generate(id_seed));
    let access_key = tokio::task::spawn_blocking(move || rsa::generate(access_seed));
    let made = |key: Result<Option<Vec<u8>>, _>| key.ok().flatten().ok_or(OpenFailed::Keys);
    Ok(Founding {
        names,
        pepper,
        id_key: made(id_key.await)?,
        access_key: made(access_key.await)?,
    })
}
