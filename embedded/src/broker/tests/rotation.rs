//! From a certificate of one's own to the next one.

use rumqttc::Packet;
use serde_json::{Value, json};

use super::home::{CREATE, Client, Home, Own};
use crate::things::Status;

const ROTATE: &str = "$aws/provisioning-templates/hearth-rotation/provision/json";

fn wish(serial: &str, created: &Value) -> Value {
    json!({
        "certificateOwnershipToken": created["certificateOwnershipToken"],
        "parameters": { "SerialNumber": serial, "HardwareType": "FR" },
    })
}

/// The device's next certificate, and its id.
async fn rotated(device: &mut Client, own: &Own, serial: &str) -> (Own, String) {
    let (created, key) = device.create().await;
    let reply = device.ask(ROTATE, &wish(serial, &created)).await;
    assert_eq!(reply["thingName"], own.thing.as_str(), "{reply}");
    let next = Own {
        cert: created["certificatePem"].as_str().unwrap().to_owned(),
        key,
        ..own.clone()
    };
    (next, created["certificateId"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_device_comes_in_with_its_next_certificate_and_then_only_with_that() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut device = home.connect(&own);
    device.connected().await;
    let (next, _) = rotated(&mut device, &own, "HF1").await;
    drop(device);
    home.connect(&own).connected().await;
    home.connect(&next).connected().await;
    home.connect(&next).connected().await;
    let refused = home.connect(&own).fails(|_| false).await;
    assert!(refused.contains("NotAuthorized"), "{refused}");
}

#[tokio::test]
async fn a_next_certificate_that_never_came_in_is_revoked_by_the_one_after() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut device = home.connect(&own);
    device.connected().await;
    let (_, lost) = rotated(&mut device, &own, "HF1").await;
    let (_, kept) = rotated(&mut device, &own, "HF1").await;
    let status = async |id: &str| home.things.standing(id).await.unwrap().unwrap().status;
    assert_eq!(
        (status(&lost).await, status(&kept).await),
        (Status::Revoked, Status::Active)
    );
}

#[tokio::test]
async fn nobody_hears_the_answers_of_another() {
    let home = Home::open().await;
    let (own, other) = (home.active("HF1").await, home.active("HF2").await);
    let (mut device, mut neighbour) = (home.connect(&own), home.connect(&other));
    device.connected().await;
    neighbour.connected().await;
    for topic in [CREATE, ROTATE] {
        neighbour.subscribe(&format!("{topic}/accepted")).await;
    }
    rotated(&mut device, &own, "HF1").await;
    // What it asks itself is the first that it hears.
    rotated(&mut neighbour, &other, "HF2").await;
}

#[tokio::test]
async fn nobody_gets_the_certificate_of_another() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    home.active("HF2").await;
    let mut device = home.connect(&own);
    device.connected().await;
    let (created, _) = device.create().await;
    let answer = device.ask(ROTATE, &wish("HF2", &created)).await;
    assert_eq!(answer["errorCode"], "AccessDenied", "{answer}");
    let nobodys = json!({ "certificateOwnershipToken": "none" });
    let answer = device.ask(ROTATE, &wish("HF1", &nobodys)).await;
    assert_eq!(answer["errorCode"], "InvalidCertificateOwnershipToken", "{answer}");
    let answer = device.ask(ROTATE, &json!({ "certificateOwnershipToken": "x" })).await;
    assert_eq!(answer["errorCode"], "InvalidParameters", "{answer}");
}

#[tokio::test]
async fn the_claim_certificate_gives_no_next_one() {
    let home = Home::open().await;
    home.active("HF1").await;
    let mut claim = Client::start(home.options("claim-HF1", &home.claim()));
    claim.connected().await;
    let (created, _) = claim.create().await;
    claim.publish(ROTATE, wish("HF1", &created).to_string()).await;
    claim.fails(|packet| matches!(packet, Packet::PubAck(_))).await;
}
