//! A cloud to be asked, and the few steps most tests begin with.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response},
};
use bytes::Bytes;
use hearth_cloud::{
    Clocks, Cloud, Ports,
    ports::{Ears, Newcomer, Recogniser},
    recognise,
};
use hearth_contract::{
    CallId, Command, Failure, FamilyId, JournalEntry, MessageId, PictureId, Serial, ThingName,
    clock::Clock,
    device::{Device, Hardware},
    family,
    pairing::{self, Pair, PairingCode, PairingSecret},
    rest::{self, CALL_HEADER},
    text::{CodeText, Name, ZoneName},
    things::{DoorSaid, PictureSaid, SaidKind},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::memory::{
    Hand, MemoryAgenda, MemoryFactory, MemoryObjects, MemoryShadows, MemoryThings, MemoryTokens, MemoryWire,
};

pub const ANA: u32 = 1;
pub const STRANGER: u32 = 9;

/// A cloud with everything around it.
pub struct House {
    pub cloud: Arc<Cloud>,
    pub rest: Router,
    pub signed: Router,
    pub wire: Arc<MemoryWire>,
    pub shadows: Arc<MemoryShadows>,
    pub things: Arc<MemoryThings>,
    pub objects: Arc<MemoryObjects>,
    pub factory: Arc<MemoryFactory>,
    pub agenda: Arc<MemoryAgenda>,
    pub domain: Arc<Hand>,
    pub real: Arc<Hand>,
    pub folder: TempDir,
}

/// A new id, different from all others of this test program.
pub fn fresh() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    u128::from(NEXT.fetch_add(1, Ordering::SeqCst))
}

impl House {
    pub async fn new() -> Self {
        let (domain, real) = (Hand::at("2026-11-21T18:00:00Z"), Hand::at("2026-11-21T18:00:00Z"));
        let clocks = (Arc::new(domain), Arc::new(real));
        Self::opened(tempfile::tempdir().unwrap(), clocks, Arc::new(recognise::Local)).await
    }

    /// With another recogniser than ours.
    pub async fn seeing(recogniser: impl Recogniser + 'static) -> Self {
        let (domain, real) = (Hand::at("2026-11-21T18:00:00Z"), Hand::at("2026-11-21T18:00:00Z"));
        let clocks = (Arc::new(domain), Arc::new(real));
        Self::opened(tempfile::tempdir().unwrap(), clocks, Arc::new(recogniser)).await
    }

    /// The same folder, as after a crash: nothing else is kept.
    pub async fn again(self) -> Self {
        let Self {
            cloud,
            rest,
            signed,
            folder,
            domain,
            real,
            ..
        } = self;
        drop((cloud, rest, signed));
        Self::opened(folder, (domain, real), Arc::new(recognise::Local)).await
    }

    async fn opened(folder: TempDir, (domain, real): (Arc<Hand>, Arc<Hand>), recogniser: Arc<dyn Recogniser>) -> Self {
        let (wire, things) = (Arc::new(MemoryWire::default()), Arc::new(MemoryThings::default()));
        let shadows = Arc::new(MemoryShadows::default());
        let (objects, agenda) = (Arc::new(MemoryObjects::default()), Arc::new(MemoryAgenda::default()));
        let factory = Arc::new(MemoryFactory::default());
        let ports = Ports {
            things: things.clone(),
            wire: wire.clone(),
            shadows: shadows.clone(),
            objects: objects.clone(),
            agenda: agenda.clone(),
            recogniser,
            tokens: Arc::new(MemoryTokens),
            factory: factory.clone(),
        };
        let clocks = Clocks {
            domain: domain.clone(),
            real: real.clone(),
        };
        let cloud = Cloud::open(&folder.path().join("hearth.sqlite"), ports, clocks)
            .await
            .unwrap();
        let (rest, signed) = (cloud.rest(), cloud.signed_rest());
        Self {
            cloud,
            rest,
            signed,
            wire,
            shadows,
            things,
            objects,
            factory,
            agenda,
            domain,
            real,
            folder,
        }
    }

    /// What it keeps.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("hearth.sqlite")
    }

    /// One REST call as it travels.
    pub async fn send(
        &self,
        person: u32,
        (method, path): (&str, &str),
        body: Vec<u8>,
        call: Option<CallId>,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("authorization", format!("Bearer person-{person}"));
        if let Some(call) = call {
            request = request.header(CALL_HEADER, call.to_string());
        }
        self.rest
            .clone()
            .oneshot(request.body(Body::from(body)).unwrap())
            .await
            .unwrap()
    }

    /// Status and body.
    pub async fn raw(
        &self,
        person: u32,
        (method, path): (&str, &str),
        body: Vec<u8>,
        call: Option<CallId>,
    ) -> (u16, Bytes) {
        let response = self.send(person, (method, path), body, call).await;
        (
            response.status().as_u16(),
            to_bytes(response.into_body(), 16 << 20).await.unwrap(),
        )
    }

    pub async fn ask<C: Command>(&self, person: u32, command: C) -> Result<C::Reply, Failure> {
        self.ask_as(person, command, CallId::sample(fresh())).await
    }

    pub async fn ask_as<C: Command>(&self, person: u32, command: C, call: CallId) -> Result<C::Reply, Failure> {
        let sent = rest::encode(&command, C::GOES.route().unwrap().0).unwrap();
        let body = sent.body.map(|body| body.to_string().into_bytes());
        let call = body.is_some().then_some(call);
        let (status, body) = self
            .raw(
                person,
                (sent.method.as_str(), &sent.path),
                body.unwrap_or_default(),
                call,
            )
            .await;
        if status == 200 {
            return Ok(serde_json::from_slice(&body).unwrap());
        }
        let failure: Failure = serde_json::from_slice(&body).unwrap();
        assert_eq!(failure.kind.status(), status);
        Err(failure)
    }

    pub async fn family(&self, person: u32) -> FamilyId {
        let (name, called) = (Name::parse("Linden Street").unwrap(), Name::parse("Ana").unwrap());
        let zone = ZoneName::parse("Europe/Berlin").unwrap();
        self.ask(person, family::Create { name, called, zone })
            .await
            .unwrap()
            .id
    }

    /// Listens on an inbox of this person and gives its topic.
    pub async fn listen(&self, person: u32) -> String {
        let identity: hearth_contract::IdentityId = format!("local:{person}").parse().unwrap();
        self.ask(
            person,
            family::Listen {
                identity: identity.clone(),
            },
        )
        .await
        .unwrap();
        hearth_contract::things::inbox(&identity)
    }

    pub async fn journal(&self, person: u32, family: FamilyId) -> Vec<JournalEntry> {
        self.ask(person, family::Journal { family, after: 0 }).await.unwrap()
    }

    /// A device calls in; gives what its screen shows now.
    pub async fn newcomer(&self, serial: &str, hardware: Hardware) -> PairingCode {
        self.calls_in(serial, hardware, false).await
    }

    /// A device calls in because somebody pressed its button.
    pub async fn pressed(&self, serial: &str, hardware: Hardware) -> PairingCode {
        self.calls_in(serial, hardware, true).await
    }

    async fn calls_in(&self, serial: &str, hardware: Hardware, is_pressed: bool) -> PairingCode {
        // The tablet KT1 hangs on the fridge HF1, and so on.
        let fridge = (hardware == Hardware::Tablet).then(|| serial.replace("KT", "HF").parse().unwrap());
        let serial: Serial = serial.parse().unwrap();
        let newcomer = Newcomer {
            serial: serial.clone(),
            hardware,
            secret: PairingSecret([7; 32]),
            is_pressed,
            fridge,
        };
        self.cloud
            .provision(newcomer)
            .await
            .unwrap()
            .expect("may be provisioned");
        self.things.provisioned(&hardware.thing(&serial));
        self.code(serial, hardware)
    }

    pub fn code(&self, serial: Serial, hardware: Hardware) -> PairingCode {
        let proof = pairing::proof(
            &PairingSecret([7; 32]),
            hardware,
            &serial,
            pairing::step(self.real.now()),
        );
        PairingCode {
            hardware,
            serial,
            proof,
        }
    }

    pub async fn pair(&self, person: u32, family: FamilyId, code: &PairingCode) -> Result<Device, Failure> {
        self.ask(
            person,
            Pair {
                family,
                code: CodeText::parse(&code.to_string()).unwrap(),
            },
        )
        .await
    }

    pub async fn paired(&self, family: FamilyId, serial: &str, hardware: Hardware) -> ThingName {
        let code = self.newcomer(serial, hardware).await;
        self.pair(ANA, family, &code).await.unwrap().thing
    }

    /// Waits until a job that failed was put off for a second.
    pub async fn put_off(&self) {
        let soon = self.domain.now() + jiff::SignedDuration::from_secs(1);
        until("a second try", async || {
            self.agenda.0.lock().unwrap().contains(&soon).then_some(())
        })
        .await;
    }

    pub async fn hear(&self, thing: &ThingName, kind: SaidKind, said: Value) {
        self.cloud.hear(thing, kind, said.to_string().into()).await.unwrap();
    }

    /// The door closes over these foods; gives the message, for repetition.
    pub async fn close_door(&self, thing: &ThingName, foods: &[(&str, u32)]) -> Value {
        let picture = PictureId::sample(fresh());
        self.objects
            .0
            .lock()
            .unwrap()
            .insert(format!("things/{thing}/{picture}.jpg"), labelled(foods));
        self.domain.turn(60);
        let pictures = vec![PictureSaid {
            camera: "shelves".parse().unwrap(),
            picture,
        }];
        let id = MessageId::sample(fresh());
        let said = DoorSaid {
            id,
            door: "fridge".parse().unwrap(),
            at: self.domain.now(),
            open: false,
            pictures,
        };
        let said = serde_json::to_value(said).unwrap();
        self.hear(thing, SaidKind::Door, said.clone()).await;
        said
    }
}

/// A JPEG with labels, as the simulated camera writes it.
pub fn labelled(foods: &[(&str, u32)]) -> Bytes {
    let labels: Vec<Value> = foods
        .iter()
        .enumerate()
        .map(|(n, (food, count))| {
            json!({"food": food, "count": count, "area": {"x": n as f32 / 10.0, "y": 0.5, "w": 0.1, "h": 0.1}})
        })
        .collect();
    let comment = [recognise::MARK, json!({ "labels": labels }).to_string().as_bytes()].concat();
    let mut jpeg = Vec::new();
    let picture = image::RgbImage::from_pixel(16, 16, image::Rgb([200, 200, 200]));
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg)
        .encode_image(&picture)
        .unwrap();
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xFE], &length, &comment, &jpeg[2..]]
        .concat()
        .into()
}

/// Waits until something is there.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap_or_else(|_| panic!("{what} never came"))
}
