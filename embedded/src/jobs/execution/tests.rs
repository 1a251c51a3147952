//! States, versions and what is malformed.

use super::*;

fn queued() -> Execution {
    Execution::queued("update-7", "fridge-HF1", json!({ "do": "update" }), 100)
}

fn update(payload: Value) -> Update {
    Update::read(payload.to_string().as_bytes()).unwrap()
}

#[test]
fn an_execution_goes_its_way_and_counts_its_changes() {
    let begun = queued()
        .told(
            Status::InProgress,
            &update(json!({ "statusDetails": { "step": "load" }, "stepTimeoutInMinutes": 1 })),
            110,
        )
        .unwrap();
    assert_eq!(
        begun.whole(true),
        json!({
            "jobId": "update-7", "thingName": "fridge-HF1", "status": "IN_PROGRESS",
            "statusDetails": { "step": "load" }, "jobDocument": { "do": "update" },
            "queuedAt": 100, "startedAt": 110, "lastUpdatedAt": 110, "versionNumber": 2, "executionNumber": 1,
        })
    );
    assert_eq!(begun.timed_out(169), None);
    assert_eq!(begun.timed_out(170).unwrap().status, Status::TimedOut);
    let on = begun
        .told(Status::InProgress, &update(json!({ "stepTimeoutInMinutes": -1 })), 120)
        .unwrap();
    assert_eq!(
        (on.started_at, on.ends_at, on.timed_out(9_999)),
        (Some(110), None, None)
    );
    let done = on
        .told(Status::Succeeded, &update(json!({ "expectedVersion": 3 })), 130)
        .unwrap();
    assert_eq!((done.status, done.version), (Status::Succeeded, 4));
    let more = done.told(Status::Failed, &Update::default(), 140);
    assert_eq!(more.unwrap_err(), Refusal::InvalidStateTransition);
}

#[test]
fn what_was_said_of_another_version_counts_for_nothing() {
    let late = queued().told(Status::InProgress, &update(json!({ "expectedVersion": 2 })), 110);
    assert_eq!(late.unwrap_err(), Refusal::VersionMismatch);
    let second = queued().told(Status::InProgress, &update(json!({ "executionNumber": 2 })), 110);
    assert_eq!(second.unwrap_err(), Refusal::ResourceNotFound);
}

#[test]
fn malformed_updates_are_named() {
    let read = |payload: &str| Update::read(payload.as_bytes()).map(|update| update.status().map(|_| ()));
    assert_eq!(read("nonsense").unwrap_err(), Refusal::InvalidJson);
    assert_eq!(read(r#"{"statusDetails":{"a":1}}"#).unwrap_err(), Refusal::InvalidJson);
    for wrong in [r#"{"stepTimeoutInMinutes":0}"#, r#"{"stepTimeoutInMinutes":10081}"#] {
        assert!(
            matches!(read(wrong).unwrap_err(), Refusal::InvalidRequest(_)),
            "{wrong}"
        );
    }
    for wrong in ["{}", r#"{"status":"QUEUED"}"#, r#"{"status":"DONE"}"#] {
        assert!(
            matches!(read(wrong).unwrap().unwrap_err(), Refusal::InvalidRequest(_)),
            "{wrong}"
        );
    }
    assert_eq!(read("").unwrap().unwrap_err().code(), "InvalidRequest");
    assert_eq!(read(r#"{"status":"FAILED"}"#).unwrap(), Ok(()));
}
