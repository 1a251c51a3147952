//! Sessions: opened by a password, renewed quietly, ended elsewhere.

use super::*;

#[tokio::test]
async fn a_password_opens_a_session_and_never_leaves_core() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    assert_eq!(done(&app, Who {}).await, Session::Nobody);
    assert_eq!(refused(&app, Mine {}).await, Reason::SignInNeeded);
    assert_eq!(
        refused(&app, with("battery horse correct")).await,
        Reason::WrongPassword
    );
    assert_eq!(done(&app, Who {}).await, Session::Nobody);

    let person = sign_in(&app).await;
    assert_eq!((person.id, person.name.as_str()), (PersonId::sample(1), "Ana"));
    assert_eq!(done(&app, Mine {}).await.source, Source::Cloud);
    for word in [PASSWORD, &cloud::base64(PASSWORD)] {
        assert!(cloud.heard(word).is_empty());
        assert!(
            !room
                .vault
                .lock()
                .unwrap()
                .values()
                .any(|kept| String::from_utf8_lossy(kept).contains(word))
        );
    }

    // The same place takes the session up again, and signing out ends it for good.
    app.close().await;
    let again = core(&cloud, &room);
    assert_eq!(done(&again, Who {}).await, Session::Person(person));
    done(&again, SignOut {}).await;
    assert_eq!(cloud.heard("RevokeToken").len(), 1);
    assert_eq!(done(&core(&cloud, &room), Who {}).await, Session::Nobody);
}

#[tokio::test]
async fn tokens_that_run_out_are_renewed_once_for_all_who_ask() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    cloud.stage.tokens_last_s.store(5, Ordering::SeqCst);
    let app = core(&cloud, &room);
    sign_in(&app).await;
    let asking = (0..6).map(|_| done(&app, Members { family: family() }));
    futures::future::join_all(asking).await;
    assert_eq!(cloud.stage.refreshes.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_ends_here() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    cloud.stage.tokens_last_s.store(5, Ordering::SeqCst);
    cloud.stage.refuses_refresh.store(true, Ordering::SeqCst);
    let app = core(&cloud, &room);
    let mut notices = app.notices();
    sign_in(&app).await;
    until(&mut notices, |notice| {
        matches!(notice, Notice::Session(Session::Person(_)))
    })
    .await;
    let reason = refused(&app, Mine {}).await;
    assert!(
        matches!(reason, Reason::SessionEnded | Reason::SignInNeeded),
        "{reason:?}"
    );
    until(&mut notices, |notice| *notice == Notice::Session(Session::Nobody)).await;
    assert_eq!(done(&app, Who {}).await, Session::Nobody);
    assert!(room.vault.lock().unwrap().is_empty());
}
