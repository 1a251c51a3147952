//! A maker of software for devices: its key, what it signs, and programs to release.

use std::path::Path;

use anyhow::{Result, anyhow};
use data_encoding::BASE64;
use hearth_contract::{
    device::Hardware,
    software::{Errand, Offer, Release, Version},
};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};

/// What stands before an Ed25519 key's bytes in its DER (RFC 8410, 4).
const ED25519_KEY: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A maker with its key.
pub struct Maker(Ed25519KeyPair);

impl Maker {
    /// One that has just begun.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn new() -> Result<Self> {
        let no_key = |_| anyhow!("no key");
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(no_key)?;
        Ok(Self(
            Ed25519KeyPair::from_pkcs8(pair.as_ref()).map_err(|_| anyhow!("no key"))?,
        ))
    }

    /// Its public key, PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        let der = [&ED25519_KEY, self.0.public_key().as_ref()].concat();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            BASE64.encode(&der)
        )
    }

    /// To bring this program, which lies there, to fridges.
    #[must_use]
    pub fn releases(&self, program: &str, version: Version, url: &str) -> Errand {
        let release = Release {
            hardware: Hardware::Fridge,
            version,
            size: program.len() as u64,
            sha256: hex::encode(digest(&SHA256, program.as_bytes())),
        };
        Errand::Update(Offer {
            signature: BASE64.encode(self.0.sign(&release.statement()).as_ref()),
            release,
            url: url.to_owned(),
        })
    }
}

/// A program that is a fridge: the one that is tested, by another name.
#[must_use]
pub fn good(edge: &Path) -> String {
    format!("#!/bin/sh\nexec {} \"$@\"\n", edge.display())
}

/// A program that never reaches anybody.
#[must_use]
pub fn hangs() -> String {
    "#!/bin/sh\nexec sleep 3600\n".to_owned()
}
