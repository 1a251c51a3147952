//! The sign-in form belongs to the browser that was shown it: its token follows
//! from a cookie that no other site can read or set, and from what was asked.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;

use crate::identity::{Pool, random};

const NAME: &str = "hearth_sign_on";
/// Bytes of randomness in hex.
const LENGTH: usize = 64;

/// The cookie's value, which the browser has or is about to get.
pub struct Browser(String);

impl Browser {
    /// The one that asks, if it was here before.
    pub fn known(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all(header::COOKIE).iter();
        let mut pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == NAME)?;
        let is_ours = value.len() == LENGTH && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Self(value.to_owned()))
    }

    /// A new one.
    pub fn drawn(pool: &Pool) -> Option<Self> {
        let drawn: [u8; LENGTH / 2] = random::bytes(&*pool.ports.random)?;
        Some(Self(hex::encode(drawn)))
    }

    /// `Set-Cookie`, for ten minutes; sent along by this site's own pages and
    /// when another one leads here.
    pub fn cookie(&self, pool: &Pool) -> String {
        let secure = if pool.names.is_tls() { "; Secure" } else { "" };
        format!(
            "{NAME}={}; Path=/oauth2; Max-Age=600; HttpOnly; SameSite=Lax{secure}",
            self.0
        )
    }

    /// The hidden field of a form for this query.
    pub fn token(&self, pool: &Pool, query: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.keyed(pool, query).finalize().into_bytes())
    }

    /// Whether the hidden field is this browser's; in constant time.
    pub fn owns(&self, pool: &Pool, query: &str, token: &str) -> bool {
        let token = URL_SAFE_NO_PAD.decode(token);
        token.is_ok_and(|token| self.keyed(pool, query).verify_slice(&token).is_ok())
    }

    fn keyed(&self, pool: &Pool, query: &str) -> hmac::Hmac<sha2::Sha256> {
        let keyed = pool.keyed("sign-in form");
        keyed.chain_update(&self.0).chain_update(b"\0").chain_update(query)
    }
}
