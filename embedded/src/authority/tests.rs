//! The authority from outside: what it keeps, and what it signs.

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::*;

fn opened(folder: &Path) -> Authority {
    Authority::open(
        folder,
        "2026-11-21T18:00:00Z".parse().unwrap(),
        &["hearth.local".to_owned()],
    )
    .unwrap()
}

fn request(params: CertificateParams) -> String {
    params
        .serialize_request(&KeyPair::generate().unwrap())
        .unwrap()
        .pem()
        .unwrap()
}

#[test]
fn the_authority_is_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(folder.path());
    let again = opened(folder.path());
    assert_eq!(first.ca_pem(), again.ca_pem());
    assert_eq!(first.claim_certificate(), again.claim_certificate());
    assert_eq!(first.claim_id(), again.claim_id());
}

#[cfg(unix)]
#[test]
fn keys_are_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    opened(folder.path());
    for name in ["ca.key", "claim.key"] {
        let mode = std::fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_request_gets_only_a_client_certificate_whatever_it_asks() {
    let folder = tempfile::tempdir().unwrap();
    let authority = opened(folder.path());
    let mut greedy = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    greedy.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issued = authority
        .sign_csr(&request(greedy), "2026-11-21T18:00:00Z".parse().unwrap())
        .unwrap();
    let der = der_of(&issued.pem).unwrap();
    let (_, parsed) = X509Certificate::from_der(&der).unwrap();
    assert!(!parsed.is_ca());
    assert!(parsed.subject_alternative_name().unwrap().is_none());
    assert_eq!(issued.id, certificate_id(&der));
}

#[test]
fn what_is_no_request_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let authority = opened(folder.path());
    for text in [
        "",
        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
    ] {
        let refused = authority.sign_csr(text, Timestamp::UNIX_EPOCH);
        assert_eq!(refused.unwrap_err(), BadRequest::Unreadable, "{text}");
    }
}
