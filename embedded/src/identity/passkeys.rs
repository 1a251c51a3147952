//! Passkeys: what an authenticator must answer to register one and to sign in
//! by one.
//!
//! Arithmetic and parsing only: challenges are kept by whoever asks, passkeys
//! by the store. Attestation is neither asked for nor judged: which maker made
//! an authenticator is nothing a family decides on.
//!
//! # Source
//! Web Authentication Level 3, sections 7.1 (registering) and 7.2 (verifying
//! an assertion).

mod key;
mod parts;

use serde::Deserialize;
use sha2::{Digest, Sha256};

pub use key::{ALGORITHMS, PublicKey};
use parts::{Ceremony, base64url};

/// Bytes of a challenge.
pub const CHALLENGE: usize = 32;
/// Longest id of a credential, by the standard.
const LONGEST_ID: usize = 1023;

/// For whom passkeys are made, and where they may be used.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    /// The host of the home's public name.
    pub id: String,
    origins: Vec<String>,
}

impl RelyingParty {
    /// From the home's public address, and further origins of its pages.
    /// `None` where the address is no name: passkeys need one.
    pub fn of(public_url: &str, further: &[String]) -> Option<Self> {
        let (scheme, rest) = public_url.split_once("://")?;
        let authority = rest.split('/').next()?;
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let is_name = !host.is_empty() && !host.starts_with('[') && host.parse::<std::net::IpAddr>().is_err();
        let mut origins = vec![format!("{scheme}://{authority}")];
        origins.extend_from_slice(further);
        is_name.then(|| Self {
            id: host.to_owned(),
            origins,
        })
    }
}

/// Why an answer was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not the shape of an answer.
    Unreadable,
    /// To another challenge.
    OtherChallenge,
    /// From a page on another origin.
    ForeignOrigin,
    /// Made for another relying party.
    ForeignParty,
    /// A key or an authenticator that cannot be used here: an algorithm that
    /// was not asked for, or nobody was verified.
    Unsupported,
    /// Not signed by the passkey.
    Unsigned,
}

/// `RegistrationResponseJSON`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: AttestationResponse,
    #[serde(default)]
    authenticator_attachment: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

/// `AuthenticationResponseJSON`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assertion {
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: AssertionResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

/// A passkey that was registered.
pub struct Registered {
    /// The id of the credential.
    pub id: Vec<u8>,
    /// Its public key, as the authenticator wrote it (COSE).
    pub key: Vec<u8>,
    /// Zero where the authenticator does not count.
    pub sign_count: u32,
    /// `platform`, `cross-platform`, or nothing.
    pub attachment: String,
    /// `internal`, `usb`, …
    pub transports: Vec<String>,
}

impl Registration {
    /// What was registered, if all of it is in order.
    pub fn judge(self, party: &RelyingParty, challenge: &[u8]) -> Result<Registered, Refused> {
        let client_data = base64url(&self.response.client_data)?;
        parts::client_data(&client_data, Ceremony::Create, challenge, &party.origins)?;
        let data = parts::attested(&base64url(&self.response.attestation_object)?)?;
        let data = parts::authenticator_data(&data, &party.id)?;
        let new = data.attested.ok_or(Refused::Unreadable)?;
        if self.kind != "public-key" || new.id != base64url(&self.raw_id)? || new.id.len() > LONGEST_ID {
            return Err(Refused::Unreadable);
        }
        PublicKey::read(&new.key)?;
        let known = |word: &String| word.len() <= 20 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        Ok(Registered {
            id: new.id,
            key: new.key,
            sign_count: data.sign_count,
            attachment: self.authenticator_attachment.filter(known).unwrap_or_default(),
            transports: self.response.transports.into_iter().filter(known).take(8).collect(),
        })
    }
}

impl Assertion {
    /// The id of the passkey it claims to be signed by.
    pub fn id(&self) -> Result<Vec<u8>, Refused> {
        base64url(&self.raw_id)
    }

    /// Whether the authenticator says that it is of this person, or does not
    /// say.
    pub fn is_of(&self, sub: &str) -> bool {
        let handle = self.response.user_handle.as_deref().filter(|handle| !handle.is_empty());
        handle.is_none_or(|handle| base64url(handle).is_ok_and(|handle| handle == sub.as_bytes()))
    }

    /// The authenticator's new count, if the passkey of this key (COSE) signed.
    pub fn judge(&self, party: &RelyingParty, challenge: &[u8], key: &[u8]) -> Result<u32, Refused> {
        let client_data = base64url(&self.response.client_data)?;
        parts::client_data(&client_data, Ceremony::Get, challenge, &party.origins)?;
        let raw = base64url(&self.response.authenticator_data)?;
        let data = parts::authenticator_data(&raw, &party.id)?;
        if self.kind != "public-key" {
            return Err(Refused::Unreadable);
        }
        let mut signed = raw;
        signed.extend_from_slice(&Sha256::digest(&client_data));
        let signature = base64url(&self.response.signature)?;
        PublicKey::read(key)?.verify(&signed, &signature)?;
        Ok(data.sign_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_can_be_a_relying_party() {
        let of = |url: &str| RelyingParty::of(url, &[]).map(|party| (party.id, party.origins));
        let local = of("http://localhost:8420/local-1_Pool").unwrap();
        assert_eq!(local, ("localhost".into(), vec!["http://localhost:8420".into()]));
        let named = of("https://home.example").unwrap();
        assert_eq!(named, ("home.example".into(), vec!["https://home.example".into()]));
        for address in ["http://127.0.0.1:8420", "https://[::1]:8420/x", "home"] {
            assert!(of(address).is_none(), "{address}");
        }
    }
}
