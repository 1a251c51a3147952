//! A broker with its registry on loopback, and clients whose events can be
//! waited for.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::ports::Things as _;
use hearth_contract::{
    clock::Clock,
    ids::{IdentityId, ThingName},
    things::SaidKind,
};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS, SubscribeReasonCode, Transport};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::AbortHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    super::{AWS, Asked, Broker, BrokerConfig, Guest, Parts, People},
    heard::Heard,
};
use crate::{
    authority::Authority,
    credentials::{Lender, Loan, NotLent},
    sigv4::{self, Scope, Signed},
    things::Things,
};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(10);
pub const CREATE: &str = "$aws/certificates/create-from-csr/json";
pub const PROVISION: &str = "$aws/provisioning-templates/hearth-device/provision/json";

pub struct RealClock;

impl Clock for RealClock {
    #[allow(clippy::disallowed_methods)] // Certificates are judged by TLS's own real clock.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// One person with a key, signed in until this is cancelled.
#[derive(Default)]
pub struct OnePerson(pub CancellationToken);

pub const ACCESS_KEY: &str = "ASIAHEARTH";
pub const SECRET: &str = "a secret";
pub const SCOPE: Scope<'static> = Scope {
    region: "local-1",
    service: "iotdevicegateway",
};

pub fn identity() -> IdentityId {
    "local-1:7f".parse().unwrap()
}

#[async_trait]
impl People for OnePerson {
    async fn identify(&self, asked: Asked<'_>) -> Option<Guest> {
        let headers = [("host", asked.host)];
        let request = sigv4::Request {
            method: asked.method,
            path: asked.path,
            query: asked.query,
            headers: &headers,
        };
        let signed = Signed::in_query(request).ok()?;
        let key = sigv4::Key {
            secret: SECRET,
            session_token: Some("token"),
        };
        let digest = sigv4::payload_digest(b"");
        let good = signed.access_key() == ACCESS_KEY && signed.verify(&key, &SCOPE, &digest, RealClock.now()).is_ok();
        good.then(|| Guest {
            identity: identity(),
            stay: Box::pin(self.0.clone().cancelled_owned()),
        })
    }
}

/// Lends credentials that say whom they were lent to.
struct Tray;

#[async_trait]
impl Lender for Tray {
    async fn lend(&self, thing: &ThingName, certificate: &str) -> Result<Loan, NotLent> {
        Ok(Loan {
            access_key: format!("ASIA{thing}"),
            secret: SECRET.to_owned(),
            session_token: certificate.to_owned(),
            expires_at: "2026-11-21T19:00:00Z".parse().unwrap(),
        })
    }
}

pub struct Home {
    _folder: tempfile::TempDir,
    pub authority: Arc<Authority>,
    pub things: Arc<Things>,
    pub broker: Arc<Broker>,
    pub person: Arc<OnePerson>,
    pub ears: Arc<Heard>,
    pub said: mpsc::UnboundedReceiver<(ThingName, SaidKind, Bytes)>,
    pub told: mpsc::UnboundedReceiver<(ThingName, bool)>,
}

/// A certificate and its key, PEM.
#[derive(Clone)]
pub struct Own {
    pub thing: ThingName,
    pub cert: String,
    pub key: String,
}

impl Home {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let authority = Arc::new(Authority::open(&folder.path().join("authority"), clock.now(), &[]).unwrap());
        let things = Arc::new(Things::open(folder.path(), clock.clone()).await.unwrap());
        let person = Arc::new(OnePerson::default());
        let parts = Parts {
            authority: authority.clone(),
            things: things.clone(),
            people: person.clone(),
            lender: Arc::new(Tray),
            clock,
        };
        let config = BrokerConfig {
            devices_addr: "127.0.0.1:0".parse().unwrap(),
            rate: AWS,
        };
        let broker = Arc::new(Broker::start(config, parts).await.unwrap());
        let (said_to, said) = mpsc::unbounded_channel();
        let (told_to, told) = mpsc::unbounded_channel();
        let ears = Arc::new(Heard::new(said_to, told_to));
        broker.set_ears(ears.clone());
        Self {
            _folder: folder,
            authority,
            things,
            broker,
            person,
            ears,
            said,
            told,
        }
    }

    /// What the maker puts on every device.
    pub fn claim(&self) -> Own {
        let (cert, key) = self.authority.claim_certificate();
        Own {
            thing: "claim".parse().unwrap(),
            cert: cert.to_owned(),
            key: key.to_owned(),
        }
    }

    /// How to connect as `client_id` with this certificate.
    pub fn options(&self, client_id: &str, own: &Own) -> MqttOptions {
        let mut options = MqttOptions::new(client_id, "localhost", self.broker.devices_port());
        options.set_keep_alive(Duration::from_secs(30));
        options.set_max_packet_size(1 << 20, 1 << 20);
        options.set_transport(Transport::Tls(rumqttc::TlsConfiguration::Rustls(Arc::new(
            self.tls(own, &[]),
        ))));
        options
    }

    /// TLS of a client with this certificate.
    pub fn tls(&self, own: &Own, protocols: &[&[u8]]) -> rustls::ClientConfig {
        let mut roots = rustls::RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(self.authority.ca_pem().as_bytes()).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(own.cert.as_bytes()).unwrap()],
                PrivateKeyDer::from_pem_slice(own.key.as_bytes()).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        config
    }

    pub fn connect(&self, own: &Own) -> Client {
        Client::start(self.options(own.thing.as_str(), own))
    }

    /// A device that went the whole way by its claim certificate; inactive.
    pub async fn provisioned(&self, serial: &str) -> Own {
        let mut claim = Client::start(self.options(&format!("claim-{serial}"), &self.claim()));
        claim.connected().await;
        let (created, key) = claim.create().await;
        let reply = claim.ask(PROVISION, &wish(serial, &created)).await;
        let thing = reply["thingName"]
            .as_str()
            .unwrap_or_else(|| panic!("{reply}"))
            .parse()
            .unwrap();
        Own {
            thing,
            cert: created["certificatePem"].as_str().unwrap().to_owned(),
            key,
        }
    }

    /// The same, paired.
    pub async fn active(&self, serial: &str) -> Own {
        let own = self.provisioned(serial).await;
        self.things.activate(&own.thing).await.unwrap();
        own
    }
}

/// A provisioning request for a fridge.
pub fn wish(serial: &str, created: &Value) -> Value {
    json!({
        "certificateOwnershipToken": created["certificateOwnershipToken"],
        "parameters": { "SerialNumber": serial, "HardwareType": "FR", "PairingSecret": "07".repeat(32) },
    })
}

/// A client whose events can be waited for.
pub struct Client {
    pub mqtt: AsyncClient,
    events: mpsc::UnboundedReceiver<Result<Packet, String>>,
    task: AbortHandle,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Client {
    pub fn start(options: MqttOptions) -> Self {
        let (mqtt, mut events_of) = AsyncClient::new(options, 64);
        let (to, events) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            loop {
                let event = match events_of.poll().await {
                    Ok(Event::Incoming(packet)) => Ok(packet),
                    Ok(Event::Outgoing(_)) => continue,
                    Err(error) => Err(error.to_string()),
                };
                // Connects again on its own; a refused one is a busy loop otherwise.
                let failed = event.is_err();
                if to.send(event).is_err() {
                    return;
                }
                if failed {
                    tokio::task::yield_now().await;
                }
            }
        });
        Self {
            mqtt,
            events,
            task: task.abort_handle(),
        }
    }

    pub async fn next(&mut self) -> Result<Packet, String> {
        timeout(PATIENCE, self.events.recv())
            .await
            .expect("something happens")
            .unwrap()
    }

    /// What has come by now.
    pub fn events_so_far(&mut self) -> Vec<Packet> {
        std::iter::from_fn(|| self.events.try_recv().ok())
            .filter_map(Result::ok)
            .collect()
    }

    pub async fn connected(&mut self) {
        loop {
            match self.next().await {
                Ok(Packet::ConnAck(_)) => return,
                Ok(_) => {}
                Err(error) => panic!("refused: {error}"),
            }
        }
    }

    /// The connection, or the attempt, fails before anything of `never` comes.
    pub async fn fails(&mut self, never: impl Fn(&Packet) -> bool) -> String {
        loop {
            match self.next().await {
                Ok(packet) => assert!(!never(&packet), "{packet:?}"),
                Err(error) => return error,
            }
        }
    }

    pub async fn subscribe(&mut self, filter: &str) -> SubscribeReasonCode {
        self.mqtt.subscribe(filter, QoS::AtLeastOnce).await.unwrap();
        loop {
            if let Packet::SubAck(ack) = self.next().await.unwrap() {
                return ack.return_codes[0];
            }
        }
    }

    pub async fn publish(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.mqtt
            .publish(topic, QoS::AtLeastOnce, false, payload)
            .await
            .unwrap();
    }

    /// Skips what else comes, failed connections included.
    pub async fn acknowledged(&mut self) {
        while !matches!(self.next().await, Ok(Packet::PubAck(_))) {}
    }

    pub async fn message(&mut self) -> (String, Bytes) {
        loop {
            if let Packet::Publish(message) = self.next().await.unwrap() {
                return (message.topic, message.payload);
            }
        }
    }

    /// Asks and waits for the answer, accepted or rejected.
    pub async fn ask(&mut self, topic: &str, payload: &Value) -> Value {
        for end in ["accepted", "rejected"] {
            self.subscribe(&format!("{topic}/{end}")).await;
        }
        self.publish(topic, payload.to_string()).await;
        let (_, answer) = self.message().await;
        serde_json::from_slice(&answer).unwrap()
    }

    /// A certificate for a new key.
    pub async fn create(&mut self) -> (Value, String) {
        let key = KeyPair::generate().unwrap();
        let csr = CertificateParams::default()
            .serialize_request(&key)
            .unwrap()
            .pem()
            .unwrap();
        (
            self.ask(CREATE, &json!({ "certificateSigningRequest": csr })).await,
            key.serialize_pem(),
        )
    }
}
