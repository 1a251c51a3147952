//! Where the cloud's devices' port is, and how to be believed there.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde::{Deserialize, Serialize};

use crate::{fault::Fault, software::Maker};

/// One cloud, as a device leaves the factory knowing it.
#[derive(Clone)]
pub struct Cloud {
    /// The host of the devices' port, a name or an address.
    pub host: String,
    /// The devices' port: MQTT and live frames over mutual TLS.
    pub port: u16,
    /// The authority the cloud's certificates are of.
    pub ca_pem: String,
    /// The claim certificate: may only ask for the device's own.
    pub claim_cert_pem: String,
    /// The claim certificate's key.
    pub claim_key_pem: String,
    /// How a device asks for its own certificate.
    pub asks: Asks,
    /// Who signs the device's software; `None`: it takes none.
    pub maker: Option<Maker>,
}

/// How a device asks for its own certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// For a key it made itself, which never leaves it.
    #[default]
    Csr,
    /// With a key that the cloud makes: for clouds that take no signing request over MQTT.
    Keys,
}

/// A cloud as a file has it; the other files lie beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    host: String,
    port: u16,
    ca: PathBuf,
    claim: PathBuf,
    claim_key: PathBuf,
    #[serde(default)]
    asks: Asks,
    #[serde(default)]
    software_key: Option<PathBuf>,
}

impl std::fmt::Debug for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cloud({}:{})", self.host, self.port)
    }
}

/// A certificate with its key.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credential {
    /// The certificate, and those between it and the authority.
    pub cert_pem: String,
    /// Its key.
    pub key_pem: String,
}

impl Cloud {
    /// Reads a JSON file: `host`, `port`, the names of the files `ca`, `claim`
    /// and `claim_key` beside it (PEM), if it is not `csr`, `asks`, and, if the
    /// device takes software, `software_key`, its maker's public key (PEM, Ed25519).
    ///
    /// # Errors
    /// A file can't be read, or is not what it should be.
    pub fn read(file: &Path) -> Result<Self, Fault> {
        let written: Written = serde_json::from_slice(&fs::read(file)?)?;
        let beside = |name: &Path| fs::read_to_string(file.with_file_name("").join(name));
        Ok(Self {
            host: written.host,
            port: written.port,
            ca_pem: beside(&written.ca)?,
            claim_cert_pem: beside(&written.claim)?,
            claim_key_pem: beside(&written.claim_key)?,
            asks: written.asks,
            maker: match &written.software_key {
                Some(key) => Some(Maker::read(&beside(key)?)?),
                None => None,
            },
        })
    }

    /// The claim certificate with its key.
    #[must_use]
    pub fn claim(&self) -> Credential {
        Credential {
            cert_pem: self.claim_cert_pem.clone(),
            key_pem: self.claim_key_pem.clone(),
        }
    }

    /// TLS with this certificate and application protocol.
    ///
    /// # Errors
    /// Certificate, key or authority can't be read.
    pub fn mutual_tls(&self, own: &Credential, alpn: &[u8]) -> Result<Arc<ClientConfig>, Fault> {
        let chain = certificates(&own.cert_pem, "certificate")?;
        let key = PrivateKeyDer::from_pem_slice(own.key_pem.as_bytes()).map_err(|_| Fault::Pem("key"))?;
        let mut config = self.trusting()?.with_client_auth_cert(chain, key)?;
        config.alpn_protocols = vec![alpn.to_vec()];
        Ok(Arc::new(config))
    }

    /// TLS without a certificate of our own: for presigned addresses.
    ///
    /// # Errors
    /// The authority can't be read.
    pub fn plain_tls(&self) -> Result<ClientConfig, Fault> {
        Ok(self.trusting()?.with_no_client_auth())
    }

    fn trusting(&self) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>, Fault> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&self.ca_pem, "authority")? {
            roots.add(certificate)?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        Ok(builder
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots))
    }
}

fn certificates(pem: &str, what: &'static str) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    found
        .ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or(Fault::Pem(what))
}
