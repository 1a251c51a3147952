//! The service from outside: what a device asks, hears and is refused.

use super::*;
use crate::things::Things;

const FRIDGE: &str = "fridge-HF1";

async fn home() -> (tempfile::TempDir, Things) {
    let folder = tempfile::tempdir().unwrap();
    let clock: jiff::Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
    let things = Things::open(folder.path(), Arc::new(clock)).await.unwrap();
    (folder, things)
}

fn ends(said: &[Said]) -> Vec<&str> {
    let prefix = "$aws/things/fridge-HF1/jobs/";
    said.iter()
        .map(|said| said.topic.strip_prefix(prefix).unwrap())
        .collect()
}

async fn asked(things: &Things, rest: &str, payload: Value) -> Vec<Said> {
    let topic = format!("$aws/things/{FRIDGE}/jobs/{rest}");
    let (thing, asked) = parse(&topic).unwrap();
    things
        .jobs()
        .answer(thing, &asked, payload.to_string().as_bytes())
        .await
}

#[tokio::test]
async fn jobs_are_given_begun_and_ended_in_turn() {
    let (_folder, things) = home().await;
    let jobs = things.jobs();
    let first = jobs.give(FRIDGE, "one", json!({ "do": 1 })).await.unwrap();
    assert_eq!(ends(&first), ["notify", "notify-next"]);
    assert_eq!(first[1].payload["execution"]["jobDocument"], json!({ "do": 1 }));
    let second = jobs.give(FRIDGE, "two", json!({ "do": 2 })).await.unwrap();
    assert_eq!(ends(&second), ["notify"], "the first is still next");
    assert_eq!(jobs.give(FRIDGE, "two", json!({})).await.unwrap(), [], "given once");

    let listed = asked(&things, "get", json!({ "clientToken": "t" })).await;
    assert_eq!(listed[0].payload["queuedJobs"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&listed[0].payload["inProgressJobs"], &listed[0].payload["clientToken"]),
        (&json!([]), &json!("t"))
    );
    let begun = asked(&things, "start-next", json!({ "statusDetails": { "at": "10" } })).await;
    assert_eq!(ends(&begun), ["start-next/accepted"]);
    assert_eq!(begun[0].payload["execution"]["status"], "IN_PROGRESS");
    // Asked once more, as after a restart, it is the same.
    let again = asked(&things, "start-next", json!({})).await;
    assert_eq!(again[0].payload["execution"]["jobId"], "one");

    let done = json!({ "status": "SUCCEEDED", "expectedVersion": 2, "includeJobExecutionState": true });
    let done = asked(&things, "one/update", done).await;
    assert_eq!(ends(&done), ["one/update/accepted", "notify", "notify-next"]);
    assert_eq!(done[0].payload["executionState"]["status"], "SUCCEEDED");
    assert_eq!(done[2].payload["execution"]["jobId"], "two");
    let back = jobs.take_back(FRIDGE, "two").await.unwrap();
    assert_eq!(ends(&back), ["notify", "notify-next"]);
    assert_eq!(
        (&back[0].payload["jobs"], &back[1].payload["execution"]),
        (&json!({}), &json!({}))
    );
    let none = asked(&things, "start-next", json!({})).await;
    assert_eq!(none[0].payload.get("execution"), None);
}

#[tokio::test]
async fn what_can_t_be_is_refused_and_says_what_is() {
    let (_folder, things) = home().await;
    things.jobs().give(FRIDGE, "one", json!({})).await.unwrap();
    let rejected = |said: Vec<Said>, end: &str, code: &str| {
        assert_eq!(ends(&said), [format!("{end}/rejected")]);
        assert_eq!(said[0].payload["code"], code);
        said[0].payload.clone()
    };
    let failed = json!({ "status": "FAILED", "expectedVersion": 9, "clientToken": "t" });
    let late = rejected(
        asked(&things, "one/update", failed).await,
        "one/update",
        "VersionMismatch",
    );
    assert_eq!(
        (&late["executionState"]["versionNumber"], &late["clientToken"]),
        (&json!(1), &json!("t"))
    );
    asked(&things, "one/update", json!({ "status": "REJECTED" })).await;
    let over = asked(&things, "one/update", json!({ "status": "IN_PROGRESS" })).await;
    let over = rejected(over, "one/update", "InvalidStateTransition");
    assert_eq!(over["executionState"]["status"], "REJECTED");
    let absent = asked(&things, "two/get", json!({})).await;
    rejected(absent, "two/get", "ResourceNotFound");
    let (thing, asking) = parse("$aws/things/fridge-HF1/jobs/one/update").unwrap();
    let nonsense = things.jobs().answer(thing, &asking, b"nonsense").await;
    rejected(nonsense, "one/update", "InvalidJson");
    let wrong = asked(&things, "one/update", json!({ "status": "DONE", "clientToken": "w" })).await;
    assert_eq!(rejected(wrong, "one/update", "InvalidRequest")["clientToken"], "w");
}

#[tokio::test]
async fn what_is_not_ended_in_time_is_given_up_and_survives_a_restart() {
    let (folder, things) = home().await;
    things.jobs().give(FRIDGE, "one", json!({})).await.unwrap();
    asked(&things, "start-next", json!({ "stepTimeoutInMinutes": 5 })).await;
    assert_eq!(things.jobs().give_up().await.unwrap(), []);
    drop(things);
    let later: jiff::Timestamp = "2026-11-21T18:05:00Z".parse().unwrap();
    let things = Things::open(folder.path(), Arc::new(later)).await.unwrap();
    let said = things.jobs().give_up().await.unwrap();
    assert_eq!(ends(&said), ["notify", "notify-next"]);
    let one = things.jobs().execution(FRIDGE, "one").await.unwrap().unwrap();
    assert_eq!(one.status, Status::TimedOut);
}
