//! The two signing keys, and the founding of a pool at first run.
//!
//! One key signs id tokens, the other access tokens, as at AWS, so that a
//! verifier that mixes the two up fails early. A pair that was replaced signs
//! nothing any more, but its public half stays in the key set until the last
//! token it signed has run out.

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
    tokens::TOKEN_LIFE,
    verifier::TOLERANCE,
};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Signs tokens; the private parts never leave it.
pub struct Keys {
    id: SigningKey,
    access: SigningKey,
    retired: Vec<Retired>,
}

/// A pair of signing keys, as it is kept.
#[derive(Clone)]
pub struct KeyPair {
    /// PKCS#1 DER.
    pub id_key: Vec<u8>,
    /// PKCS#1 DER.
    pub access_key: Vec<u8>,
    /// Unix seconds; 0 if nobody noted it.
    pub made_at: i64,
}

/// A public key whose private half is gone.
#[derive(Clone)]
pub struct Retired {
    /// As it stands in the key set.
    pub public: Value,
    /// Until when a token signed by it may run, Unix seconds.
    pub until: i64,
}

struct SigningKey {
    kid: String,
    pair: RsaKeyPair,
    public: Value,
}

impl Keys {
    /// `None` if a stored key is damaged.
    pub fn load(pair: &KeyPair, retired: Vec<Retired>) -> Option<Self> {
        Some(Self {
            id: SigningKey::load(&pair.id_key)?,
            access: SigningKey::load(&pair.access_key)?,
            retired,
        })
    }

    /// The key set document (JWKS) at `now`, Unix seconds: those that sign
    /// first.
    pub fn public(&self, now: i64) -> Value {
        let retired = self.retired.iter().filter(|key| now < key.until);
        let mut keys = vec![&self.id.public, &self.access.public];
        keys.extend(retired.map(|key| &key.public));
        json!({ "keys": keys })
    }

    /// What is left of this pair, and of those before it, once another signs.
    pub fn retired(&self, now: i64) -> Vec<Retired> {
        let mut retired: Vec<Retired> = self.retired.iter().filter(|key| now < key.until).cloned().collect();
        // The longest life of a token, and what another clock may be off.
        let until = now + TOKEN_LIFE + TOLERANCE;
        for key in [&self.id, &self.access] {
            let public = key.public.clone();
            retired.push(Retired { public, until });
        }
        retired
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
pub async fn found(public_url: &str, random: Arc<dyn Random>, now: i64) -> Result<Founding, OpenFailed> {
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
    Ok(Founding {
        names,
        pepper,
        keys: pair(random, now).await?,
    })
}

/// Makes a fresh pair.
pub async fn pair(random: Arc<dyn Random>, now: i64) -> Result<KeyPair, OpenFailed> {
    let id_seed = random::bytes(&*random).ok_or(OpenFailed::Random)?;
    let access_seed = random::bytes(&*random).ok_or(OpenFailed::Random)?;
    // Two processors make the two keys at the same time.
    let id_key = tokio::task::spawn_blocking(move || rsa::generate(id_seed));
    let access_key = tokio::task::spawn_blocking(move || rsa::generate(access_seed));
    let made = |key: Result<Option<Vec<u8>>, _>| key.ok().flatten().ok_or(OpenFailed::Keys);
    Ok(KeyPair {
        id_key: made(id_key.await)?,
        access_key: made(access_key.await)?,
        made_at: now,
    })
}
