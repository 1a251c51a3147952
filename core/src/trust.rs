//! Whom core trusts on the wire: one answer for REST, MQTT and the identity pool.
//!
//! With an authority of its own (the hub's, or one given at start) only that is
//! trusted; without one the public authorities of the machine are.

use std::{sync::Once, time::Duration};

use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use hearth_contract::{Failure, Reason};
use rumqttc::Transport;

/// Certificate authorities, PEM; empty trusts the machine's.
#[derive(Clone, Default)]
pub(crate) struct Trust {
    roots: Vec<String>,
}

impl Trust {
    /// Trusts these authorities and no others; the machine's if there are none.
    pub(crate) fn new(roots: impl IntoIterator<Item = String>) -> Self {
        Self {
            roots: roots.into_iter().collect(),
        }
    }

    /// The same and one more.
    pub(crate) fn and(&self, root: Option<&String>) -> Self {
        Self {
            roots: self.roots.iter().chain(root).cloned().collect(),
        }
    }

    /// For REST and media.
    ///
    /// # Errors
    /// `Internal` when an authority is no certificate.
    pub(crate) fn http(&self) -> Result<reqwest::Client, Failure> {
        install_provider();
        let mut builder = reqwest::Client::builder().connect_timeout(Duration::from_secs(5));
        if !self.roots.is_empty() {
            builder = builder.tls_certs_only(self.certificates()?);
        }
        builder.build().map_err(|_| Reason::Bug.into())
    }

    /// For providers that may be anywhere: the machine's authorities, and these
    /// beside them. Nothing is followed to another address.
    ///
    /// # Errors
    /// `Internal` when an authority is no certificate.
    pub(crate) fn abroad(&self) -> Result<reqwest::Client, Failure> {
        install_provider();
        reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_merge(self.certificates()?)
            .build()
            .map_err(|_| Reason::Bug.into())
    }

    fn certificates(&self) -> Result<Vec<reqwest::Certificate>, Failure> {
        let mut certificates = Vec::new();
        for pem in &self.roots {
            certificates.extend(reqwest::Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| Reason::Bug)?);
        }
        Ok(certificates)
    }

    /// For the live connection to this address.
    pub(crate) fn mqtt(&self, address: &str) -> Transport {
        install_provider();
        if address.starts_with("ws://") {
            Transport::ws()
        } else if self.roots.is_empty() {
            Transport::wss_with_default_config()
        } else {
            Transport::wss(self.roots.concat().into_bytes(), None, None)
        }
    }

    /// For the identity pool.
    ///
    /// # Errors
    /// `Internal` when an authority is no certificate.
    pub(crate) fn aws(&self) -> Result<SharedHttpClient, Failure> {
        let mut store = if self.roots.is_empty() {
            TrustStore::default()
        } else {
            TrustStore::empty()
        };
        for pem in &self.roots {
            store.add_pem_certificate(pem.as_bytes());
        }
        let context = TlsContext::builder()
            .with_trust_store(store)
            .build()
            .map_err(|_| Reason::Bug)?;
        Ok(Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(context)
            .build_https())
    }
}

/// One TLS provider for the process. Whoever came first has installed the same.
fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
