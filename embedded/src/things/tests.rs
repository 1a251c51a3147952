//! The registry from outside: certificates come, become a thing's, and go.

use std::sync::Mutex;

use hearth_cloud::ports::Things as _;

use super::*;

struct Turned(Mutex<jiff::Timestamp>);

impl Clock for Turned {
    fn now(&self) -> jiff::Timestamp {
        *self.0.lock().unwrap()
    }
}

async fn registry() -> (tempfile::TempDir, Arc<Turned>, Things) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Turned(Mutex::new("2026-11-21T18:00:00Z".parse().unwrap())));
    let things = Things::open(folder.path(), clock.clone()).await.unwrap();
    (folder, clock, things)
}

fn fridge() -> ThingName {
    "fridge-HF1".parse().unwrap()
}

async fn status(things: &Things, certificate: &str) -> Status {
    things.standing(certificate).await.unwrap().unwrap().status
}

#[tokio::test]
async fn a_certificate_is_attached_once_and_let_in_when_activated() {
    let (_folder, _clock, things) = registry().await;
    assert!(things.note("c1", "t1").await.unwrap());
    assert_eq!(status(&things, "c1").await, Status::Pending);
    assert!(things.owns("t1").await.unwrap());
    assert!(things.attach("t1", &fridge()).await.unwrap());
    assert!(!things.attach("t1", &fridge()).await.unwrap(), "a token is good once");
    assert!(!things.owns("t1").await.unwrap());
    assert_eq!(status(&things, "c1").await, Status::Inactive);
    things.activate(&fridge()).await.unwrap();
    things.activate(&fridge()).await.unwrap();
    assert_eq!(status(&things, "c1").await, Status::Active);
    things.deactivate(&fridge()).await.unwrap();
    assert_eq!(status(&things, "c1").await, Status::Inactive);
}

#[tokio::test]
async fn a_token_is_good_for_an_hour() {
    let (_folder, clock, things) = registry().await;
    things.note("c1", "t1").await.unwrap();
    *clock.0.lock().unwrap() = "2026-11-21T19:00:00Z".parse().unwrap();
    assert!(!things.owns("t1").await.unwrap());
    assert!(!things.attach("t1", &fridge()).await.unwrap());
    things.note("c2", "t2").await.unwrap();
    assert_eq!(things.standing("c1").await.unwrap(), None, "nobody claimed it");
}

#[tokio::test]
async fn a_new_certificate_takes_the_place_of_the_old_one() {
    let (_folder, _clock, things) = registry().await;
    for n in ["1", "2"] {
        things.note(&format!("c{n}"), n).await.unwrap();
        assert!(things.attach(n, &fridge()).await.unwrap());
    }
    assert_eq!(status(&things, "c1").await, Status::Revoked, "it never was active");
    things.activate(&fridge()).await.unwrap();
    things.note("c3", "3").await.unwrap();
    things.attach("3", &fridge()).await.unwrap();
    assert_eq!(
        status(&things, "c2").await,
        Status::Active,
        "until the new one is activated"
    );
    things.activate(&fridge()).await.unwrap();
    assert_eq!(status(&things, "c2").await, Status::Revoked);
    assert_eq!(status(&things, "c3").await, Status::Active);
}

#[tokio::test]
async fn an_old_certificate_is_to_be_rotated_at_most_once_a_day() {
    let (_folder, clock, things) = registry().await;
    things.note("c1", "t1").await.unwrap();
    things.attach("t1", &fridge()).await.unwrap();
    assert!(!things.enter("c1", &fridge()).await.unwrap(), "it is not active");
    things.activate(&fridge()).await.unwrap();
    let jobs = async || {
        let topic = format!("$aws/things/{}/jobs/get", fridge());
        let said = things.answer(&topic, b"{}").await.unwrap();
        let queued = said[0].payload["queuedJobs"].as_array().unwrap();
        queued.len()
    };
    assert!(things.enter("c1", &fridge()).await.unwrap());
    assert_eq!(jobs().await, 0);
    for (day, waiting) in [
        ("2041-11-20T18:00:00Z", 1),
        ("2041-11-20T20:00:00Z", 1),
        ("2041-11-21T18:00:00Z", 2),
    ] {
        *clock.0.lock().unwrap() = day.parse().unwrap();
        assert!(things.enter("c1", &fridge()).await.unwrap());
        assert_eq!(jobs().await, waiting, "{day}");
    }
    assert!(!things.enter("c1", &"fridge-HF2".parse().unwrap()).await.unwrap());
}

#[tokio::test]
async fn a_thing_nobody_provisioned_can_not_be_activated() {
    let (_folder, _clock, things) = registry().await;
    assert!(matches!(things.activate(&fridge()).await, Err(Outside::Absent(_))));
}

#[tokio::test]
async fn deactivating_cuts_every_connection_of_the_thing_and_no_other() {
    let (_folder, _clock, things) = registry().await;
    let (own, other) = (
        tokio_util::sync::CancellationToken::new(),
        tokio_util::sync::CancellationToken::new(),
    );
    let _seat = things.online().sit(&fridge(), 1, own.clone()).unwrap();
    let _else = things
        .online()
        .sit(&"meter-EM1".parse().unwrap(), 2, other.clone())
        .unwrap();
    things.deactivate(&fridge()).await.unwrap();
    assert!(own.is_cancelled());
    assert!(!other.is_cancelled());
}

#[tokio::test]
async fn what_was_registered_is_there_after_a_restart() {
    let (folder, clock, things) = registry().await;
    things.note("c1", "t1").await.unwrap();
    things.attach("t1", &fridge()).await.unwrap();
    things.activate(&fridge()).await.unwrap();
    drop(things);
    let things = Things::open(folder.path(), clock).await.unwrap();
    assert_eq!(status(&things, "c1").await, Status::Active);
}
