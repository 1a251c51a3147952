//! Shadows by a device on a real socket: its own, and nobody else's.

use serde_json::{Value, json};

use super::home::{Client, Home};

const P: &str = "$aws/things/fridge-HF1/shadow/name/climate";

async fn next(client: &mut Client) -> (String, Value) {
    let (topic, payload) = client.message().await;
    (topic.replace(P, ""), serde_json::from_slice(&payload).unwrap())
}

#[tokio::test]
async fn a_device_uses_its_shadow_as_with_iot_core() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut client = home.connect(&own);
    client.connected().await;
    for filter in ["get/+", "update/+", "delete/+"] {
        client.subscribe(&format!("{P}/{filter}")).await;
    }
    client.publish(&format!("{P}/get"), "").await;
    let (topic, absent) = next(&mut client).await;
    assert_eq!((topic.as_str(), &absent["code"]), ("/get/rejected", &json!(404)));

    let reported = json!({ "state": { "desired": { "fridge": 4 }, "reported": { "fridge": 5 } }, "clientToken": "a" });
    client.publish(&format!("{P}/update"), reported.to_string()).await;
    let mut ends = Vec::new();
    for _ in 0..3 {
        let (topic, said) = next(&mut client).await;
        assert_eq!(said["clientToken"], "a");
        ends.push(topic);
    }
    assert_eq!(ends, ["/update/accepted", "/update/delta", "/update/documents"]);

    client.publish(&format!("{P}/delete"), "{}").await;
    assert_eq!(next(&mut client).await.0, "/delete/accepted");
}

#[tokio::test]
async fn another_things_shadow_and_the_services_own_topics_are_out_of_reach() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    for topic in [
        "$aws/things/fridge-HF2/shadow/name/climate/update",
        "$aws/things/fridge-HF1/shadow/name/climate/update/accepted",
        "$aws/things/fridge-HF1/shadow/name/a b/update",
        "$aws/things/fridge-HF1/anything",
    ] {
        let mut client = home.connect(&own);
        client.connected().await;
        client.publish(topic, r#"{"state":{}}"#).await;
        client
            .fails(|packet| matches!(packet, rumqttc::Packet::PubAck(_)))
            .await;
    }
}
