//! A fleet for measuring: certificates of one authority, the broker at home
//! alone in a process, mosquitto with the same certificates, and clients.

use std::{path::Path, process::Command, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::ports::{Ears, Newcomer, Outside, Things as _};
use hearth_contract::{ThingName, clock::Clock, things::SaidKind};
use hearth_embedded::{
    authority::{Authority, new_key},
    broker::{Asked, Broker, BrokerConfig, Guest, Parts, People, Rate},
    credentials::{Lender, Loan, NotLent},
    things::Things,
};
use hearth_hub::clocks::RealClock;
use rcgen::{CertificateParams, DnType, Issuer, KeyPair};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, TlsConfiguration, Transport};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::{
    programs::{Running, free_port},
    wait::until,
};

const PORT: &str = "port";
const STARTS_WITHIN: Duration = Duration::from_secs(10);
/// Faster than anybody can send: the broker is measured, not its quotas.
const UNBOUNDED: Rate = Rate {
    messages: 1_000_000,
    bytes: 1 << 30,
};

/// A thing with its certificate.
#[derive(Clone)]
pub struct Own {
    /// Its thing, also its client id.
    pub thing: ThingName,
    tls: Arc<ClientConfig>,
}

/// The fleet, and where its papers lie.
pub struct Fleet {
    folder: tempfile::TempDir,
    /// All things.
    pub things: Vec<Own>,
}

/// A broker that is measured.
pub struct Measured {
    /// Its process.
    pub process: Running,
    /// Its port on `localhost`.
    pub port: u16,
    /// What comes before and after a thing's name in a topic of its own.
    topic: (&'static str, &'static str),
}

impl Measured {
    /// A topic at which this thing may say something that nobody answers.
    #[must_use]
    pub fn topic(&self, thing: &ThingName) -> String {
        format!("{}{thing}{}", self.topic.0, self.topic.1)
    }
}

impl Fleet {
    /// Gives so many things active certificates.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn provision(count: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let authority = Authority::open(&folder.path().join("authority"), clock.now(), &[])?;
        let registry = Things::open(folder.path(), clock.clone()).await?;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.ca_pem().as_bytes())?)?;
        let roots = Arc::new(roots);
        let mut things = Vec::with_capacity(count);
        for n in 0..count {
            let thing: ThingName = format!("fridge-B{n:05}").parse().ok().context("a name")?;
            let (key, csr) = new_key().ok().context("a key")?;
            let issued = authority.sign_csr(&csr, clock.now()).ok().context("a certificate")?;
            let token = format!("bench {n}");
            registry.note(&issued.id, &token).await?;
            registry.attach(&token, &thing).await?;
            registry.activate(&thing).await?;
            let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_root_certificates(roots.clone())
                .with_client_auth_cert(
                    vec![CertificateDer::from_pem_slice(issued.pem.as_bytes())?],
                    PrivateKeyDer::from_pem_slice(key.as_bytes())?,
                )?;
            things.push(Own {
                thing,
                tls: Arc::new(tls),
            });
        }
        Ok(Self { folder, things })
    }

    /// The broker at home, alone in a process: this program, started again.
    ///
    /// # Errors
    /// It does not start.
    pub async fn ours(&self) -> Result<Measured> {
        let folder = self.folder.path();
        let mut command = Command::new(std::env::current_exe()?);
        let log = std::fs::File::create(folder.join("broker.log"))?;
        let process = Running::start(command.arg("broker-alone").arg(folder), Some(log))?;
        let port = until("the broker's port", STARTS_WITHIN, || async {
            Ok(std::fs::read_to_string(folder.join(PORT))
                .ok()
                .and_then(|port| port.parse().ok()))
        })
        .await?;
        Ok(Measured {
            process,
            port,
            topic: ("hearth/things/", "/glance"),
        })
    }

    /// Mosquitto, with the same certificates and as strict about topics.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn mosquitto(&self) -> Result<Measured> {
        let (folder, port) = (self.folder.path(), free_port()?);
        let papers = folder.join("authority");
        let read = |name: &str| std::fs::read_to_string(papers.join(name)).with_context(|| name.to_owned());
        let issuer = Issuer::from_ca_cert_pem(&read("ca.pem")?, KeyPair::from_pem(&read("ca.key")?)?)?;
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        let server = params.signed_by(&key, &issuer)?;
        let file = |name: &str, text: &str| -> Result<String> {
            let path = folder.join(name);
            std::fs::write(&path, text)?;
            Ok(path.display().to_string())
        };
        let (certificate, key) = (
            file("server.pem", &server.pem())?,
            file("server.key", &key.serialize_pem())?,
        );
        let acl = file("acl", "pattern readwrite things/%c/#\n")?;
        let ca = papers.join("ca.pem");
        let config = format!(
            "listener {port} 127.0.0.1\nuser root\nallow_anonymous true\ncafile {}\ncertfile {certificate}\n\
             keyfile {key}\nrequire_certificate true\nacl_file {acl}\npersistence false\nlog_type error\n",
            ca.display()
        );
        let config = file("mosquitto.conf", &config)?;
        let log = std::fs::File::create(folder.join("mosquitto.log"))?;
        let process = Running::start(Command::new("mosquitto").args(["-c", &config]), Some(log))?;
        until("mosquitto", STARTS_WITHIN, || async {
            Ok(std::net::TcpStream::connect(("127.0.0.1", port)).ok().map(|_| ()))
        })
        .await?;
        Ok(Measured {
            process,
            port,
            topic: ("things/", "/bench"),
        })
    }
}

impl Own {
    /// A client of this thing, with so many messages on their way; connects when
    /// it is polled.
    #[must_use]
    pub fn client(&self, port: u16, queue: u16) -> (AsyncClient, EventLoop) {
        let mut options = MqttOptions::new(self.thing.as_str(), "localhost", port);
        options
            .set_transport(Transport::Tls(TlsConfiguration::Rustls(self.tls.clone())))
            .set_keep_alive(Duration::from_secs(60))
            .set_inflight(queue);
        let (client, mut events) = AsyncClient::new(options, queue.into());
        let mut network = rumqttc::NetworkOptions::new();
        network.set_tcp_nodelay(true);
        events.set_network_options(network);
        (client, events)
    }
}

/// Polls until this one is let in.
///
/// # Errors
/// It is refused.
pub async fn let_in(events: &mut EventLoop) -> Result<()> {
    while !matches!(events.poll().await?, Event::Incoming(Packet::ConnAck(_))) {}
    Ok(())
}

/// Runs the broker at home on the papers of this folder, for ever: in a process
/// of its own.
///
/// # Errors
/// It does not start.
pub async fn alone(folder: &Path) -> Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(RealClock);
    let parts = Parts {
        authority: Arc::new(Authority::open(&folder.join("authority"), clock.now(), &[])?),
        things: Arc::new(Things::open(folder, clock.clone()).await?),
        people: Arc::new(Nobody),
        lender: Arc::new(Nobody),
        clock,
    };
    let config = BrokerConfig {
        devices_addr: ([127, 0, 0, 1], 0).into(),
        rate: UNBOUNDED,
    };
    let broker = Broker::start(config, parts).await?;
    broker.set_ears(Arc::new(Nobody));
    std::fs::write(folder.join(PORT), broker.devices_port().to_string())?;
    std::future::pending().await
}

/// Nobody is behind the broker: it is measured by itself.
struct Nobody;

#[async_trait]
impl People for Nobody {
    async fn identify(&self, _: Asked<'_>) -> Option<Guest> {
        None
    }
}

#[async_trait]
impl Lender for Nobody {
    async fn lend(&self, _: &ThingName, _: &str) -> Result<Loan, NotLent> {
        Err(NotLent)
    }
}

#[async_trait]
impl Ears for Nobody {
    async fn hear(&self, _: &ThingName, _: SaidKind, _: Bytes) -> Result<(), Outside> {
        Ok(())
    }
    async fn shadow(&self, _: &ThingName, _: Bytes) -> Result<(), Outside> {
        Ok(())
    }
    async fn provision(&self, _: Newcomer) -> Result<Option<ThingName>, Outside> {
        Ok(None)
    }
    async fn presence(&self, _: &ThingName, _: bool) -> Result<(), Outside> {
        Ok(())
    }
}
