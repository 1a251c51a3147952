//! Jobs by a device on a real socket.

use serde_json::{Value, json};

use super::home::{Client, Home};

const J: &str = "$aws/things/fridge-HF1/jobs/";

async fn next(client: &mut Client) -> (String, Value) {
    let (topic, payload) = client.message().await;
    (topic.replace(J, ""), serde_json::from_slice(&payload).unwrap())
}

#[tokio::test]
async fn a_device_hears_of_a_job_and_does_it() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let mut client = home.connect(&own);
    client.connected().await;
    for filter in ["notify-next", "start-next/+", "update-7/update/+"] {
        client.subscribe(&format!("{J}{filter}")).await;
    }
    let given = home
        .things
        .jobs()
        .give("fridge-HF1", "update-7", json!({ "do": "update" }))
        .await;
    home.broker.say(given.unwrap()).await;
    let (topic, said) = next(&mut client).await;
    assert_eq!(
        (topic.as_str(), &said["execution"]["jobId"]),
        ("notify-next", &json!("update-7"))
    );
    client.publish(&format!("{J}start-next"), "{}").await;
    let (topic, said) = next(&mut client).await;
    assert_eq!(topic, "start-next/accepted");
    assert_eq!(said["execution"]["jobDocument"], json!({ "do": "update" }));
    client
        .publish(&format!("{J}update-7/update"), r#"{"status":"SUCCEEDED"}"#)
        .await;
    assert_eq!(next(&mut client).await.0, "update-7/update/accepted");
    let (topic, said) = next(&mut client).await;
    assert_eq!((topic.as_str(), &said["execution"]), ("notify-next", &json!({})));
}
