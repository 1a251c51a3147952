//! What software a device runs, and how another comes to it.
//!
//! The maker signs a [`Release`]; a job brings it to a device, with where its
//! file lies. The signature covers what the release is for, so that nobody can
//! give a fridge a microwave's, or an old one for a new one. The file is known by its
//! digest, so that it may lie anywhere.
//!
//! ```json
//! {"operation": "update", "url": "https://…", "signature": "base64…",
//!  "release": {"hardware": "fridge", "version": "1.4.0", "size": 18222, "sha256": "9f86…"}}
//! {"operation": "rotate_certificate"}
//! ```
//!
//! What became of it the device says in the job's `statusDetails`: `step` while
//! it goes on, `why` where it does not.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::device::Hardware;

/// The largest file of a release, bytes: 256 MiB.
pub const LARGEST: u64 = 256 << 20;

/// A version, `1.4.0`; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version(pub u16, pub u16, pub u16);

/// A text that is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoVersion;

impl fmt::Display for NoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version is three numbers, like 1.4.0")
    }
}

impl std::error::Error for NoVersion {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Version {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let mut numbers = text.split('.').map(|number| number.parse().map_err(|_| NoVersion));
        let mut next = || numbers.next().unwrap_or(Err(NoVersion));
        let version = Self(next()?, next()?, next()?);
        // One way to write it only: no signs, no leading zeros, nothing behind.
        (version.to_string() == text).then_some(version).ok_or(NoVersion)
    }
}

impl TryFrom<String> for Version {
    type Error = NoVersion;

    fn try_from(text: String) -> Result<Self, NoVersion> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

/// A release as its maker signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// What it is for.
    pub hardware: Hardware,
    /// Which it is.
    pub version: Version,
    /// Bytes of its file.
    pub size: u64,
    /// SHA-256 of its file, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl Release {
    /// The bytes that are signed, with Ed25519 (RFC 8032): one line each, so that
    /// a maker can sign with common tools.
    #[must_use]
    pub fn statement(&self) -> Vec<u8> {
        let (hardware, version) = (self.hardware.code(), self.version);
        format!(
            "hearth release\n{hardware}\n{version}\n{}\n{}\n",
            self.size, self.sha256
        )
        .into_bytes()
    }
}

/// A release, and where to get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which.
    pub release: Release,
    /// The maker's signature of [`Release::statement`], base64.
    pub signature: String,
    /// Where its file lies.
    pub url: String,
}

/// What a device is told to do when it can: the document of its job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Errand {
    /// To run a release.
    Update(Offer),
    /// To get another certificate, for another key.
    RotateCertificate,
    /// Something that an older device does not know.
    #[serde(other)]
    Unknown,
}

/// Why a device does not do what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It knows no such errand.
    UnknownOperation,
    /// It takes no software from outside.
    NotSupported,
    /// The signature is not the maker's.
    Signature,
    /// The release is for other hardware.
    Hardware,
    /// What it runs is newer.
    NotNewer,
    /// Its disk is too small for it.
    TooLarge,
    /// The file could not be fetched.
    Download,
    /// The file is not the one that was signed.
    Digest,
    /// Its disk did not take it.
    Disk,
    /// The new software or certificate did not reach the cloud, so the former one is back.
    Unreachable,
    /// The cloud gave no other certificate.
    Refused,
    /// A newer device's reason.
    #[serde(other)]
    Unknown,
}

impl Why {
    /// Whether the device tried, and it went wrong; `false`: it did not even try.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(
            self,
            Self::Download | Self::Digest | Self::Disk | Self::Unreachable | Self::Refused
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_are_in_order_and_have_one_spelling() {
        let read = |text: &str| text.parse::<Version>();
        assert!(read("1.10.0").unwrap() > read("1.9.7").unwrap());
        assert_eq!(read("0.1.0").unwrap().to_string(), "0.1.0");
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "+1.2.3",
            "1.2.70000",
            "1.2.x",
            "1.2.3 ",
        ] {
            assert_eq!(read(text), Err(NoVersion), "{text}");
        }
    }

    #[test]
    fn an_errand_is_read_and_a_newer_one_is_known_as_such() {
        let document = json!({
            "operation": "update", "url": "https://example.org/fridge", "signature": "c2ln",
            "release": { "hardware": "fridge", "version": "1.4.0", "size": 9, "sha256": "9f" },
        });
        let read: Errand = serde_json::from_value(document).unwrap();
        let Errand::Update(offer) = read else {
            panic!("an update")
        };
        assert_eq!(offer.release.statement(), b"hearth release\nFR\n1.4.0\n9\n9f\n");
        let newer: Errand = serde_json::from_value(json!({ "operation": "defrost", "hard": true })).unwrap();
        assert_eq!(newer, Errand::Unknown);
        let rotate: Errand = serde_json::from_value(json!({ "operation": "rotate_certificate" })).unwrap();
        assert_eq!(rotate, Errand::RotateCertificate);
    }
}
