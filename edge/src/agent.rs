//! What every device has in common: coming in, staying connected, losing nothing.
//!
//! An [`Agent`] is a handle to tasks that provision the device, keep its
//! connection, send its letters until the cloud has stored them and keep
//! upload addresses in stock. It does not know what the device does.

pub(crate) mod asking;
pub mod backoff;
pub mod belonging;
mod button;
mod hearing;
pub mod identity;
mod jobs;
mod lane;
pub(crate) mod link;
pub mod outbox;
pub mod provisioning;
mod rotation;
mod uploads;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hearth_contract::{
    control::shadow::{self, Wanted},
    device::Hardware,
    ids::{AlarmId, CameraId, MessageId, Serial, ThingName},
    jobs::Execution,
    live::Sight,
    pairing::PairingCode,
    software::Version,
    text::Name,
    things::{GlanceSaid, SaidKind, VouchSaid, from_thing},
};
use jiff::{SignedDuration, Timestamp};
use rumqttc::{AsyncClient, QoS};
use rustls::ClientConfig;
use tokio::{
    sync::{Notify, broadcast, oneshot, watch},
    task::spawn_blocking,
    time::{Instant, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    belonging::Belonging,
    hearing::Verdict,
    identity::Identity,
    outbox::{Outbox, Said},
    rotation::Rotation,
    uploads::Stock,
};
use crate::{
    cloud::Cloud,
    disk::Disk,
    errands,
    fault::Fault,
    software::{self, Software},
    surroundings::{Clocks, Correction, Ids},
};

/// How a device stands to its cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It asks for its certificate.
    Provisioning,
    /// It has its certificate and tries; nobody has paired it yet.
    Waiting,
    /// It is connected.
    Connected,
    /// It was connected and will be again.
    Away,
}

/// What an agent needs.
pub struct AgentConfig {
    /// What the device is.
    pub hardware: Hardware,
    /// Where it comes in.
    pub cloud: Cloud,
    /// Its disk.
    pub disk: Disk,
    /// Its times.
    pub clocks: Clocks,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// The gateway it reaches its cloud through; `None`: it has a network of its own.
    pub gateway: Option<SocketAddr>,
    /// How it gets another software; `None`: it does not.
    pub software: Option<Software>,
}

/// Until when somebody looks at what, real time.
pub type Leases = HashMap<Sight, Timestamp>;

/// A handle to a device's connection to the cloud.
#[derive(Clone)]
pub struct Agent(Arc<Shared>);

pub(crate) struct Shared {
    cloud: Cloud,
    identity: Identity,
    clocks: Clocks,
    correction: Correction,
    ids: Arc<dyn Ids>,
    hardware: Hardware,
    runs: Version,
    gateway: Option<SocketAddr>,
    outbox: Outbox,
    posted: HashMap<&'static str, Notify>,
    link: watch::Sender<Link>,
    belonging: watch::Sender<Belonging>,
    reset: Notify,
    button: Notify,
    pressed: watch::Sender<Option<Instant>>,
    client: Mutex<Option<AsyncClient>>,
    leases: watch::Sender<Leases>,
    wanted: watch::Sender<Wanted>,
    seen_to: broadcast::Sender<(AlarmId, Name)>,
    job: watch::Sender<Option<Execution>>,
    rotation: watch::Sender<Option<Rotation>>,
    plugged: watch::Sender<bool>,
    awaited: Mutex<HashMap<MessageId, oneshot::Sender<Verdict>>>,
    stock: Stock,
}

/// How many of the alarms somebody sees to may wait to be looked at.
const MOST_SEEN_TO: usize = 16;
/// How long the cloud may take to hear that a fridge vouches.
const VOUCHED_WITHIN: Duration = Duration::from_secs(4);
/// Kinds of letters that are kept until they are heard.
const LANES: [SaidKind; 3] = [SaidKind::Door, SaidKind::Readings, SaidKind::Alarm];

impl Agent {
    /// Reads who the device is and starts its tasks; they end with `cancel`.
    ///
    /// # Errors
    /// The disk can't be used, or the cloud's certificates can't be read.
    pub fn start(config: AgentConfig, tasks: &TaskTracker, cancel: &CancellationToken) -> Result<Self, Fault> {
        let AgentConfig {
            hardware,
            cloud,
            disk,
            clocks,
            ids,
            gateway,
            software,
        } = config;
        let identity = Identity::load_or_make(disk.below("identity")?, hardware, &*ids)?;
        let belonging = identity.belonging()?;
        let first = match identity.credential()? {
            None => Link::Provisioning,
            Some(_) if identity.is_asking()? => Link::Provisioning,
            Some(_) if belonging.is_home() => Link::Away,
            Some(_) => Link::Waiting,
        };
        let http = uploads::client(&cloud)?;
        let correction = Correction::default();
        let shared = Arc::new(Shared {
            outbox: Outbox::open(disk.below("outbox")?)?,
            posted: LANES.map(|kind| (kind.as_str(), Notify::new())).into(),
            link: watch::Sender::new(first),
            belonging: watch::Sender::new(belonging),
            reset: Notify::new(),
            button: Notify::new(),
            pressed: watch::Sender::default(),
            client: Mutex::new(None),
            leases: watch::Sender::default(),
            wanted: watch::Sender::default(),
            seen_to: broadcast::Sender::new(MOST_SEEN_TO),
            job: watch::Sender::default(),
            rotation: watch::Sender::default(),
            plugged: watch::Sender::new(true),
            awaited: Mutex::default(),
            stock: Stock::default(),
            cloud,
            identity,
            clocks: correction.of(&clocks),
            correction,
            ids,
            hardware,
            runs: software
                .as_ref()
                .map_or_else(|| Ok(software::factory()), Software::version)?,
            gateway,
        });
        tasks.spawn(link::keep(shared.clone(), cancel.clone()));
        for kind in LANES {
            let lane = lane::serve(shared.clone(), kind, http.clone());
            tasks.spawn(cancel.clone().run_until_cancelled_owned(lane));
        }
        if hardware == Hardware::Fridge {
            let stock = uploads::keep_stock(shared.clone());
            tasks.spawn(cancel.clone().run_until_cancelled_owned(stock));
        }
        let agent = Self(shared);
        let errands = errands::serve(agent.clone(), software);
        tasks.spawn(cancel.clone().run_until_cancelled_owned(errands));
        Ok(agent)
    }

    /// The device's thing.
    #[must_use]
    pub fn thing(&self) -> &ThingName {
        &self.0.identity.thing
    }

    /// What the device is.
    #[must_use]
    pub fn hardware(&self) -> Hardware {
        self.0.hardware
    }

    /// The software that it runs.
    #[must_use]
    pub fn runs(&self) -> Version {
        self.0.runs
    }

    /// The device's serial number.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        &self.0.identity.serial
    }

    /// The code for its screen now; `None` until the cloud knows the device.
    #[must_use]
    pub fn code(&self) -> Option<PairingCode> {
        self.code_before(SignedDuration::ZERO)
    }

    /// The code that the screen showed that long ago, as a photograph of then has it.
    #[must_use]
    pub fn code_before(&self, ago: SignedDuration) -> Option<PairingCode> {
        (self.link() != Link::Provisioning).then(|| self.0.identity.code(self.0.clocks.real.now() - ago))
    }

    /// How the device stands to its cloud.
    #[must_use]
    pub fn link(&self) -> Link {
        *self.0.link.borrow()
    }

    /// The same, as it changes.
    #[must_use]
    pub fn links(&self) -> watch::Receiver<Link> {
        self.0.link.subscribe()
    }

    /// Until when somebody looks at what, as it changes.
    #[must_use]
    pub fn leases(&self) -> watch::Receiver<Leases> {
        self.0.leases.subscribe()
    }

    /// Whether somebody looks at it now.
    #[must_use]
    pub fn looked_at(&self, sight: &Sight) -> bool {
        self.0
            .leases
            .borrow()
            .get(sight)
            .is_some_and(|until| *until > self.0.clocks.real.now())
    }

    /// Says something that must not be lost. When this returns it survives a
    /// power cut; it is sent as soon as it can be, in order with its kind.
    ///
    /// # Errors
    /// The disk is full or broken.
    pub async fn post(&self, said: Said, pictures: Vec<(CameraId, Vec<u8>)>) -> Result<(), Fault> {
        let (shared, kind) = (self.0.clone(), said.kind());
        spawn_blocking(move || shared.outbox.post(said, pictures))
            .await
            .map_err(|_| Fault::Task)??;
        self.0.wake(kind);
        Ok(())
    }

    /// How many letters of a kind wait to be stored by the cloud.
    #[must_use]
    pub fn waiting(&self, kind: SaidKind) -> usize {
        self.0.outbox.waiting(kind)
    }

    /// Says something nobody needs tomorrow; lost when not connected.
    pub fn glance(&self, said: &GlanceSaid) {
        let Ok(payload) = serde_json::to_vec(said) else { return };
        self.0.publish(SaidKind::Glance, payload, QoS::AtMostOnce);
    }

    /// Vouches for the tablet in the fridge's own door, or for what stands behind
    /// it, whose screen shows this now. Whether the cloud has heard it.
    pub async fn vouch(&self, code: PairingCode) -> bool {
        let id = MessageId(self.0.ids.uuid());
        let Ok(payload) = serde_json::to_vec(&VouchSaid { id, code }) else {
            return false;
        };
        let (heard, hears) = oneshot::channel();
        lock(&self.0.awaited).insert(id, heard);
        let is_sent = self.0.publish(SaidKind::Vouch, payload, QoS::AtLeastOnce);
        let is_heard = is_sent && matches!(timeout(VOUCHED_WITHIN, hears).await, Ok(Ok(Verdict::Heard)));
        lock(&self.0.awaited).remove(&id);
        is_heard
    }

    /// What people want of the device and it has not answered, as it changes.
    #[must_use]
    pub fn wanted(&self) -> watch::Receiver<Wanted> {
        self.0.wanted.subscribe()
    }

    /// The alarms that somebody sees to, and who, as the cloud says so.
    #[must_use]
    pub fn seen_to(&self) -> broadcast::Receiver<(AlarmId, Name)> {
        self.0.seen_to.subscribe()
    }

    /// Says what the device is set to and what it answers; lost when not
    /// connected, so it is said after every connect.
    pub fn report(&self, said: &shadow::Said) {
        let topic = shadow::update(&self.0.identity.thing);
        self.0
            .send(topic, said.update().to_string().into_bytes(), QoS::AtLeastOnce);
    }

    /// Until its network's plug is out.
    pub(crate) async fn unplugged(&self) {
        self.0.plugged_in(false).await;
    }

    /// Pulls the network's plug, or puts it in again.
    pub(crate) fn plug(&self, is_in: bool) {
        self.0.plugged.send_replace(is_in);
    }

    /// TLS with the device's own certificate.
    ///
    /// # Errors
    /// It has none yet, or it can't be read.
    pub fn mutual_tls(&self, alpn: &[u8]) -> Result<Arc<ClientConfig>, Fault> {
        let own = self.0.identity.credential()?.ok_or(Fault::Pem("certificate"))?;
        self.0.cloud.mutual_tls(&own, alpn)
    }

    /// The cloud's devices' port.
    #[must_use]
    pub fn cloud(&self) -> &Cloud {
        &self.0.cloud
    }

    /// The device's times, put right by the cloud's.
    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.0.clocks
    }

    /// Where the device's ids come from.
    #[must_use]
    pub fn ids(&self) -> &dyn Ids {
        &*self.0.ids
    }
}

impl Shared {
    /// Publishes without waiting. `false`: not connected, or the queue of the
    /// connection is full; whoever needs it sent tries again.
    fn publish(&self, kind: SaidKind, payload: Vec<u8>, qos: QoS) -> bool {
        self.send(from_thing(&self.identity.thing, kind), payload, qos)
    }

    fn send(&self, topic: String, payload: Vec<u8>, qos: QoS) -> bool {
        let client = lock(&self.client).clone();
        client.is_some_and(|client| client.try_publish(topic, qos, false, payload).is_ok())
    }

    fn wake(&self, kind: SaidKind) {
        if let Some(posted) = self.posted.get(kind.as_str()) {
            posted.notify_one();
        }
    }

    async fn plugged_in(&self, is_in: bool) {
        // As below; and the guard of the value must not be held any longer.
        drop(self.plugged.subscribe().wait_for(|now| *now == is_in).await);
    }

    async fn connected(&self) {
        // The sender lives as long as `self`, so waiting can't fail.
        let _ = self.link.subscribe().wait_for(|link| *link == Link::Connected).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
