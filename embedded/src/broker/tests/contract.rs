//! The broker and the registry held to the contracts of their ports, by a
//! device on a real socket.

use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::ports::{
    self, Wire,
    suite::{things, wire},
};
use hearth_contract::{ids::ThingName, things::to_thing};
use rumqttc::Packet;

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
