//! Ports in memory, and clocks that are turned by hand.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::ports::{
    Agenda, Delivery, Factory, Objects, Outside, Proven, Shadows, SignedCall, Things, Tokens, Wire,
};
use hearth_contract::{PersonId, Principal, Serial, ThingName, clock::Clock, device::Hardware};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A clock that stands until it is turned.
pub struct Hand(AtomicI64);

impl Hand {
    pub fn at(text: &str) -> Self {
        Self(AtomicI64::new(text.parse::<Timestamp>().unwrap().as_second()))
    }

    pub fn turn(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Keeps everything that was published.
#[derive(Default)]
pub struct MemoryWire(Mutex<Vec<(String, Bytes, Delivery)>>);

impl MemoryWire {
    /// All payloads of a topic so far.
    pub fn on(&self, topic: &str) -> Vec<serde_json::Value> {
        let sent = self.0.lock().unwrap();
        let here = sent.iter().filter(|(at, ..)| at == topic);
        here.map(|(_, payload, _)| serde_json::from_slice(payload).unwrap())
            .collect()
    }

    /// How many payloads there are of a topic.
    pub fn count(&self, topic: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|(at, ..)| at == topic).count()
    }

    /// The payload of a topic that came as the `n`th, from 0 on.
    pub fn nth(&self, topic: &str, n: usize) -> Option<Bytes> {
        let sent = self.0.lock().unwrap();
        let mut here = sent.iter().filter(|(at, ..)| at == topic);
        here.nth(n).map(|(_, payload, _)| payload.clone())
    }

    pub fn deliveries(&self, topic: &str) -> Vec<Delivery> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .filter(|(at, ..)| at == topic)
            .map(|(.., delivery)| *delivery)
            .collect()
    }
}

#[async_trait]
impl Wire for MemoryWire {
    async fn publish(&self, topic: &str, payload: Bytes, delivery: Delivery) -> Result<(), Outside> {
        self.0.lock().unwrap().push((topic.to_owned(), payload, delivery));
        Ok(())
    }
}

/// Shadows without metadata: both halves are merged, and their difference told.
#[derive(Default)]
pub struct MemoryShadows(Mutex<HashMap<ThingName, Kept>>);

#[derive(Clone, Default)]
struct Kept {
    state: Value,
    version: u64,
}

impl MemoryShadows {
    /// What is wanted of a thing.
    pub fn desired(&self, thing: &ThingName) -> Value {
        let all = self.0.lock().unwrap();
        all.get(thing).map_or(Value::Null, |kept| kept.state["desired"].clone())
    }

    /// A thing reports; gives what it does not do yet, and the documents for the cloud.
    pub fn report(&self, thing: &ThingName, change: &Value) -> (Value, Value) {
        let kept = self.change(thing, change);
        let delta = difference(&kept.state["desired"], &kept.state["reported"]);
        let documents = json!({
            "current": { "state": kept.state, "metadata": {}, "version": kept.version },
            "timestamp": 1_795_000_000,
        });
        (delta, documents)
    }

    fn change(&self, thing: &ThingName, change: &Value) -> Kept {
        let mut all = self.0.lock().unwrap();
        let kept = all.entry(thing.clone()).or_default();
        merge(&mut kept.state, &change["state"]);
        kept.version += 1;
        kept.clone()
    }
}

fn merge(into: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *into = change.clone();
        return;
    };
    if !into.is_object() {
        *into = json!({});
    }
    for (name, value) in change {
        if value.is_null() {
            into.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut into[name], value);
        }
    }
}

fn difference(desired: &Value, reported: &Value) -> Value {
    let Value::Object(desired) = desired else {
        return json!({});
    };
    let mut differs = json!({});
    for (name, value) in desired {
        let there = &reported[name];
        let left = if value.is_object() {
            difference(value, there)
        } else {
            value.clone()
        };
        if *value != *there && left != json!({}) {
            differs[name] = left;
        }
    }
    differs
}

#[async_trait]
impl Shadows for MemoryShadows {
    async fn update(&self, thing: &ThingName, change: Value) -> Result<(), Outside> {
        self.change(thing, &change);
        Ok(())
    }
}

/// The maker; it has built everything until it says what.
#[derive(Default)]
pub struct MemoryFactory(pub Mutex<Option<HashMap<Serial, Hardware>>>);

#[async_trait]
impl Factory for MemoryFactory {
    async fn built(&self, hardware: Hardware, serial: &Serial) -> Result<bool, Outside> {
        let built = self.0.lock().unwrap();
        Ok(built.as_ref().is_none_or(|built| built.get(serial) == Some(&hardware)))
    }
}

/// The registry; out of order when told so. It knows no certificates: a thing
/// has one until it is revoked.
#[derive(Default)]
pub struct MemoryThings {
    pub active: Mutex<HashSet<ThingName>>,
    pub online: Mutex<HashSet<ThingName>>,
    pub revoked: Mutex<HashSet<ThingName>>,
    pub silent: AtomicBool,
    pub asked: AtomicI64,
}

impl MemoryThings {
    /// The thing has a new certificate.
    pub fn provisioned(&self, thing: &ThingName) {
        self.revoked.lock().unwrap().remove(thing);
    }
}

#[async_trait]
impl Things for MemoryThings {
    async fn activate(&self, thing: &ThingName) -> Result<(), Outside> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.silent.load(Ordering::SeqCst) {
            return Err(Outside::Silent {
                what: "things",
                why: "a test".to_owned(),
            });
        }
        if self.revoked.lock().unwrap().contains(thing) {
            return Err(Outside::Absent("a certificate of the thing"));
        }
        self.active.lock().unwrap().insert(thing.clone());
        Ok(())
    }

    async fn deactivate(&self, thing: &ThingName) -> Result<(), Outside> {
        self.active.lock().unwrap().remove(thing);
        self.online.lock().unwrap().remove(thing);
        Ok(())
    }

    async fn revoke(&self, thing: &ThingName) -> Result<(), Outside> {
        self.active.lock().unwrap().remove(thing);
        self.online.lock().unwrap().remove(thing);
        self.revoked.lock().unwrap().insert(thing.clone());
        Ok(())
    }

    async fn connected(&self, thing: &ThingName) -> Result<bool, Outside> {
        Ok(self.online.lock().unwrap().contains(thing))
    }
}

#[derive(Default)]
pub struct MemoryObjects(pub Mutex<HashMap<String, Bytes>>, Mutex<HashMap<String, Grant>>);

/// What an address is good for.
#[derive(Clone)]
struct Grant {
    key: String,
    /// The most bytes that it takes; `None`: it gives.
    takes: Option<u64>,
    expires_at: Timestamp,
}

impl MemoryObjects {
    /// Puts to an address; whether it was taken.
    pub fn put(&self, url: &str, bytes: Bytes, now: Timestamp) -> bool {
        let granted = self.granted(url, now);
        let Some((key, most)) = granted.and_then(|grant| Some((grant.key, grant.takes?))) else {
            return false;
        };
        let mut objects = self.0.lock().unwrap();
        let is_taken = bytes.len() as u64 <= most && !objects.contains_key(&key);
        if is_taken {
            objects.insert(key, bytes);
        }
        is_taken
    }

    /// What an address gives; `None` if it is not good.
    pub fn fetch(&self, url: &str, now: Timestamp) -> Option<Bytes> {
        let grant = self.granted(url, now).filter(|grant| grant.takes.is_none())?;
        self.0.lock().unwrap().get(&grant.key).cloned()
    }

    fn granted(&self, url: &str, now: Timestamp) -> Option<Grant> {
        let grants = self.1.lock().unwrap();
        grants.get(url).filter(|grant| now <= grant.expires_at).cloned()
    }

    fn grant(&self, url: String, key: &str, takes: Option<u64>, expires_at: Timestamp) -> String {
        let grant = Grant {
            key: key.to_owned(),
            takes,
            expires_at,
        };
        self.1.lock().unwrap().insert(url.clone(), grant);
        url
    }
}

#[async_trait]
impl Objects for MemoryObjects {
    async fn put_url(&self, key: &str, max_bytes: u64, expires_at: Timestamp) -> Result<String, Outside> {
        Ok(self.grant(format!("memory://put/{key}"), key, Some(max_bytes), expires_at))
    }

    async fn get_url(&self, key: &str, expires_at: Timestamp) -> Result<String, Outside> {
        Ok(self.grant(format!("memory://get/{key}"), key, None, expires_at))
    }

    async fn get(&self, key: &str) -> Result<Option<Bytes>, Outside> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    async fn delete(&self, key: &str) -> Result<(), Outside> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

/// Remembers when it was to wake.
#[derive(Default)]
pub struct MemoryAgenda(pub Mutex<Vec<Timestamp>>);

impl Agenda for MemoryAgenda {
    fn wake(&self, due_at: Timestamp) {
        self.0.lock().unwrap().push(due_at);
    }
}

/// The token `person-3` stands for the third sample person, and a call "signed"
/// `thing tablet-KT1` for that thing.
pub struct MemoryTokens;

#[async_trait]
impl Tokens for MemoryTokens {
    async fn prove(&self, bearer: &str) -> Option<Proven> {
        let number = bearer.strip_prefix("person-")?.parse().ok()?;
        Some(Proven {
            principal: Principal::Person(PersonId::sample(number)),
        })
    }

    async fn prove_signed(&self, call: SignedCall<'_>) -> Option<Proven> {
        let header = |wanted| call.headers.iter().find(|(name, _)| *name == wanted);
        let (_, signature) = header("authorization")?;
        let (_, digest) = header("x-test-digest")?;
        let thing = signature.strip_prefix("thing ")?.parse().ok()?;
        let is_whole = *digest == call.digest && call.path.starts_with("/signed/v1/");
        is_whole.then_some(Proven {
            principal: Principal::Thing(thing),
        })
    }
}
