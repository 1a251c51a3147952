//! The credentials provider of AWS IoT Core, as a tablet asks it: one request
//! over mutual TLS.
//!
//! # Source
//! AWS IoT Core developer guide, "Authorizing direct calls to AWS services
//! using AWS IoT Core credential provider".

use std::{sync::Arc, time::Duration};

use hearth_contract::{
    Failure, Reason,
    endpoints::ThingsPort,
    things::{ALPN_HTTP, THING_HEADER},
};
use jiff::Timestamp;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde::Deserialize;

use super::Device;
use crate::{
    cloud::{Place, unreachable_now},
    identity::Credentials,
};

const TAKES: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
struct Answer {
    credentials: Given,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: Timestamp,
}

/// Changes the certificate for credentials.
pub(super) async fn ask(place: &Place, device: &Device) -> Result<Credentials, Failure> {
    let things = place.endpoints.things.as_ref().ok_or(Reason::NotSupported)?;
    let tls = tls(things, device, ALPN_HTTP)?;
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(ClientConfig::clone(&tls))
        .no_proxy()
        .timeout(TAKES)
        .build()
        .map_err(|_| Reason::Bug)?;
    let url = format!(
        "{}/role-aliases/{}/credentials",
        things.credentials.trim_end_matches('/'),
        things.role_alias
    );
    let asking = http.get(url).header(THING_HEADER, device.thing().as_str());
    let answer = asking.send().await.map_err(|error| unreachable_now(&error))?;
    match answer.status().as_u16() {
        200 => {}
        403 => return Err(Reason::SessionEnded.into()),
        _ => return Err(Reason::CloudUnreachable.into()),
    }
    let Answer { credentials } = answer.json().await.map_err(|error| unreachable_now(&error))?;
    Ok(Credentials {
        access_key: credentials.access_key_id,
        secret_key: credentials.secret_access_key,
        session_token: credentials.session_token,
        expires_at: credentials.expiration,
    })
}

/// TLS with the tablet's own certificate, trusting the devices' port only.
///
/// # Errors
/// `Internal` for certificates or a key that are none.
pub(super) fn tls(things: &ThingsPort, device: &Device, alpn: &[u8]) -> Result<Arc<ClientConfig>, Failure> {
    let bad = |what: &'static str| {
        tracing::error!(what, "the tablet's enrolment can't be used");
        Failure::new(Reason::Bug)
    };
    let mut roots = RootCertStore::empty();
    for authority in certificates(&things.ca_pem).ok_or_else(|| bad("authority"))? {
        roots.add(authority).map_err(|_| bad("authority"))?;
    }
    let chain = certificates(&device.enrolled.certificate_pem).ok_or_else(|| bad("certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(device.enrolled.key_pem.as_bytes()).map_err(|_| bad("key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| bad("protocol"))?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .map_err(|_| bad("certificate and key"))?;
    config.alpn_protocols = vec![alpn.to_vec()];
    Ok(Arc::new(config))
}

fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    all.ok().filter(|all| !all.is_empty())
}
