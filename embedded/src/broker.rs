//! The broker at home, in AWS IoT's place: devices by mutual TLS, people by
//! signed WebSocket, policies per connection, the cloud as the rule behind.
//!
//! It carries messages and keeps none on disk: what must not be lost is written
//! by the cloud before it is acknowledged, and read again from there. The
//! `mqtt5` library speaks MQTT; who may connect, accepting, TLS and delivery of
//! provisioning answers are ours, and the library shows in this folder only.
//! Of the library only the parts are used, never its server: no listener of
//! its own is ever opened.

mod connection;
mod door;
mod frames;
mod leash;
mod metrics;
mod pace;
mod people;
mod policy;
mod socket;

#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::ports::{Delivery, Ears, Eyes, Outside, Shadows, Wire};
use hearth_contract::{
    clock::Clock,
    ids::ThingName,
    things::{ALPN_HTTP, ALPN_LIVE, ALPN_MQTT, MAX_PAYLOAD},
};
use mqtt5::{
    QoS,
    broker::{
        BrokerConfig as Rules, DynamicStorage, MemoryBackend, ResourceLimits, ResourceMonitor,
        client_handler::ClientHandler, router::MessageRouter, storage::QueueLimits, sys_topics::BrokerStats,
        transport::BrokerTransport,
    },
    packet::publish::PublishPacket,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::broadcast, time::Instant};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use connection::{Connection, Purpose, Tap, say};
use door::Door;
use metrics::Metrics;
use pace::Pace;
use policy::Who;

pub use pace::{AWS, Rate};
pub use people::{Asked, Guest, People};
pub use policy::CLAIM_PREFIX;

use crate::{
    authority::{Authority, AuthorityFailed},
    credentials::{Lender, Provider},
    provisioning::Provisioning,
    things::{Said, Things},
};

/// The largest packet read, bytes: the largest payload, its topic and properties.
const LARGEST_PACKET: usize = MAX_PAYLOAD + 1024;
/// How long a session is kept for who left without saying goodbye, as AWS IoT does.
const SESSION: Duration = Duration::from_secs(3600);
/// How often sessions that ran out are swept, and jobs whose time is over.
const SWEEP: Duration = Duration::from_secs(60);
/// Messages kept for a session whose owner is away, and their bytes.
const QUEUED: QueueLimits = QueueLimits {
    max_messages: 1000,
    max_bytes: 4 << 20,
};
/// Subscriptions of one connection, as AWS IoT has it.
const SUBSCRIPTIONS: usize = 50;
/// AWS IoT's name for a certificate's application protocol of MQTT.
const ALPN_AWS: &[u8] = b"x-amzn-mqtt-ca";
/// How long stopping waits for connections to end.
const STOPPING: Duration = Duration::from_secs(3);

/// Where the broker listens.
#[derive(Clone, Debug)]
pub struct BrokerConfig {
    /// The devices' address; port 0 takes a free one.
    pub devices_addr: SocketAddr,
    /// How fast one connection may publish.
    pub rate: Rate,
}

/// What the broker is made with.
#[derive(Clone)]
pub struct Parts {
    /// Signs certificates, and proves the devices' ones.
    pub authority: Arc<Authority>,
    /// Says which certificate may connect.
    pub things: Arc<Things>,
    /// Says whose signature it is.
    pub people: Arc<dyn People>,
    /// Lends credentials to things.
    pub lender: Arc<dyn Lender>,
    /// Real time: certificates are judged by others' clocks, too.
    pub clock: Arc<dyn Clock>,
}

/// Why the broker could not start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerFailed {
    /// The devices' port.
    #[error("the devices' port: {0}")]
    Port(#[from] std::io::Error),
    /// The server's certificate.
    #[error(transparent)]
    Authority(#[from] AuthorityFailed),
}

/// The running broker. Devices are let in once somebody hears them
/// ([`Broker::set_ears`]). Stops when told to, or when dropped.
pub struct Broker {
    inner: Arc<Inner>,
    provisioning_parts: Parts,
    tls: TlsAcceptor,
    waiting: Mutex<Option<TcpListener>>,
    devices: SocketAddr,
}

/// What connections share.
pub struct Inner {
    router: Arc<MessageRouter>,
    storage: Arc<DynamicStorage>,
    stats: Arc<BrokerStats>,
    monitor: Arc<ResourceMonitor>,
    rules: Rules,
    rate: Rate,
    authority: Arc<Authority>,
    things: Arc<Things>,
    people: Arc<dyn People>,
    eyes: OnceLock<Arc<dyn Eyes>>,
    shutdown: broadcast::Sender<()>,
    stop: CancellationToken,
    tasks: TaskTracker,
    numbers: AtomicU64,
    metrics: Arc<Metrics>,
}

impl Broker {
    /// Binds the devices' port; nobody is let in yet.
    ///
    /// # Errors
    /// [`BrokerFailed`]: a taken port, or an authority that can't serve.
    pub async fn start(config: BrokerConfig, parts: Parts) -> Result<Self, BrokerFailed> {
        let tls = parts
            .authority
            .mutual_tls(&[ALPN_MQTT, ALPN_AWS, ALPN_LIVE, ALPN_HTTP])?;
        let listener = TcpListener::bind(config.devices_addr).await?;
        let devices = listener.local_addr()?;
        let storage = Arc::new(DynamicStorage::Memory(MemoryBackend::with_queue_limits(QUEUED)));
        let inner = Arc::new(Inner {
            router: Arc::new(MessageRouter::with_storage(storage.clone())),
            storage,
            stats: Arc::new(BrokerStats::new()),
            monitor: Arc::new(ResourceMonitor::new(limits())),
            rules: rules(),
            rate: config.rate,
            authority: parts.authority.clone(),
            things: parts.things.clone(),
            people: parts.people.clone(),
            eyes: OnceLock::new(),
            shutdown: broadcast::channel(1).0,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            numbers: AtomicU64::new(1),
            metrics: Arc::default(),
        });
        inner.tasks.spawn(sweep(inner.clone()));
        let waiting = Mutex::new(Some(listener));
        Ok(Self {
            inner,
            provisioning_parts: parts,
            tls: TlsAcceptor::from(tls),
            waiting,
            devices,
        })
    }

    /// The devices' address, with the port that was taken.
    #[must_use]
    pub fn devices_addr(&self) -> SocketAddr {
        self.devices
    }

    /// The devices' port.
    #[must_use]
    pub fn devices_port(&self) -> u16 {
        self.devices.port()
    }

    /// Says who hears devices, and lets them in. Counts once.
    pub fn set_ears(&self, ears: Arc<dyn Ears>) {
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        let Some(listener) = waiting else { return };
        let parts = &self.provisioning_parts;
        let provisioning = Arc::new(Provisioning {
            authority: parts.authority.clone(),
            things: parts.things.clone(),
            ears: ears.clone(),
            clock: parts.clock.clone(),
        });
        let door = Arc::new(Door::new(
            self.inner.clone(),
            self.tls.clone(),
            ears.clone(),
            provisioning,
            Provider {
                things: parts.things.clone(),
                lender: parts.lender.clone(),
            },
        ));
        self.inner.tasks.spawn(door.keep(listener));
        let inner = self.inner.clone();
        self.inner.tasks.spawn(async move {
            tokio::select! {
                () = inner.stop.cancelled() => {}
                () = inner.things.presence().tell(ears.as_ref()) => {}
            }
        });
    }

    /// Says who sees live frames. Counts once; until then they are turned away.
    pub fn set_eyes(&self, eyes: Arc<dyn Eyes>) {
        if self.inner.eyes.set(eyes).is_err() {
            tracing::warn!("live frames already go somewhere");
        }
    }

    /// People's route, `/mqtt`, to be merged into the hub's.
    pub fn websocket_router(&self) -> axum::Router {
        people::router(self.inner.clone())
    }

    /// What is counted since the start, as Prometheus reads it.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.inner.metrics.text()
    }

    /// Delivers what IoT Core itself says.
    pub async fn say(&self, said: Vec<Said>) {
        say(&self.inner.router, said).await;
    }

    /// Ends all connections and tasks, within a few seconds.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(STOPPING, self.inner.tasks.wait()).await.is_err() {
            tracing::warn!("connections of the broker did not end in time");
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.inner.stop.cancel();
    }
}

#[async_trait]
impl Wire for Broker {
    async fn publish(&self, topic: &str, payload: Bytes, delivery: Delivery) -> Result<(), Outside> {
        let qos = match delivery {
            Delivery::AtLeastOnce => QoS::AtLeastOnce,
            Delivery::Lossy => QoS::AtMostOnce,
        };
        self.inner
            .router
            .route_message(&PublishPacket::new(topic.to_owned(), payload, qos), None)
            .await;
        Ok(())
    }
}

#[async_trait]
impl Shadows for Broker {
    async fn update(&self, thing: &ThingName, change: Value) -> Result<(), Outside> {
        let changed = self.inner.things.shadows().change(thing, &change).await;
        let said = changed.map_err(|refusal| Outside::Silent {
            what: "shadows",
            why: refusal.to_string(),
        })?;
        self.say(said).await;
        Ok(())
    }
}

impl Inner {
    /// A new connection's number.
    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    fn connection(&self, number: u64, who: Who, purpose: Purpose, leash: CancellationToken) -> Arc<Connection> {
        let things = self.things.clone();
        Arc::new(Connection {
            number,
            who,
            purpose,
            things,
            leash,
            metrics: self.metrics.clone(),
            speaks_five: AtomicBool::new(false),
            pace: Mutex::new(Pace::new(self.rate, Instant::now())),
            will: Mutex::default(),
        })
    }

    /// Speaks MQTT until the connection ends.
    async fn run(&self, transport: BrokerTransport, peer: SocketAddr, connection: Arc<Connection>) {
        let (router, storage) = match &connection.purpose {
            Purpose::Claim { own, .. } => (own.clone(), None),
            Purpose::Device { .. } | Purpose::Person => (self.router.clone(), Some(self.storage.clone())),
        };
        let mut rules = self.rules.clone();
        rules.event_handler = Some(Arc::new(Tap(connection.clone())));
        let (stats, monitor, shutdown) = (self.stats.clone(), self.monitor.clone(), self.shutdown.subscribe());
        let client = ClientHandler::new(
            transport,
            peer,
            Arc::new(rules),
            router,
            connection.clone(),
            storage,
            stats,
            monitor,
            shutdown,
        );
        if let Err(error) = client.run().await {
            tracing::debug!(who = ?connection.who, %error, "connection ended");
        }
    }
}

fn rules() -> Rules {
    let mut rules = Rules::new()
        .with_bind_addresses(Vec::new())
        .with_max_packet_size(LARGEST_PACKET)
        .with_session_expiry(SESSION)
        .with_retain_available(false)
        .with_max_subscriptions_per_client(SUBSCRIPTIONS);
    rules.shared_subscription_available = false;
    rules.sys_topics_enabled = false;
    rules.topic_alias_maximum = 8;
    rules.server_receive_maximum = Some(100);
    rules.client_channel_capacity = 1000;
    rules
}

/// Connections are bounded at the door; here only their number overall.
fn limits() -> ResourceLimits {
    ResourceLimits {
        max_connections: 10_000,
        max_connections_per_ip: 10_000,
        max_message_rate_per_client: 0,
        max_bandwidth_per_client: 0,
        max_connection_rate: 10_000,
        rate_limit_window: Duration::from_secs(1),
    }
}

async fn sweep(inner: Arc<Inner>) {
    use mqtt5::broker::StorageBackend;
    let mut every = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = inner.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        if let Err(error) = inner.storage.cleanup_expired().await {
            tracing::warn!(%error, "sessions could not be swept");
        }
        inner.router.sweep_sessions().await;
        match inner.things.jobs().give_up().await {
            Ok(said) => say(&inner.router, said).await,
            Err(failed) => tracing::warn!(%failed, "late jobs could not be given up"),
        }
    }
}
