//! The service from outside: what is asked, what is said, what stays.

use super::*;
use crate::things::Things;

async fn home() -> (tempfile::TempDir, Things) {
    let folder = tempfile::tempdir().unwrap();
    let clock: jiff::Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
    let things = Things::open(folder.path(), Arc::new(clock)).await.unwrap();
    (folder, things)
}

fn climate() -> Shadow {
    Shadow::of("fridge-HF1", "climate").unwrap()
}

async fn asked(things: &Things, shadow: &Shadow, verb: Verb, payload: Value) -> Vec<(String, Value)> {
    let said = things
        .shadows()
        .answer(shadow, verb, payload.to_string().as_bytes())
        .await;
    let prefix = shadow.prefix();
    said.into_iter()
        .map(|said| (said.topic.replace(&prefix, ""), said.payload))
        .collect()
}

#[tokio::test]
async fn an_update_is_answered_and_its_consequences_are_said() {
    let (folder, things) = home().await;
    let wanted = json!({ "state": { "desired": { "fridge": 4 } }, "clientToken": "t" });
    let said = asked(&things, &climate(), Verb::Update, wanted).await;
    let ends: Vec<_> = said.iter().map(|(topic, _)| topic.as_str()).collect();
    assert_eq!(ends, ["/update/accepted", "/update/delta", "/update/documents"]);
    assert_eq!(said[1].1["state"], json!({ "fridge": 4 }));
    let done = json!({ "state": { "reported": { "fridge": 4 } } });
    let said = asked(&things, &climate(), Verb::Update, done).await;
    assert_eq!(said.len(), 2, "what is as wanted needs no delta: {said:?}");

    // It outlives the process, and is nobody else's.
    drop(things);
    let again = Things::open(folder.path(), Arc::new(jiff::Timestamp::UNIX_EPOCH))
        .await
        .unwrap();
    let got = asked(&again, &climate(), Verb::Get, json!({ "clientToken": "g" })).await;
    assert_eq!(got[0].0, "/get/accepted");
    assert_eq!(
        (&got[0].1["version"], &got[0].1["clientToken"]),
        (&json!(2), &json!("g"))
    );
    let classic = Shadow::of("fridge-HF1", "").unwrap();
    let none = asked(&again, &classic, Verb::Get, json!({})).await;
    assert_eq!(none[0].1["message"], "No shadow exists with name: 'fridge-HF1'");
}

#[tokio::test]
async fn a_deleted_shadow_is_gone_and_goes_on_counting() {
    let (_folder, things) = home().await;
    let one = json!({ "state": { "reported": { "light": true } } });
    asked(&things, &climate(), Verb::Update, one.clone()).await;
    let late = asked(&things, &climate(), Verb::Delete, json!({ "version": 9 })).await;
    assert_eq!(
        (late[0].0.as_str(), &late[0].1["code"]),
        ("/delete/rejected", &json!(409))
    );
    let gone = asked(&things, &climate(), Verb::Delete, json!({})).await;
    assert_eq!(
        (gone[0].0.as_str(), &gone[0].1["version"]),
        ("/delete/accepted", &json!(1))
    );
    let absent = asked(&things, &climate(), Verb::Get, json!({})).await;
    assert_eq!(
        absent[0].1["message"],
        "No shadow exists with name: 'fridge-HF1~climate'"
    );
    let again = asked(&things, &climate(), Verb::Delete, json!({})).await;
    assert_eq!(again[0].1["code"], 404);
    let back = asked(&things, &climate(), Verb::Update, one).await;
    assert_eq!(back[0].1["version"], 2);
}

#[tokio::test]
async fn two_at_once_both_count_and_a_thing_has_so_many_shadows() {
    let (_folder, things) = home().await;
    let one = json!({ "state": { "reported": { "a": 1 } } }).to_string();
    let shadow = climate();
    let both =
        futures::future::join_all((0..8).map(|_| things.shadows().answer(&shadow, Verb::Update, one.as_bytes())));
    let mut versions: Vec<_> = both
        .await
        .into_iter()
        .map(|said| said[0].payload["version"].as_u64().unwrap())
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=8).collect::<Vec<_>>());
    for name in 1..40 {
        let shadow = Shadow::of("fridge-HF1", &format!("n{name}")).unwrap();
        let said = asked(&things, &shadow, Verb::Update, json!({ "state": {} })).await;
        assert_eq!(said[0].0 == "/update/accepted", name < 32, "{name}: {said:?}");
    }
}
