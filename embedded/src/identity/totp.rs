//! Time-based codes, six digits that change every thirty seconds, and the
//! recovery codes that stand in for them.
//!
//! Which codes were used is kept by the store; here is arithmetic only.
//!
//! # Source
//! RFC 6238 (TOTP, SHA-1, step 30 s) over RFC 4226, section 5.3 (dynamic
//! truncation).

use data_encoding::BASE32_NOPAD;
use hmac::Mac;
use ring::hmac as tag;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{Pool, random};

/// Seconds.
const STEP: i64 = 30;
/// Bytes; what RFC 4226 recommends.
pub const SECRET_LENGTH: usize = 20;
/// Recovery codes of one set.
pub const RECOVERY_CODES: usize = 10;
/// Letters and digits that nobody mistakes for others.
const RECOVERY_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// The secret as authenticators take it.
pub fn base32(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// Whether this looks like a time-based code at all.
pub fn is_code(entered: &str) -> bool {
    entered.len() == 6 && entered.bytes().all(|digit| digit.is_ascii_digit())
}

/// The step whose code this is: the current one, or the one before or after
/// for clocks that are off. Every step is compared, in constant time.
pub fn matching_step(secret: &[u8], entered: &str, now: i64) -> Option<i64> {
    let current = now.div_euclid(STEP);
    let mut found = i64::MIN;
    for step in [current + 1, current - 1, current] {
        let is_it: Choice = code_of(secret, step).as_bytes().ct_eq(entered.as_bytes());
        found.conditional_assign(&step, is_it);
    }
    (found != i64::MIN).then_some(found)
}

/// The six digits of a step.
pub fn code_of(secret: &[u8], step: i64) -> String {
    let key = tag::Key::new(tag::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let hash = tag::sign(&key, &step.to_be_bytes());
    let hash = hash.as_ref();
    let at = usize::from(hash[hash.len() - 1] & 0x0f);
    let word = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// Ten fresh recovery codes, as people see them: `ABCDE-23456`, 50 bits each.
pub fn recovery_codes(pool: &Pool) -> Option<Vec<String>> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let code = random::word(&*pool.ports.random, RECOVERY_ALPHABET, 10)?;
            Some(format!("{}-{}", &code[..5], &code[5..]))
        })
        .collect()
}

/// What is kept of a recovery code, however it was typed.
pub fn recovery_digest(pool: &Pool, sub: &str, entered: &str) -> [u8; 32] {
    let letters = entered.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    let mac = pool.keyed("recovery code").chain_update(sub).chain_update(b"\0");
    mac.chain_update(plain).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits of its SHA-1 column.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of(secret, at / 30), code);
            assert_eq!(matching_step(secret, code, at), Some(at / 30));
            assert_eq!(matching_step(secret, code, at + 30), Some(at / 30));
            assert_eq!(matching_step(secret, code, at - 30), Some(at / 30));
            assert_eq!(matching_step(secret, code, at + 60), None);
        }
    }
}
