//! The JSON of fleet provisioning: requests, answers, refusals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Asks for a certificate for a key of one's own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// PEM.
    pub certificate_signing_request: String,
}

/// The certificate, still nobody's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// SHA-256 of its DER.
    pub certificate_id: String,
    /// PEM.
    pub certificate_pem: String,
    /// Its key, PEM, where the device asked for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<String>,
    /// To be shown when provisioning, within the hour, once.
    pub certificate_ownership_token: String,
}

/// Asks to be provisioned.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provision {
    /// From [`Created`].
    pub certificate_ownership_token: String,
    /// Text by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

/// The same request, read for what it says of the device.
pub type Asked = Provision;

/// The device is registered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Provisioned {
    /// Its thing, and its client id from now on.
    pub thing_name: String,
    /// Nothing yet.
    pub device_configuration: Empty,
}

/// `{}`
#[derive(Deserialize, Serialize)]
pub struct Empty {}

/// Why a request was refused, with AWS's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not the JSON it should be.
    InvalidPayload(&'static str),
    /// A parameter is missing or can't be what it should.
    InvalidParameters(&'static str),
    /// The token is unknown, used or older than an hour.
    InvalidCertificateOwnershipToken,
    /// May not be.
    AccessDenied(&'static str),
    /// The cloud did not decide.
    InvocationError,
    /// Too many wait already.
    Throttling,
    /// Ours.
    InternalFailure,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rejected<'a> {
    status_code: u16,
    error_code: &'a str,
    error_message: String,
}

impl Refusal {
    /// AWS's `errorCode`.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidPayload(_) => "InvalidPayload",
            Self::InvalidParameters(_) => "InvalidParameters",
            Self::InvalidCertificateOwnershipToken => "InvalidCertificateOwnershipToken",
            Self::AccessDenied(_) => "AccessDenied",
            Self::InvocationError => "InvocationError",
            Self::Throttling => "Throttling",
            Self::InternalFailure => "InternalFailure",
        }
    }

    fn status(self) -> u16 {
        match self {
            Self::AccessDenied(_) => 403,
            Self::Throttling => 429,
            Self::InternalFailure => 500,
            _ => 400,
        }
    }

    fn message(self) -> String {
        match self {
            Self::InvalidPayload(what) | Self::AccessDenied(what) => what.to_owned(),
            Self::InvalidParameters(name) => format!("Cannot resolve reference value: {name}"),
            Self::InvalidCertificateOwnershipToken => "The ownership token is unknown, used or expired".to_owned(),
            Self::InvocationError => "The provisioning hook did not answer".to_owned(),
            Self::Throttling => "Too many certificates wait for their owner".to_owned(),
            Self::InternalFailure => "Internal failure".to_owned(),
        }
    }

    /// The payload of `/rejected`.
    pub fn json(self) -> Vec<u8> {
        let rejected = Rejected {
            status_code: self.status(),
            error_code: self.code(),
            error_message: self.message(),
        };
        serde_json::to_vec(&rejected).unwrap_or_default()
    }
}

/// Reads a request.
pub fn read<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(payload).map_err(|_| Refusal::InvalidPayload("The payload is not the JSON it should be"))
}

/// Writes an answer.
pub fn written<T: Serialize>(answer: &T) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|_| Refusal::InternalFailure)
}
