//! Public keys of passkeys: three algorithms, judged by ring.
//!
//! # Source
//! RFC 9053 (COSE algorithms), sections 2 and 7; RFC 8230 for RSA.

use ciborium::Value;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::Refused;

/// ES256, EdDSA and RS256, in the order we like them.
pub const ALGORITHMS: [i64; 3] = [-7, -8, -257];

/// A key that can judge signatures.
#[derive(Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// ECDSA on P-256 with SHA-256: the uncompressed point.
    Es256(Vec<u8>),
    /// Ed25519.
    EdDsa(Vec<u8>),
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256 {
        /// Modulus, big-endian.
        n: Vec<u8>,
        /// Exponent, big-endian.
        e: Vec<u8>,
    },
}

impl PublicKey {
    /// From a COSE key.
    pub fn read(cose: &[u8]) -> Result<Self, Refused> {
        let key: Value = ciborium::from_reader(cose).map_err(|_| Refused::Unreadable)?;
        let members = key.into_map().map_err(|_| Refused::Unreadable)?;
        let member = |label: i64| {
            let found = members.iter().find(|(name, _)| *name == Value::from(label));
            found.map(|(_, value)| value)
        };
        let number = |label| {
            member(label)
                .and_then(Value::as_integer)
                .and_then(|n| i64::try_from(n).ok())
        };
        let bytes = |label, length: Option<usize>| {
            let bytes = member(label).and_then(Value::as_bytes).cloned();
            bytes
                .filter(|bytes| length.is_none_or(|length| bytes.len() == length))
                .ok_or(Refused::Unsupported)
        };
        match (number(1), number(3), number(-1)) {
            (Some(2), Some(-7), Some(1)) => {
                let point = [vec![4], bytes(-2, Some(32))?, bytes(-3, Some(32))?];
                Ok(Self::Es256(point.concat()))
            }
            (Some(1), Some(-8), Some(6)) => Ok(Self::EdDsa(bytes(-2, Some(32))?)),
            (Some(3), Some(-257), _) => {
                let (n, e) = (bytes(-1, None)?, bytes(-2, None)?);
                if !(256..=1024).contains(&n.len()) {
                    return Err(Refused::Unsupported);
                }
                Ok(Self::Rs256 { n, e })
            }
            _ => Err(Refused::Unsupported),
        }
    }

    /// Whether this key signed.
    pub fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Refused> {
        let verified = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature),
            Self::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
        };
        verified.map_err(|_| Refused::Unsigned)
    }
}

#[cfg(test)]
mod tests {
    use ring::{
        rand::SystemRandom,
        signature::{Ed25519KeyPair, KeyPair},
    };

    use super::*;

    fn cose(members: Vec<(i64, Value)>) -> Vec<u8> {
        let members = members.into_iter().map(|(label, value)| (Value::from(label), value));
        let mut written = Vec::new();
        ciborium::into_writer(&Value::Map(members.collect()), &mut written).unwrap();
        written
    }

    #[test]
    fn an_ed25519_key_judges_its_signatures() {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let x = Value::from(pair.public_key().as_ref().to_vec());
        let key = cose(vec![(1, 1.into()), (3, Value::from(-8)), (-1, 6.into()), (-2, x)]);
        let key = PublicKey::read(&key).unwrap();
        let signature = pair.sign(b"signed");
        assert_eq!(key.verify(b"signed", signature.as_ref()), Ok(()));
        assert_eq!(key.verify(b"other", signature.as_ref()), Err(Refused::Unsigned));
    }

    #[test]
    fn keys_that_were_not_asked_for_are_refused() {
        let short = Value::from(vec![1_u8; 31]);
        for (key, refused) in [
            (b"no cbor".to_vec(), Refused::Unreadable),
            (
                cose(vec![(1, 2.into()), (3, Value::from(-35)), (-1, 2.into())]),
                Refused::Unsupported,
            ),
            (
                cose(vec![
                    (1, 1.into()),
                    (3, Value::from(-8)),
                    (-1, 6.into()),
                    (-2, short.clone()),
                ]),
                Refused::Unsupported,
            ),
            (
                cose(vec![
                    (1, 3.into()),
                    (3, Value::from(-257)),
                    (-1, short.clone()),
                    (-2, short),
                ]),
                Refused::Unsupported,
            ),
        ] {
            assert_eq!(PublicKey::read(&key), Err(refused));
        }
    }
}
