//! Provisioned devices: what they may, what is kept, and how they are put out.

use std::sync::{Arc, atomic::Ordering};

use bytes::Bytes;
use hearth_cloud::ports::{Delivery, Eyes, Things as _, Wire as _};
use hearth_contract::{
    ids::{CameraId, ThingName},
    live::Frame,
    things::{ALPN_LIVE, MAX_PAYLOAD, SaidKind, from_thing, to_thing},
};
use rumqttc::{Event, Packet, SubscribeReasonCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

use super::home::{Client, Home, Own};

/// The next thing this client hears is `text`.
async fn hears(home: &Home, client: &mut Client, own: &Own, text: &'static str) {
    let topic = to_thing(&own.thing);
    home.broker
        .publish(&topic, Bytes::from(text), Delivery::AtLeastOnce)
        .await
        .unwrap();
    assert_eq!(client.message().await, (topic, Bytes::from(text)));
}

async fn listening(home: &Home, own: &Own) -> Client {
    let mut client = home.connect(own);
    client.connected().await;
    assert_ne!(
        client.subscribe(&to_thing(&own.thing)).await,
        SubscribeReasonCode::Failure
    );
    client
}

#[tokio::test]
async fn what_a_device_says_is_heard_before_it_is_acknowledged() {
    let mut home = Home::open().await;
    let own = home.active("HF1").await;
    let mut device = home.connect(&own);
    device.connected().await;
    let ears = home.ears.clone();
    let closed = ears.gate.write().await;
    device.publish(&from_thing(&own.thing, SaidKind::Door), "{}").await;
    assert_eq!(
        home.said.recv().await.unwrap(),
        (own.thing.clone(), SaidKind::Door, Bytes::from("{}"))
    );
    // Still being heard: nothing may have been acknowledged.
    assert!(
        device
            .events_so_far()
            .iter()
            .all(|packet| !matches!(packet, Packet::PubAck(_)))
    );
    drop(closed);
    device.acknowledged().await;
}

#[tokio::test]
async fn what_could_not_be_kept_is_not_acknowledged_and_comes_again() {
    let mut home = Home::open().await;
    let own = home.active("HF1").await;
    let mut options = home.options(own.thing.as_str(), &own);
    options.set_clean_session(false);
    let mut device = Client::start(options);
    device.connected().await;
    home.ears.failing.store(true, Ordering::SeqCst);
    device.publish(&from_thing(&own.thing, SaidKind::Alarm), "1").await;
    device.fails(|packet| matches!(packet, Packet::PubAck(_))).await;
    home.ears.failing.store(false, Ordering::SeqCst);
    device.acknowledged().await;
    let mut times = 0;
    while let Ok(said) = home.said.try_recv() {
        assert_eq!(said, (own.thing.clone(), SaidKind::Alarm, Bytes::from("1")));
        times += 1;
    }
    assert!(times >= 2, "heard in vain, then kept");
}

#[tokio::test]
async fn a_device_reaches_nobody_else() {
    let mut home = Home::open().await;
    let (own, victim) = (home.active("HF1").await, home.active("HF2").await);
    let mut hearing = listening(&home, &victim).await;
    let mut device = home.connect(&own);
    device.connected().await;
    for filter in [
        "#",
        "+/#",
        "hearth/things/+/to",
        "hearth/things/fridge-HF2/to",
        "$aws/things/fridge-HF2/#",
    ] {
        assert_eq!(device.subscribe(filter).await, SubscribeReasonCode::Failure, "{filter}");
    }
    for topic in [
        to_thing(&victim.thing),
        from_thing(&victim.thing, SaidKind::Door),
        "hearth/inbox/local-1:7f".into(),
    ] {
        device.publish(&topic, "evil").await;
        device.fails(|packet| matches!(packet, Packet::PubAck(_))).await;
        drop(device);
        device = home.connect(&own);
        device.connected().await;
    }
    hears(&home, &mut hearing, &victim, "first").await;
    assert!(home.said.try_recv().is_err(), "the cloud heard nothing");
}

#[tokio::test]
async fn a_spoofed_client_id_is_refused_and_its_owner_stays() {
    let home = Home::open().await;
    let (own, victim) = (home.active("HF1").await, home.active("HF2").await);
    let mut hearing = listening(&home, &victim).await;
    let mut spoof = Client::start(home.options(victim.thing.as_str(), &own));
    assert!(spoof.fails(|_| false).await.contains("NotAuthorized"));
    hears(&home, &mut hearing, &victim, "still here").await;
}

#[tokio::test]
async fn a_deactivated_device_is_disconnected_at_once() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut device = listening(&home, &own).await;
    home.things.deactivate(&own.thing).await.unwrap();
    device.fails(|_| false).await;
    let again = device.fails(|_| false).await;
    assert!(again.contains("NotAuthorized"), "{again}");
}

#[tokio::test]
async fn a_payload_beyond_the_limit_is_refused_and_the_limit_is_not() {
    let mut home = Home::open().await;
    let own = home.active("HF1").await;
    let topic = from_thing(&own.thing, SaidKind::Readings);
    for beyond in [1, 64, 100_000] {
        let mut device = home.connect(&own);
        device.connected().await;
        device.publish(&topic, vec![b'x'; MAX_PAYLOAD + beyond]).await;
        device.fails(|packet| matches!(packet, Packet::PubAck(_))).await;
    }
    assert!(home.said.try_recv().is_err());
    let mut device = home.connect(&own);
    device.connected().await;
    device.publish(&topic, vec![b'x'; MAX_PAYLOAD]).await;
    device.acknowledged().await;
}

#[tokio::test]
async fn a_stalled_handshake_holds_up_nobody() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut stalled = Vec::new();
    for _ in 0..8 {
        stalled.push(TcpStream::connect(home.broker.devices_addr()).await.unwrap());
    }
    home.connect(&own).connected().await;
}

#[tokio::test]
async fn what_is_said_to_a_device_that_is_away_waits_for_it_if_it_wants_so() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let topic = to_thing(&own.thing);
    for (wants, expected) in [(true, vec!["one", "two", "three"]), (false, vec!["three"])] {
        let mut options = home.options(own.thing.as_str(), &own);
        options.set_clean_session(!wants);
        let mut device = Client::start(options.clone());
        device.connected().await;
        device.subscribe(&topic).await;
        drop(device);
        until_away(&home, &own).await;
        for text in ["one", "two"] {
            let said = home.broker.publish(&topic, Bytes::from(text), Delivery::AtLeastOnce);
            said.await.unwrap();
        }
        let mut device = Client::start(options);
        device.connected().await;
        if !wants {
            device.subscribe(&topic).await;
        }
        let said = home.broker.publish(&topic, Bytes::from("three"), Delivery::AtLeastOnce);
        said.await.unwrap();
        for text in expected {
            assert_eq!(device.message().await, (topic.clone(), Bytes::from(text)));
        }
    }
}

async fn until_away(home: &Home, own: &Own) {
    while home.things.connected(&own.thing).await.unwrap() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_will_is_heard_when_a_device_vanishes_and_not_when_it_says_goodbye() {
    let mut home = Home::open().await;
    let own = home.active("HF1").await;
    let topic = from_thing(&own.thing, SaidKind::Alarm);
    let mut options = home.options(own.thing.as_str(), &own);
    options.set_last_will(rumqttc::LastWill::new(&topic, "gone", rumqttc::QoS::AtLeastOnce, false));
    // By itself, because a client of these tests connects again.
    let (polite, mut events) = rumqttc::AsyncClient::new(options.clone(), 8);
    while !matches!(events.poll().await.unwrap(), Event::Incoming(Packet::ConnAck(_))) {}
    polite.disconnect().await.unwrap();
    while events.poll().await.is_ok() {}
    drop(events);
    until_away(&home, &own).await;
    let mut device = Client::start(options);
    device.connected().await;
    device.publish(&topic, "here").await;
    device.acknowledged().await;
    drop(device);
    for text in ["here", "gone"] {
        let said = (own.thing.clone(), SaidKind::Alarm, Bytes::from(text));
        assert_eq!(home.said.recv().await.unwrap(), said);
    }
    assert!(home.said.try_recv().is_err());
}

#[tokio::test]
async fn nine_filters_at_once_are_too_many() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let filters = |count: usize| {
        let one = |n| {
            rumqttc::SubscribeFilter::new(
                format!("$aws/things/{}/jobs/j{n}/update", own.thing),
                rumqttc::QoS::AtLeastOnce,
            )
        };
        (0..count).map(one).collect::<Vec<_>>()
    };
    let mut device = home.connect(&own);
    device.connected().await;
    device.mqtt.subscribe_many(filters(8)).await.unwrap();
    while !matches!(device.next().await, Ok(Packet::SubAck(_))) {}
    device.mqtt.subscribe_many(filters(9)).await.unwrap();
    device.fails(|_| false).await;
}

#[tokio::test]
async fn wills_at_others_topics_retained_messages_and_qos_2_are_not_spoken() {
    let mut home = Home::open().await;
    let own = home.active("HF1").await;
    let topic = from_thing(&own.thing, SaidKind::Door);
    let others = from_thing(&"fridge-HF2".parse().unwrap(), SaidKind::Door);
    for (topic, qos, retain) in [
        (&others, rumqttc::QoS::AtLeastOnce, false),
        (&topic, rumqttc::QoS::AtLeastOnce, true),
        (&topic, rumqttc::QoS::ExactlyOnce, false),
    ] {
        let mut options = home.options(own.thing.as_str(), &own);
        options.set_last_will(rumqttc::LastWill::new(topic, "x", qos, retain));
        // What its library would not even read is cut before it is answered.
        Client::start(options)
            .fails(|packet| matches!(packet, Packet::ConnAck(ack) if ack.code == rumqttc::ConnectReturnCode::Success))
            .await;
    }
    for (qos, retain) in [(rumqttc::QoS::ExactlyOnce, false), (rumqttc::QoS::AtLeastOnce, true)] {
        let mut device = home.connect(&own);
        device.connected().await;
        device.mqtt.publish(&topic, qos, retain, "x").await.unwrap();
        device
            .fails(|packet| matches!(packet, Packet::PubAck(_) | Packet::PubRec(_)))
            .await;
    }
    assert!(home.said.try_recv().is_err());
}

#[tokio::test]
async fn presence_is_told_and_a_takeover_is_no_absence() {
    let mut home = Home::open().await;
    let own = home.active("HF1").await;
    let mut device = home.connect(&own);
    device.connected().await;
    assert_eq!(home.told.recv().await.unwrap(), (own.thing.clone(), true));
    assert!(home.things.connected(&own.thing).await.unwrap());
    let mut newer = home.connect(&own);
    newer.connected().await;
    drop(device);
    drop(newer);
    assert_eq!(
        home.told.recv().await.unwrap(),
        (own.thing.clone(), false),
        "once, and nothing between"
    );
    assert!(!home.things.connected(&own.thing).await.unwrap());
}

struct Relay(mpsc::UnboundedSender<(ThingName, CameraId, Option<Frame>)>);

impl Eyes for Relay {
    fn show(&self, thing: &ThingName, camera: &CameraId, frame: &Frame) -> bool {
        self.0
            .send((thing.clone(), camera.clone(), Some(frame.clone())))
            .is_ok()
    }

    fn hide(&self, thing: &ThingName, camera: &CameraId) {
        self.0.send((thing.clone(), camera.clone(), None)).unwrap();
    }
}

#[tokio::test]
async fn live_frames_of_an_active_device_reach_the_relay() {
    let home = Home::open().await;
    let own = home.provisioned("HF1").await;
    let (to, mut frames) = mpsc::unbounded_channel();
    home.broker.set_eyes(Arc::new(Relay(to)));
    let frame = Frame {
        key: true,
        at_ms: 7,
        data: vec![1; 100_000],
    };
    let stream = [b"{\"camera\":\"door\"}\n".as_slice(), &frame.encode()].concat();
    for active in [false, true] {
        if active {
            home.things.activate(&own.thing).await.unwrap();
        }
        let connector = tokio_rustls::TlsConnector::from(Arc::new(home.tls(&own, &[ALPN_LIVE])));
        let tcp = TcpStream::connect(home.broker.devices_addr()).await.unwrap();
        let mut tls = connector.connect("localhost".try_into().unwrap(), tcp).await.unwrap();
        // To an inactive device the door is shut: writing fails sooner or later.
        let sent = tls.write_all(&stream).await;
        let seen = |frame| (own.thing.clone(), "door".parse().unwrap(), frame);
        if active {
            sent.unwrap();
            tls.flush().await.unwrap();
            assert_eq!(frames.recv().await.unwrap(), seen(Some(frame.clone())));
            home.things.deactivate(&own.thing).await.unwrap();
        }
        let ended = tls.read(&mut [0; 1]).await;
        assert!(!matches!(ended, Ok(1..)), "shut, or cut at once");
        if active {
            assert_eq!(frames.recv().await.unwrap(), seen(None), "it is not live any more");
        }
    }
    assert!(frames.try_recv().is_err());
}

#[tokio::test]
async fn what_happens_at_the_broker_is_counted() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut device = home.connect(&own);
    device.connected().await;
    device.subscribe("hearth/things/fridge-HF1/to").await;
    device.subscribe("hearth/things/fridge-HF2/to").await;
    device.publish("hearth/things/fridge-HF2/door", "{}").await;
    device.fails(|packet| matches!(packet, Packet::PubAck(_))).await;
    let inactive = home.provisioned("HF3").await;
    home.connect(&inactive).fails(|_| false).await;
    let text = home.broker.metrics();
    for (name, least) in [
        ("connect_success", 2),
        ("connect_auth_error", 1),
        ("subscribe_success", 1),
        ("subscribe_auth_error", 1),
        ("publish_in_success", 2),
        ("publish_in_auth_error", 1),
    ] {
        let line = format!("hearth_broker_{name}_total ");
        let told = text
            .lines()
            .find_map(|told| told.strip_prefix(&*line)?.parse::<u64>().ok());
        assert!(told.is_some_and(|told| told >= least), "{name}: {text}");
    }
}
