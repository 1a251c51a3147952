//! The binary and JSON parts of an authenticator's answer, read strictly.
//!
//! # Source
//! Web Authentication Level 3, sections 5.8.1 (client data), 6.1 (authenticator
//! data) and 6.5.4 (attestation object).

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use ciborium::Value;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Refused;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
const EXTENDED: u8 = 0x80;

/// What the browser was asked to do.
#[derive(Clone, Copy)]
pub enum Ceremony {
    /// `navigator.credentials.create`
    Create,
    /// `navigator.credentials.get`
    Get,
}

/// What the authenticator says of itself and of what it did.
pub struct AuthenticatorData {
    /// Zero where it does not count.
    pub sign_count: u32,
    /// A new credential, if one was made.
    pub attested: Option<New>,
}

/// A credential that was just made.
pub struct New {
    /// Its id.
    pub id: Vec<u8>,
    /// Its public key, COSE.
    pub key: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// With or without padding.
pub fn base64url(text: &str) -> Result<Vec<u8>, Refused> {
    BASE64URL.decode(text).map_err(|_| Refused::Unreadable)
}

/// Whether a page of ours asked for just this.
pub fn client_data(json: &[u8], ceremony: Ceremony, challenge: &[u8], origins: &[String]) -> Result<(), Refused> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| Refused::Unreadable)?;
    let kind = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if data.kind != kind {
        return Err(Refused::Unreadable);
    }
    if !bool::from(base64url(&data.challenge)?.ct_eq(challenge)) {
        return Err(Refused::OtherChallenge);
    }
    if data.cross_origin || !origins.contains(&data.origin) {
        return Err(Refused::ForeignOrigin);
    }
    Ok(())
}

/// The authenticator data of an attestation object; the statement beside it is
/// not looked at.
pub fn attested(object: &[u8]) -> Result<Vec<u8>, Refused> {
    let object: Value = ciborium::from_reader(object).map_err(|_| Refused::Unreadable)?;
    let members = object.into_map().map_err(|_| Refused::Unreadable)?;
    let data = members.into_iter().find(|(name, _)| name.as_text() == Some("authData"));
    let (_, data) = data.ok_or(Refused::Unreadable)?;
    data.into_bytes().map_err(|_| Refused::Unreadable)
}

/// Reads authenticator data that must be for this relying party, with the
/// person present and verified.
pub fn authenticator_data(data: &[u8], party: &str) -> Result<AuthenticatorData, Refused> {
    let (hash, rest) = data.split_first_chunk::<32>().ok_or(Refused::Unreadable)?;
    let ([flags], rest) = rest.split_first_chunk::<1>().ok_or(Refused::Unreadable)?;
    let (count, rest) = rest.split_first_chunk::<4>().ok_or(Refused::Unreadable)?;
    if !bool::from(hash.ct_eq(Sha256::digest(party).as_slice())) {
        return Err(Refused::ForeignParty);
    }
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err(Refused::Unsupported);
    }
    let (attested, rest) = if flags & ATTESTED == 0 {
        (None, rest)
    } else {
        let (new, rest) = new(rest)?;
        (Some(new), rest)
    };
    let rest = if flags & EXTENDED == 0 { rest } else { item(rest)?.1 };
    if !rest.is_empty() {
        return Err(Refused::Unreadable);
    }
    Ok(AuthenticatorData {
        sign_count: u32::from_be_bytes(*count),
        attested,
    })
}

fn new(data: &[u8]) -> Result<(New, &[u8]), Refused> {
    let (_maker, rest) = data.split_first_chunk::<16>().ok_or(Refused::Unreadable)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(Refused::Unreadable)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).ok_or(Refused::Unreadable)?;
    let (key, rest) = item(rest)?;
    let new = New {
        id: id.to_owned(),
        key: key.to_owned(),
    };
    Ok((new, rest))
}

/// Splits one CBOR item off.
fn item(data: &[u8]) -> Result<(&[u8], &[u8]), Refused> {
    let mut rest = data;
    let _: Value = ciborium::from_reader(&mut rest).map_err(|_| Refused::Unreadable)?;
    Ok(data.split_at(data.len() - rest.len()))
}
