//! Devices that take more than their share: the others don't feel it.

use std::{sync::Arc, time::Duration};

use hearth_contract::things::ALPN_MQTT;
use rumqttc::{Packet, QoS, SubscribeFilter, SubscribeReasonCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::home::Home;

/// Far more than one may say at once, which is five seconds of a hundred each.
const FLOOD: usize = 2000;
/// Topics that somebody wants to hear, and how many of one connection AWS IoT takes.
const MANY: usize = 10_000;
const TAKEN: usize = 50;
/// AWS IoT's most filters of one `SUBSCRIBE`.
const AT_ONCE: usize = 8;
/// `CONNECT` of MQTT 3.1.1, clean, as fridge-HF1, with a keep-alive of one second.
const CONNECT: &[u8] = b"\x10\x16\x00\x04MQTT\x04\x02\x00\x01\x00\x0afridge-HF1";
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_flood_from_one_device_is_not_felt_by_another() {
    let home = Home::open().await;
    let (loud, quiet) = (home.active("HF1").await, home.active("HF2").await);
    let (mut flood, mut other) = (home.connect(&loud), home.connect(&quiet));
    flood.connected().await;
    other.connected().await;
    let mqtt = flood.mqtt.clone();
    let pours = tokio::spawn(async move {
        for _ in 0..FLOOD {
            let topic = "hearth/things/fridge-HF1/door";
            if mqtt.publish(topic, QoS::AtLeastOnce, false, "{}").await.is_err() {
                return;
            }
        }
    });
    // First it is held back: only then is there something to be felt.
    let mut heard = 0;
    while home.broker.metrics().contains("publish_in_throttle_total 0\n") {
        heard += usize::from(matches!(flood.next().await.unwrap(), Packet::PubAck(_)));
    }
    for _ in 0..20 {
        other.publish("hearth/things/fridge-HF2/door", "{}").await;
        other.acknowledged().await;
    }
    let more = flood.events_so_far();
    heard += more.iter().filter(|packet| matches!(packet, Packet::PubAck(_))).count();
    assert!(heard < FLOOD / 2, "it was not held back: {heard}");
    pours.abort();
}

#[tokio::test]
async fn ten_thousand_topics_are_not_listened_to() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut device = home.connect(&own);
    device.connected().await;
    let mut taken = 0;
    for first in (0..MANY).step_by(AT_ONCE) {
        let topics = (first..first + AT_ONCE)
            .map(|n| SubscribeFilter::new(format!("$aws/things/fridge-HF1/{n}"), QoS::AtLeastOnce));
        device.mqtt.subscribe_many(topics).await.unwrap();
        let ack = loop {
            if let Packet::SubAck(ack) = device.next().await.unwrap() {
                break ack;
            }
        };
        let is_taken = |code: &&SubscribeReasonCode| **code != SubscribeReasonCode::Failure;
        taken += ack.return_codes.iter().filter(is_taken).count();
    }
    assert_eq!(taken, TAKEN);
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_ended() {
    let mut home = Home::open().await;
    let own = home.active("HF1").await;
    let connector = tokio_rustls::TlsConnector::from(Arc::new(home.tls(&own, &[ALPN_MQTT])));
    let tcp = TcpStream::connect(home.broker.devices_addr()).await.unwrap();
    let mut tls = connector.connect("localhost".try_into().unwrap(), tcp).await.unwrap();
    tls.write_all(CONNECT).await.unwrap();
    tls.flush().await.unwrap();
    let mut accepted = [0; 4];
    tls.read_exact(&mut accepted).await.unwrap();
    assert_eq!(accepted, [0x20, 2, 0, 0], "it is let in");
    assert_eq!(home.told.recv().await.unwrap(), (own.thing.clone(), true));
    let told = timeout(SOON, home.told.recv()).await.expect("it is given up").unwrap();
    assert_eq!(told, (own.thing.clone(), false));
}
