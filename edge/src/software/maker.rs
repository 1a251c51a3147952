//! The maker of devices and of their software, by the key with which it signs.

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::signature::{ED25519, UnparsedPublicKey};
use rustls_pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};

use crate::fault::Fault;

/// What stands before an Ed25519 key's 32 bytes in its DER (RFC 8410, 4).
const ED25519_KEY: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const KEY_BYTES: usize = 32;

/// The maker's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker([u8; KEY_BYTES]);

impl Maker {
    /// Reads a public key (PEM, Ed25519).
    ///
    /// # Errors
    /// It is none.
    pub fn read(pem: &str) -> Result<Self, Fault> {
        let key = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).map_err(|_| Fault::Pem("software key"))?;
        let bytes = key.strip_prefix(&ED25519_KEY).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(Fault::Pem("software key"))
    }

    /// Whether this is the maker's signature (base64) of this.
    #[must_use]
    pub fn signed(&self, statement: &[u8], signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.0);
        BASE64_STANDARD
            .decode(signature.trim_end())
            .is_ok_and(|signature| key.verify(statement, &signature).is_ok())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use hearth_contract::{
        device::Hardware,
        software::{Release, Version},
    };
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    /// A maker and its signature of a release.
    pub fn signs(release: &Release) -> (Maker, String) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let maker = Maker(pair.public_key().as_ref().try_into().unwrap());
        (maker, BASE64_STANDARD.encode(pair.sign(&release.statement())))
    }

    pub fn release() -> Release {
        Release {
            hardware: Hardware::Fridge,
            version: Version(1, 4, 0),
            size: 9,
            sha256: "9f".repeat(32),
        }
    }

    #[test]
    fn nothing_of_a_release_can_be_changed_once_it_is_signed() {
        let one = release();
        let (maker, signature) = signs(&one);
        assert!(maker.signed(&one.statement(), &signature));
        let others = [
            Release {
                hardware: Hardware::Microwave,
                ..one.clone()
            },
            Release {
                version: Version(1, 4, 1),
                ..one.clone()
            },
            Release {
                size: 10,
                ..one.clone()
            },
            Release {
                sha256: "9e".repeat(32),
                ..one.clone()
            },
        ];
        for other in others {
            assert!(!maker.signed(&other.statement(), &signature), "{other:?}");
        }
        for nonsense in ["", "=", "c2ln", &signature[1..]] {
            assert!(!maker.signed(&one.statement(), nonsense), "{nonsense}");
        }
    }

    /// The public key of RFC 8410, 10.1.
    const KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----\n";

    #[test]
    fn what_openssl_signs_is_signed() {
        // By `openssl pkeyutl -sign -rawin` of OpenSSL 3.0.19, with the private key of RFC 8410, 10.3.
        let signature = "4tewX99qIY7J9F7aBBcwvClbSzH/G/aRljUYPQThztnw5rNj5iIhvSy6w8lfQFisRP1X8Shw/8aRBGvDKlCIBQ==";
        assert!(Maker::read(KEY).unwrap().signed(&release().statement(), signature));
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        assert!(Maker::read("").is_err());
        let p256 = rcgen::KeyPair::generate().unwrap().public_key_pem();
        assert!(Maker::read(&p256).is_err());
    }
}
