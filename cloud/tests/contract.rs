//! The ports in memory, and the recognisers, held to the contracts of their ports.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[allow(dead_code)] // The rules' tests use all of it.
#[path = "rules/memory.rs"]
mod memory;
#[allow(dead_code)] // As above.
#[path = "rules/support.rs"]
mod support;

use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::{
    ports::{
        Agenda, Objects, Proven, Recogniser, Shadows, Shot, SignedCall, Things, Wire,
        suite::{agenda, objects, recogniser, shadows, things, tokens, wire},
    },
    recognise::{Labels, Local, Pixels},
};
use hearth_contract::{PersonId, PictureId, Principal, ThingName, clock::Clock};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    memory::{Hand, MemoryAgenda, MemoryObjects, MemoryShadows, MemoryThings, MemoryTokens, MemoryWire},
    support::labelled,
};

const NOW: &str = "2026-11-21T18:00:00Z";
const TOPIC: &str = "hearth/things/fridge-HF1/to";

#[async_trait]
impl things::Registry for MemoryThings {
    fn things(&self) -> &dyn Things {
        self
    }

    async fn provision(&mut self) -> ThingName {
        let thing = "fridge-HF1".parse().unwrap();
        self.provisioned(&thing);
        thing
    }

    async fn connect(&mut self) -> bool {
        let active = self.active.lock().unwrap().clone();
        self.online.lock().unwrap().extend(active.iter().cloned());
        !active.is_empty()
    }

    async fn cut(&mut self) {
        assert!(self.online.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn things_in_memory_keep_the_contract() {
    things::check(&mut MemoryThings::default()).await;
}

#[derive(Default)]
struct Reader(MemoryWire, usize);

#[async_trait]
impl wire::Receiver for Reader {
    fn wire(&self) -> &dyn Wire {
        &self.0
    }

    fn topic(&self) -> String {
        TOPIC.to_owned()
    }

    async fn next(&mut self) -> Bytes {
        self.1 += 1;
        self.0.nth(TOPIC, self.1 - 1).unwrap()
    }
}

#[tokio::test]
async fn the_wire_in_memory_keeps_the_contract() {
    wire::check(&mut Reader::default()).await;
}

#[async_trait]
impl shadows::Device for MemoryShadows {
    fn shadows(&self) -> &dyn Shadows {
        self
    }

    fn thing(&self) -> ThingName {
        "fridge-HF1".parse().unwrap()
    }

    async fn report(&mut self, reported: Value) -> Value {
        let change = json!({ "state": { "reported": reported } });
        MemoryShadows::report(self, &shadows::Device::thing(self), &change).0
    }
}

#[tokio::test]
async fn shadows_in_memory_keep_the_contract() {
    shadows::check(&mut MemoryShadows::default()).await;
}

struct Putting(MemoryObjects, Hand);

#[async_trait]
impl objects::Client for Putting {
    fn objects(&self) -> &dyn Objects {
        &self.0
    }

    async fn put(&self, url: &str, jpeg: Bytes) -> bool {
        self.0.put(url, jpeg, self.1.now())
    }

    async fn get(&self, url: &str) -> Option<Bytes> {
        self.0.fetch(url, self.1.now())
    }

    fn now(&self) -> Timestamp {
        self.1.now()
    }

    fn turn(&self, seconds: u32) {
        self.1.turn(seconds.into());
    }
}

#[tokio::test]
async fn objects_in_memory_keep_the_contract() {
    objects::check(&Putting(MemoryObjects::default(), Hand::at(NOW))).await;
}

struct Diary(MemoryAgenda, Hand);

#[async_trait]
impl agenda::Woken for Diary {
    fn agenda(&self) -> &dyn Agenda {
        &self.0
    }

    fn now(&self) -> Timestamp {
        self.1.now()
    }

    fn turn(&self, seconds: u32) {
        self.1.turn(seconds.into());
    }

    fn was_called(&mut self) -> bool {
        let mut due = self.0.0.lock().unwrap();
        let before = due.len();
        due.retain(|at| *at > self.1.now());
        due.len() < before
    }

    async fn called(&mut self) {
        assert!(self.was_called(), "something is due");
    }
}

#[tokio::test]
async fn the_agenda_in_memory_keeps_the_contract() {
    agenda::check(&mut Diary(MemoryAgenda::default(), Hand::at(NOW))).await;
}

#[tokio::test]
async fn every_recogniser_keeps_the_contract() {
    let shot = |n, foods| Shot {
        picture: PictureId::sample(n),
        jpeg: labelled(foods),
    };
    let (before, after) = (shot(1, &[("milk", 2)]), shot(2, &[("milk", 1), ("egg", 6)]));
    let all: [&dyn Recogniser; 3] = [&Labels, &Pixels, &Local];
    for each in all {
        recogniser::check(each, &before, &after).await;
    }
}

#[tokio::test]
async fn tokens_in_memory_keep_the_contract() {
    let digest = "a".repeat(64);
    let headers = [
        ("authorization", "thing tablet-KT1"),
        ("x-test-digest", digest.as_str()),
    ];
    let good = tokens::Good {
        bearer: "person-3",
        bearer_is: Proven {
            principal: Principal::Person(PersonId::sample(3)),
        },
        call: SignedCall {
            method: "GET",
            path: "/signed/v1/families",
            query: "",
            headers: &headers,
            digest: &digest,
        },
        signer_is: Proven {
            principal: Principal::Thing("tablet-KT1".parse().unwrap()),
        },
    };
    tokens::check(&MemoryTokens, good).await;
}
