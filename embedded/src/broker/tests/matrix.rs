//! Who may say and hear what, on real sockets: the expected cells are written
//! out here and know nothing of the policy under test.
//!
//! The broker knows no families: a sibling device and one of another family are
//! the same to it, a thing that is not this one.

use std::collections::BTreeSet;

use bytes::Bytes;
use hearth_cloud::ports::{Delivery, Wire as _};
use rumqttc::{Packet, SubscribeReasonCode};

use super::home::{Client, Home};

const Y: bool = true;
const N: bool = false;

/// Topic or filter; whether fridge-HF1 may publish there; whether it may subscribe.
const CELLS: &[(&str, bool, bool)] = &[
    // Its own.
    ("hearth/things/fridge-HF1/door", Y, N),
    ("hearth/things/fridge-HF1/alarm", Y, N),
    ("hearth/things/fridge-HF1/to", N, Y),
    ("hearth/inbox/fridge-HF1", N, Y),
    ("hearth/things/fridge-HF1/anything", N, N),
    // Another thing's, a person's.
    ("hearth/things/fridge-HF2/door", N, N),
    ("hearth/things/fridge-HF2/to", N, N),
    ("hearth/inbox/fridge-HF2", N, N),
    ("hearth/inbox/local-1:7f", N, N),
    ("hearth/things/fridge-HF11/to", N, N),
    // IoT Core's reserved topics.
    ("$aws/things/fridge-HF1/shadow/get", Y, Y),
    ("$aws/things/fridge-HF1/shadow/get/accepted", N, Y),
    ("$aws/things/fridge-HF1/shadow/name/climate/update", Y, Y),
    ("$aws/things/fridge-HF1/shadow/name/climate/update/delta", N, Y),
    ("$aws/things/fridge-HF1/jobs/start-next", Y, Y),
    ("$aws/things/fridge-HF1/jobs/notify-next", N, Y),
    ("$aws/things/fridge-HF2/shadow/get", N, N),
    ("$aws/things/fridge-HF2/shadow/update/accepted", N, N),
    ("$aws/things/fridge-HF2/jobs/notify", N, N),
    ("$aws/certificates/create/json", Y, N),
    ("$aws/certificates/create-from-csr/json/accepted", N, Y),
    ("$aws/certificates/create-from-csr/json/+", N, N),
    ("$aws/provisioning-templates/hearth-device/provision/json", N, N),
    (
        "$aws/provisioning-templates/hearth-device/provision/json/accepted",
        N,
        N,
    ),
    ("$aws/provisioning-templates/hearth-rotation/provision/json", Y, N),
    (
        "$aws/provisioning-templates/hearth-rotation/provision/json/rejected",
        N,
        Y,
    ),
    ("$aws/events/presence/connected/fridge-HF1", N, N),
    ("$aws/rules/any/hearth/things/fridge-HF1/door", N, N),
    ("$SYS/broker/uptime", N, N),
    // Wildcards.
    ("#", N, N),
    ("+/#", N, N),
    ("hearth/#", N, N),
    ("hearth/things/+/to", N, N),
    ("hearth/things/fridge-HF1/#", N, N),
    ("hearth/inbox/+", N, N),
    ("$aws/#", N, N),
    ("$aws/things/+/shadow/get/accepted", N, N),
    ("$aws/things/fridge-HF1/#", N, Y),
    ("$aws/things/fridge-HF1/jobs/+", N, Y),
    ("$share/all/hearth/things/fridge-HF1/to", N, N),
];

#[tokio::test]
async fn a_device_says_and_hears_what_the_matrix_says() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    for (topic, may, _) in CELLS {
        let mut client = home.connect(&own);
        client.connected().await;
        if client
            .mqtt
            .try_publish(*topic, rumqttc::QoS::AtLeastOnce, false, "{}")
            .is_err()
        {
            // The client itself knows that this is no topic.
            assert!(!may, "{topic}");
            continue;
        }
        let acknowledged = loop {
            match client.next().await {
                Ok(Packet::PubAck(_)) => break true,
                Ok(_) => {}
                Err(_) => break false,
            }
        };
        assert_eq!(acknowledged, *may, "publishing to {topic}");
    }
    let mut client = home.connect(&own);
    client.connected().await;
    for (filter, _, may) in CELLS {
        let granted = client.subscribe(filter).await != SubscribeReasonCode::Failure;
        assert_eq!(granted, *may, "subscribing to {filter}");
    }
}

#[tokio::test]
async fn a_device_receives_what_it_may_hear_and_no_more() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut client = home.connect(&own);
    client.connected().await;
    let is_plain = |topic: &str| !topic.contains(['+', '#']);
    for (filter, _, _) in CELLS.iter().filter(|(filter, ..)| is_plain(filter)) {
        client.subscribe(filter).await;
    }
    // Everybody who is allowed to speaks everywhere, and last to this device.
    const LAST: &str = "hearth/things/fridge-HF1/to";
    let topics = CELLS.iter().filter(|(topic, ..)| is_plain(topic) && *topic != LAST);
    let mut due = BTreeSet::new();
    for (topic, _, may) in topics {
        let payload = Bytes::from_static(b"{}");
        home.broker
            .publish(topic, payload, Delivery::AtLeastOnce)
            .await
            .unwrap();
        if *may {
            due.insert((*topic).to_owned());
        }
    }
    home.broker
        .publish(LAST, Bytes::from_static(b"{}"), Delivery::AtLeastOnce)
        .await
        .unwrap();
    assert_eq!(heard_until(&mut client, LAST).await, due);
}

async fn heard_until(client: &mut Client, last: &str) -> BTreeSet<String> {
    let mut heard = BTreeSet::new();
    loop {
        let (topic, _) = client.message().await;
        if topic == last {
            return heard;
        }
        heard.insert(topic);
    }
}
