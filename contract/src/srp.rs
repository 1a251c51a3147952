//! Secure Remote Password as Amazon Cognito speaks it: the law that the app
//! (as client) and the identity at home (as server) must agree on to the bit.
//!
//! Pure arithmetic: random bytes and the time come in from the caller, nothing
//! is sent, stored or logged here. It deliberately knows neither the JSON
//! around the values nor how long a challenge lives.
//!
//! # Source
//! RFC 5054 (group of appendix A, 3072 bits, with g = 2), RFC 2945 for the
//! roles of A, B, u, x; the key derivation is Cognito's own ("Caldera Derived
//! Key"). Every integer that is hashed is written as Java's
//! `BigInteger.toByteArray()` does.

mod group;

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use crypto_bigint::BoxedUint;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use self::group::{PRIME, bytes, group, magnitude, number};

/// Why a number or a claim of the other side was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not a hexadecimal number, or not Base64 where that was due.
    Unreadable,
    /// The number does not fit the group.
    TooLarge,
    /// A public value that is zero in the group: it would fix the key.
    Zero,
    /// The claim does not follow from the password.
    WrongClaim,
    /// The group itself could not be built; never seen on a sound build.
    Broken,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "an SRP value is unreadable",
            Self::TooLarge => "an SRP value is too large",
            Self::Zero => "an SRP value is zero",
            Self::WrongClaim => "the SRP claim is wrong",
            Self::Broken => "the SRP group could not be built",
        })
    }
}

impl std::error::Error for Refusal {}

/// What both sides put under the claim: who signs in where, on which
/// challenge, and when.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// `region_name`; only what follows the first `_` enters the arithmetic.
    pub pool_id: &'a str,
    /// `USER_ID_FOR_SRP` of the challenge, not what the person typed.
    pub user_id: &'a str,
    /// `SECRET_BLOCK` of the challenge, Base64, verbatim.
    pub secret_block: &'a str,
    /// As [`timestamp`] writes it.
    pub timestamp: &'a str,
}

/// The side that knows the password. Good for one sign-in.
pub struct Client {
    secret: BoxedUint,
    public: Vec<u8>,
}

impl Client {
    /// A fresh attempt from 128 bytes of good randomness.
    ///
    /// # Errors
    /// [`Refusal::Zero`] if the bytes are all zero; draw again.
    pub fn new(random: &[u8; 128]) -> Result<Self, Refusal> {
        let group = group()?;
        let secret = BoxedUint::from_be_slice(random, 1024).map_err(|_| Refusal::Broken)?;
        if bool::from(secret.is_zero()) {
            return Err(Refusal::Zero);
        }
        let public = bytes(&group.generator().pow(&secret));
        Ok(Self { secret, public })
    }

    /// A, to be sent as `SRP_A`.
    pub fn public_hex(&self) -> String {
        hex_of(&self.public)
    }

    /// The claim (`PASSWORD_CLAIM_SIGNATURE`, Base64) that answers a challenge
    /// carrying `salt_hex` (`SALT`) and `b_hex` (`SRP_B`).
    ///
    /// # Errors
    /// Any [`Refusal`] but `WrongClaim`: the server's values are not sound and
    /// the sign-in must be given up.
    pub fn claim(
        &self,
        occasion: &Occasion<'_>,
        password: &str,
        salt_hex: &str,
        b_hex: &str,
    ) -> Result<String, Refusal> {
        let group = group()?;
        let b = group.public(b_hex)?;
        let u = scrambler(&self.public, &b)?;
        let salt = magnitude(salt_hex)?;
        let x = private_key(occasion.pool_id, occasion.user_id, password, &salt);
        // (B − k·g^x)^(a + u·x) as two powers, so that no wide exponent is needed.
        let k = group.form(&multiplier())?;
        let base = group.form(&b)?.sub(&k.mul(&group.generator_to(&x)));
        let shared = base
            .pow(&self.secret)
            .mul(&base.pow(&number(&u, 256)?).pow(&number(&x, 256)?));
        let signed = signature(&session_key(&bytes(&shared), &u)?, occasion)?;
        Ok(BASE64.encode(signed.finalize().into_bytes()))
    }
}

/// The side that knows the verifier only, after it has seen A.
pub struct Server {
    public: Vec<u8>,
    key: [u8; 16],
}

impl Server {
    /// Answers a client's A for an account with this [`verifier`], from 32
    /// bytes of good randomness: 256 bits are what RFC 5054 asks of b at least
    /// (section 2.5.3), and this group is worth half of them.
    ///
    /// # Errors
    /// `Unreadable`, `TooLarge` or `Zero` for an A that must not be answered.
    pub fn new(verifier: &[u8], a_hex: &str, random: &[u8; 32]) -> Result<Self, Refusal> {
        let group = group()?;
        let a = group.public(a_hex)?;
        let verifier = group.reduced(verifier)?;
        let k = group.form(&multiplier())?;
        let public = bytes(&k.mul(&verifier).add(&group.generator_to(random)));
        if public.iter().all(|byte| *byte == 0) {
            return Err(Refusal::Zero);
        }
        let u = scrambler(&a, &public)?;
        let shared = group
            .form(&a)?
            .mul(&verifier.pow(&number(&u, 256)?))
            .pow(&number(random, 256)?);
        let key = session_key(&bytes(&shared), &u)?;
        Ok(Self { public, key })
    }

    /// B, to be sent as `SRP_B`.
    pub fn public_hex(&self) -> String {
        hex_of(&self.public)
    }

    /// Whether `claim` (Base64) proves the password; in constant time.
    ///
    /// # Errors
    /// [`Refusal::WrongClaim`] if it does not, `Unreadable` if it is no claim.
    pub fn verify(&self, occasion: &Occasion<'_>, claim: &str) -> Result<(), Refusal> {
        let claim = BASE64.decode(claim).map_err(|_| Refusal::Unreadable)?;
        signature(&self.key, occasion)?
            .verify_slice(&claim)
            .map_err(|_| Refusal::WrongClaim)
    }
}

/// What a server keeps instead of the password: v, 384 bytes, big-endian.
///
/// # Errors
/// Only [`Refusal::Broken`].
pub fn verifier(pool_id: &str, user_id: &str, password: &str, salt: &[u8; 16]) -> Result<Vec<u8>, Refusal> {
    let x = private_key(pool_id, user_id, password, salt);
    Ok(bytes(&group()?.generator_to(&x)))
}

/// A salt from random bytes. Its first byte is never zero, because some
/// clients drop leading zeros before they hash and others do not.
pub fn salt(mut random: [u8; 16]) -> [u8; 16] {
    if random[0] == 0 {
        random[0] = 1;
    }
    random
}

/// `Sat Nov 7 09:05:00 UTC 2026`: English, the day of the month not padded.
pub fn timestamp(now: jiff::Timestamp) -> String {
    now.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%a %b %-d %H:%M:%S UTC %Y")
        .to_string()
}

/// k = H(pad(N) ‖ pad(g)).
fn multiplier() -> [u8; 32] {
    // The prime is a constant, so it always reads.
    let prime = magnitude(PRIME).unwrap_or_default();
    hash(&[&pad(&prime), &[2]])
}

/// u = H(pad(A) ‖ pad(B)); zero would take the password out of the key.
fn scrambler(a: &[u8], b: &[u8]) -> Result<[u8; 32], Refusal> {
    let u = hash(&[&pad(a), &pad(b)]);
    if u == [0; 32] {
        return Err(Refusal::Zero);
    }
    Ok(u)
}

/// x = H(pad(salt) ‖ H(pool name ‖ user ‖ ":" ‖ password)).
fn private_key(pool_id: &str, user_id: &str, password: &str, salt: &[u8]) -> [u8; 32] {
    let identity = hash(&[
        pool_name(pool_id).as_bytes(),
        user_id.as_bytes(),
        b":",
        password.as_bytes(),
    ]);
    hash(&[&pad(salt), &identity])
}

fn session_key(shared: &[u8], u: &[u8; 32]) -> Result<[u8; 16], Refusal> {
    let extracted = mac(&pad(u))?.chain_update(pad(shared)).finalize();
    let expanded = mac(&extracted.into_bytes())?
        .chain_update(b"Caldera Derived Key\x01")
        .finalize()
        .into_bytes();
    let mut key = [0; 16];
    key.copy_from_slice(&expanded[..16]);
    Ok(key)
}

fn signature(key: &[u8; 16], occasion: &Occasion<'_>) -> Result<Hmac<Sha256>, Refusal> {
    let block = BASE64.decode(occasion.secret_block).map_err(|_| Refusal::Unreadable)?;
    Ok(mac(key)?
        .chain_update(pool_name(occasion.pool_id).as_bytes())
        .chain_update(occasion.user_id.as_bytes())
        .chain_update(block)
        .chain_update(occasion.timestamp.as_bytes()))
}

fn pool_name(pool_id: &str) -> &str {
    pool_id.split_once('_').map_or(pool_id, |(_, name)| name)
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

fn mac(key: &[u8]) -> Result<Hmac<Sha256>, Refusal> {
    Hmac::<Sha256>::new_from_slice(key).map_err(|_| Refusal::Broken)
}

/// Java's `BigInteger.toByteArray()` of a non-negative number.
fn pad(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude.iter().position(|byte| *byte != 0);
    let digits = start.map_or(&[0][..], |start| &magnitude[start..]);
    let mut padded = Vec::with_capacity(digits.len() + 1);
    if digits[0] & 0x80 != 0 {
        padded.push(0);
    }
    padded.extend_from_slice(digits);
    padded
}

fn hex_of(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests;
