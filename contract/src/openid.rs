//! What makes an OpenID Connect provider's word good: its discovery document,
//! its keys, and the id tokens it signs.
//!
//! Core, which signs in by such tokens, and whoever is shown them judge by
//! these same functions. Nothing is fetched here, and there is no clock.
//!
//! # Source
//! OpenID Connect Core 1.0, section 3.1.3.7; Discovery 1.0, section 4.3; RFC 7515.

mod discovery;
mod id_token;
mod key_set;

pub use discovery::{Discovery, NoProvider, is_safe};
pub use id_token::{Claims, Expected, Untrusted, id_token, issuer_of};
pub use key_set::KeySet;

use sha2::{Digest, Sha256};

use crate::ids::PersonId;

/// Who a provider's subject is here: the same person at every cloud that takes
/// this issuer, and nobody else's. (A user pool's subjects are ids already.)
#[must_use]
pub fn person_of(issuer: &str, subject: &str) -> PersonId {
    let digest = Sha256::new()
        .chain_update(issuer)
        .chain_update([0])
        .chain_update(subject)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    PersonId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_person_at_its_issuer_only() {
        let person = person_of("https://id.example.org", "ana");
        assert_eq!(person, person_of("https://id.example.org", "ana"));
        assert_ne!(person, person_of("https://id.example.org", "bob"));
        assert_ne!(person, person_of("https://id.example.com", "ana"));
        assert_ne!(
            person_of("https://id.example.org", "/ana"),
            person_of("https://id.example.org/", "ana")
        );
        assert_eq!(person.0.get_version_num(), 8);
    }
}
