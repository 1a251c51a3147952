//! The home's own certificate authority, kept in a folder.
//!
//! It vouches for three kinds of certificates: the server's (made anew at each
//! start), the one claim certificate the maker's devices leave the factory
//! with, and the devices' own, whose keys it never sees. All keys are ECDSA on
//! P-256. It deliberately keeps no list of what it signed: which certificate
//! may do what is for the registry of things to say.

mod folder;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::{RootCertStore, ServerConfig, server::WebPkiClientVerifier};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};

/// Years the authority itself is good for.
const AUTHORITY_YEARS: i16 = 30;
/// Years a device's or the claim certificate is good for.
const DEVICE_YEARS: i16 = 20;
/// Years a server certificate is good for; every start makes a new one.
const SERVER_YEARS: i16 = 2;
/// Organisational unit that marks the claim certificate to whoever reads it.
const CLAIM_UNIT: &str = "claim";

/// Why the authority could not be opened or could not sign.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityFailed {
    /// The folder or a file in it.
    #[error("the authority's folder: {0}")]
    Folder(#[from] std::io::Error),
    /// A key or certificate in the folder is not what it should be.
    #[error("the authority's keys: {0}")]
    Keys(#[from] rcgen::Error),
    /// A certificate could not be made ready for TLS.
    #[error("the authority's certificates for TLS: {0}")]
    Tls(String),
}

/// Why a signing request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// Not a signing request, or its signature is not its key's.
    #[error("not a valid certificate signing request")]
    Unreadable,
    /// The authority's own key failed it.
    #[error("the certificate could not be signed")]
    Unsigned,
}

/// A certificate the authority signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// SHA-256 of the DER, 64 hexadecimal letters: how AWS IoT names certificates.
    pub id: String,
    /// The certificate, PEM.
    pub pem: String,
}

/// The authority; see the module.
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
    claim: folder::Pair,
    claim_id: String,
    server_chain: Vec<CertificateDer<'static>>,
    server_key: Vec<u8>,
}

/// A new key and a signing request for it, PEM: for a device that makes none.
///
/// # Errors
/// [`BadRequest`]: the system has no randomness.
pub fn new_key() -> Result<(String, String), BadRequest> {
    let key = KeyPair::generate().map_err(|_| BadRequest::Unsigned)?;
    let csr = CertificateParams::default()
        .serialize_request(&key)
        .and_then(|csr| csr.pem())
        .map_err(|_| BadRequest::Unsigned)?;
    Ok((key.serialize_pem(), csr))
}

impl Authority {
    /// Opens the authority in `folder`, or makes it. `real_now` begins the
    /// validity of what is made. The server certificate names `localhost`,
    /// the loopback addresses, and `host_names`.
    ///
    /// # Errors
    /// [`AuthorityFailed`]; the caller should not start without it.
    pub fn open(folder: &Path, real_now: Timestamp, host_names: &[String]) -> Result<Self, AuthorityFailed> {
        folder::private(folder)?;
        let own = folder::kept_or(folder, "ca", || make_authority(real_now))?;
        let issuer = Issuer::from_ca_cert_pem(&own.cert_pem, KeyPair::from_pem(&own.key_pem)?)?;
        let claim = folder::kept_or(folder, "claim", || make_claim(&issuer, real_now))?;
        let claim_id = certificate_id(&der_of(&claim.cert_pem)?);
        let key = KeyPair::generate()?;
        let server = server_params(real_now, host_names)?.signed_by(&key, &issuer)?;
        Ok(Self {
            server_chain: vec![server.der().clone(), der_of(&own.cert_pem)?],
            server_key: key.serialize_der(),
            pem: own.cert_pem,
            issuer,
            claim,
            claim_id,
        })
    }

    /// The authority's certificate, PEM: what devices and apps trust.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.pem
    }

    /// The maker's preset claim certificate and its key, PEM.
    #[must_use]
    pub fn claim_certificate(&self) -> (&str, &str) {
        (&self.claim.cert_pem, &self.claim.key_pem)
    }

    /// The id of the claim certificate.
    #[must_use]
    pub fn claim_id(&self) -> &str {
        &self.claim_id
    }

    /// Signs a device's request (PEM). Only its key is taken from it: names and
    /// powers the request asks for are ignored.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn sign_csr(&self, csr_pem: &str, real_now: Timestamp) -> Result<Issued, BadRequest> {
        let asked = CertificateSigningRequestParams::from_pem(csr_pem).map_err(|_| BadRequest::Unreadable)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = name("Hearth device", None);
        for_clients(&mut params, real_now);
        let signed = params
            .signed_by(&asked.public_key, &self.issuer)
            .map_err(|_| BadRequest::Unsigned)?;
        Ok(Issued {
            id: certificate_id(signed.der()),
            pem: signed.pem(),
        })
    }

    /// TLS for a server that knows its clients by certificates of this authority.
    ///
    /// # Errors
    /// [`AuthorityFailed::Tls`].
    pub fn mutual_tls(&self, protocols: &[&[u8]]) -> Result<Arc<ServerConfig>, AuthorityFailed> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(der_of(&self.pem)?).map_err(tls)?;
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .map_err(tls)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.server_key.clone()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(tls)?
            .with_client_cert_verifier(clients)
            .with_single_cert(self.server_chain.clone(), key)
            .map_err(tls)?;
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(Arc::new(config))
    }
}

/// How AWS IoT names a certificate: SHA-256 of its DER, in hexadecimal.
#[must_use]
pub fn certificate_id(der: &CertificateDer<'_>) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, der))
}

fn make_authority(now: Timestamp) -> Result<folder::Pair, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = name("Hearth home authority", None);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    good_for(&mut params, now, AUTHORITY_YEARS);
    Ok(folder::Pair {
        cert_pem: params.self_signed(&key)?.pem(),
        key_pem: key.serialize_pem(),
    })
}

fn make_claim(issuer: &Issuer<'_, KeyPair>, now: Timestamp) -> Result<folder::Pair, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = name("Hearth claim", Some(CLAIM_UNIT));
    for_clients(&mut params, now);
    Ok(folder::Pair {
        cert_pem: params.signed_by(&key, issuer)?.pem(),
        key_pem: key.serialize_pem(),
    })
}

fn server_params(now: Timestamp, host_names: &[String]) -> Result<CertificateParams, rcgen::Error> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    for host in host_names {
        if !names.contains(host) {
            names.push(host.clone());
        }
    }
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = name("Hearth home", None);
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    good_for(&mut params, now, SERVER_YEARS);
    Ok(params)
}

fn for_clients(params: &mut CertificateParams, now: Timestamp) {
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    good_for(params, now, DEVICE_YEARS);
}

/// From the day before, for clocks that differ, in whole days.
fn good_for(params: &mut CertificateParams, now: Timestamp, years: i16) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let from = today.yesterday().unwrap_or(today);
    let day = |year: i16| {
        // The 29th of February is not in every year.
        let day = u8::try_from(from.day()).unwrap_or(1).min(28);
        rcgen::date_time_ymd(i32::from(year), u8::try_from(from.month()).unwrap_or(1), day)
    };
    params.not_before = day(from.year());
    params.not_after = day(from.year().saturating_add(years));
}

fn name(common: &str, unit: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Hearth");
    if let Some(unit) = unit {
        name.push(DnType::OrganizationalUnitName, unit);
    }
    name.push(DnType::CommonName, common);
    name
}

fn der_of(pem: &str) -> Result<CertificateDer<'static>, AuthorityFailed> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(tls)
}

fn tls(error: impl std::fmt::Display) -> AuthorityFailed {
    AuthorityFailed::Tls(error.to_string())
}
