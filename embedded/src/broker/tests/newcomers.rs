//! From the claim certificate to a certificate of one's own.

use std::sync::atomic::Ordering;

use hearth_cloud::ports::Things as _;
use rumqttc::{Packet, SubscribeReasonCode};
use serde_json::json;

use super::home::{CREATE, Client, Home, Own, PROVISION, wish};

#[tokio::test]
async fn a_device_is_refused_while_inactive_and_let_in_once_activated() {
    let home = Home::open().await;
    let own = home.provisioned("HF1").await;
    let mut device = home.connect(&own);
    let refused = device.fails(|_| false).await;
    assert!(refused.contains("NotAuthorized"), "{refused}");
    home.things.activate(&own.thing).await.unwrap();
    while !matches!(device.next().await, Ok(Packet::ConnAck(_))) {}
}

#[tokio::test]
async fn a_claim_certificate_is_good_for_nothing_else() {
    let home = Home::open().await;
    let claim = home.claim();
    let mut spoof = Client::start(home.options("fridge-HF1", &claim));
    assert!(spoof.fails(|_| false).await.contains("NotAuthorized"));
    let mut client = Client::start(home.options("claim-1", &claim));
    client.connected().await;
    for filter in [
        "#",
        "$aws/#",
        "$aws/certificates/create-from-csr/json/+",
        "hearth/things/fridge-HF1/to",
    ] {
        assert_eq!(client.subscribe(filter).await, SubscribeReasonCode::Failure, "{filter}");
    }
    client.publish("hearth/things/fridge-HF1/door", "{}").await;
    client.fails(|packet| matches!(packet, Packet::PubAck(_))).await;
}

#[tokio::test]
async fn two_newcomers_never_see_each_others_answers() {
    let home = Home::open().await;
    let mut clients = Vec::new();
    // Even by the same name they neither meet nor push each other out.
    for _ in 0..2 {
        let mut client = Client::start(home.options("claim-same", &home.claim()));
        client.connected().await;
        client.subscribe(&format!("{CREATE}/accepted")).await;
        clients.push(client);
    }
    let (first, _) = clients[0].create().await;
    let (second, _) = clients[1].create().await;
    assert!(first["certificateId"].is_string());
    assert_ne!(
        first["certificateId"], second["certificateId"],
        "the first message is one's own"
    );
}

#[tokio::test]
async fn what_is_wrong_is_rejected_with_awss_codes() {
    let home = Home::open().await;
    let mut claim = Client::start(home.options("claim-1", &home.claim()));
    claim.connected().await;
    let (created, _) = claim.create().await;
    let mut without = wish("HF1", &created);
    without["parameters"].as_object_mut().unwrap().remove("SerialNumber");
    let mut short = wish("HF1", &created);
    short["parameters"]["PairingSecret"] = json!("07");
    let mut unknown = wish("HF1", &created);
    unknown["certificateOwnershipToken"] = json!("none");
    for (asked, status, code) in [
        (json!("no object"), 400, "InvalidPayload"),
        (without, 400, "InvalidParameters"),
        (short, 400, "InvalidParameters"),
        (unknown, 400, "InvalidCertificateOwnershipToken"),
    ] {
        let answer = claim.ask(PROVISION, &asked).await;
        assert_eq!(
            (&answer["statusCode"], &answer["errorCode"]),
            (&json!(status), &json!(code)),
            "{answer}"
        );
    }
    let answer = claim.ask(CREATE, &json!({ "certificateSigningRequest": "none" })).await;
    assert_eq!(answer["errorCode"], "InvalidPayload");
    home.ears.refusing.store(true, Ordering::SeqCst);
    let answer = claim.ask(PROVISION, &wish("HF1", &created)).await;
    assert_eq!(answer["errorCode"], "AccessDenied");
    home.ears.refusing.store(false, Ordering::SeqCst);
    let answer = claim.ask(PROVISION, &wish("HF1", &created)).await;
    assert_eq!(answer["thingName"], "fridge-HF1", "a refusal uses nothing up");
    let answer = claim.ask(PROVISION, &wish("HF1", &created)).await;
    assert_eq!(
        answer["errorCode"], "InvalidCertificateOwnershipToken",
        "a token is good once"
    );
}

#[tokio::test]
async fn a_device_that_makes_no_key_is_given_one() {
    let home = Home::open().await;
    let mut claim = Client::start(home.options("claim-HF1", &home.claim()));
    claim.connected().await;
    let created = claim.ask("$aws/certificates/create/json", &json!({})).await;
    let reply = claim.ask(PROVISION, &wish("HF1", &created)).await;
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    let own = Own {
        thing: reply["thingName"].as_str().unwrap().parse().unwrap(),
        cert: text("certificatePem"),
        key: text("privateKey"),
    };
    home.things.activate(&own.thing).await.unwrap();
    home.connect(&own).connected().await;
}
