//! Randomness as a parameter, and what is made of it.
//!
//! Everything drawn here is unguessable when the source is; nothing here is
//! derived from names or times.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// A source of unguessable bytes.
pub trait Random: Send + Sync {
    /// Fills `into`, or says that it could not.
    fn fill(&self, into: &mut [u8]) -> bool;
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, into: &mut [u8]) -> bool {
        getrandom::fill(into).is_ok()
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> Option<[u8; N]> {
    let mut drawn = [0; N];
    random.fill(&mut drawn).then_some(drawn)
}

/// A random id of version 4.
pub fn uuid(random: &dyn Random) -> Option<String> {
    Some(uuid::Builder::from_random_bytes(bytes(random)?).into_uuid().to_string())
}

/// An opaque token of 64 random bytes, safe in a URL; it holds no dot, so it
/// never looks like a signed token.
pub fn opaque(random: &dyn Random) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(bytes::<64>(random)?))
}

/// `length` characters of `alphabet`, each equally likely.
pub fn word(random: &dyn Random, alphabet: &[u8], length: usize) -> Option<String> {
    let fair = 256 - 256 % alphabet.len().max(1);
    let mut word = String::with_capacity(length);
    while word.len() < length {
        for byte in bytes::<64>(random)? {
            if usize::from(byte) < fair && word.len() < length {
                word.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
            }
        }
    }
    Some(word)
}
