//! A device's first steps, by a client that is not ours: is the broker there?

use std::time::{Duration, Instant};

use anyhow::Result;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, TlsConfiguration, Transport};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use crate::{hub::Hub, wait::until};

/// How long after `begun` the broker accepted a connection with the claim certificate.
///
/// # Errors
/// It does not within `limit`.
pub async fn accepted(hub: &Hub, begun: Instant, limit: Duration) -> Result<Duration> {
    until("the broker to accept", limit, || async {
        let mut options = MqttOptions::new("claim-bench", "localhost", hub.devices_port()?);
        options.set_transport(Transport::Tls(claim(hub)?));
        let (_client, mut events) = AsyncClient::new(options, 4);
        let event = events.poll().await?;
        Ok(matches!(event, Event::Incoming(Packet::ConnAck(_))).then(|| begun.elapsed()))
    })
    .await
}

fn claim(hub: &Hub) -> Result<TlsConfiguration> {
    let folder = hub.folder().join("authority");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.pem"))?)?;
    let chain = CertificateDer::pem_file_iter(folder.join("claim.pem"))?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(folder.join("claim.key"))?;
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?;
    Ok(TlsConfiguration::Rustls(config.into()))
}
