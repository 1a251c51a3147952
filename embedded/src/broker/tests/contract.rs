//! The broker and the registry held to the contracts of their ports, by a
//! device on a real socket.

use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::ports::{
    self, Shadows, Wire,
    suite::{shadows, things, wire},
};
use hearth_contract::{control::shadow, ids::ThingName, things::to_thing};
use rumqttc::Packet;
use serde_json::{Value, json};

use super::home::{Client, Home, Own};

struct Device {
    home: Home,
    own: Option<Own>,
    connection: Option<Client>,
}

#[async_trait]
impl things::Registry for Device {
    fn things(&self) -> &dyn ports::Things {
        self.home.things.as_ref()
    }

    async fn provision(&mut self) -> ThingName {
        let own = self.home.provisioned("HF1").await;
        self.own.insert(own).thing.clone()
    }

    async fn connect(&mut self) -> bool {
        let mut client = self.home.connect(self.own.as_ref().unwrap());
        loop {
            match client.next().await {
                Ok(Packet::ConnAck(_)) => break,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        self.connection = Some(client);
        true
    }

    async fn cut(&mut self) {
        let mut connection = self.connection.take().unwrap();
        connection.fails(|_| false).await;
    }
}

#[tokio::test]
async fn the_registry_keeps_the_contract() {
    let home = Home::open().await;
    let mut device = Device {
        home,
        own: None,
        connection: None,
    };
    things::check(&mut device).await;
}

struct Listener {
    home: Home,
    topic: String,
    client: Client,
}

#[async_trait]
impl wire::Receiver for Listener {
    fn wire(&self) -> &dyn Wire {
        self.home.broker.as_ref()
    }

    fn topic(&self) -> String {
        self.topic.clone()
    }

    async fn next(&mut self) -> Bytes {
        let (topic, payload) = self.client.message().await;
        assert_eq!(topic, self.topic);
        payload
    }
}

#[tokio::test]
async fn the_broker_keeps_the_contract() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut client = home.connect(&own);
    client.connected().await;
    let topic = to_thing(&own.thing);
    client.subscribe(&topic).await;
    wire::check(&mut Listener { home, topic, client }).await;
}

struct Reporter {
    home: Home,
    own: Own,
    client: Option<Client>,
}

#[async_trait]
impl shadows::Device for Reporter {
    fn shadows(&self) -> &dyn Shadows {
        self.home.broker.as_ref()
    }

    fn thing(&self) -> ThingName {
        self.own.thing.clone()
    }

    async fn report(&mut self, reported: Value) -> Value {
        let topic = shadow::update(&self.own.thing);
        let client = match &mut self.client {
            Some(client) => client,
            away => {
                let mut client = self.home.connect(&self.own);
                client.connected().await;
                client.subscribe(&format!("{topic}/+")).await;
                away.insert(client)
            }
        };
        let change = json!({ "state": { "reported": reported }, "clientToken": "own" });
        client.publish(&topic, change.to_string()).await;
        let mut delta = json!({});
        loop {
            let (said, payload) = client.message().await;
            let payload: Value = serde_json::from_slice(&payload).unwrap();
            if payload["clientToken"] != "own" {
                continue;
            }
            if said.ends_with("/delta") {
                delta = payload["state"].clone();
            } else if said.ends_with("/documents") {
                return delta;
            }
        }
    }
}

#[tokio::test]
async fn the_brokers_shadows_keep_the_contract() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let client = None;
    shadows::check(&mut Reporter { home, own, client }).await;
}
