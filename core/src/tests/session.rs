//! Sessions: opened by a password, renewed quietly, ended elsewhere.

use hearth_contract::{
    session::{
        passkey::{Enter, Entered},
        second_factor::SecondFactor,
    },
    text::{PasskeyJson, SecondCode},
};

use super::*;

const REVOKED: (&str, &str) = ("NotAuthorized", "Refresh Token has been revoked");

fn code(text: &str) -> SecondFactor {
    SecondFactor {
        code: SecondCode::parse(text).unwrap(),
    }
}

fn credential(text: &str) -> Entered {
    Entered {
        credential: PasskeyJson::parse(text).unwrap(),
    }
}

/// Waits until the vault holds this.
async fn kept(room: &Room, word: &str) {
    let holds = || {
        let vault = room.vault.lock().unwrap();
        vault.values().any(|kept| String::from_utf8_lossy(kept).contains(word))
    };
    timeout(Duration::from_secs(5), async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

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
    cloud.stage.pool.tokens_last_s.store(5, Ordering::SeqCst);
    let app = core(&cloud, &room);
    sign_in(&app).await;
    let asking = (0..6).map(|_| done(&app, Members { family: family() }));
    futures::future::join_all(asking).await;
    assert_eq!(cloud.stage.pool.refreshes.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_ends_here_and_says_why() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    cloud.stage.pool.tokens_last_s.store(5, Ordering::SeqCst);
    *cloud.stage.pool.refuses_refresh.lock().unwrap() = Some(REVOKED);
    let app = core(&cloud, &room);
    let mut notices = app.notices();
    sign_in(&app).await;
    until(&mut notices, |notice| {
        matches!(notice, Notice::Session(Session::Person(_)))
    })
    .await;
    let reason = refused(&app, Mine {}).await;
    assert!(
        matches!(reason, Reason::SessionRevoked | Reason::SignInNeeded),
        "{reason:?}"
    );
    let ended = Session::Ended(Reason::SessionRevoked);
    until(&mut notices, |notice| *notice == Notice::Session(ended.clone())).await;
    assert_eq!(done(&app, Who {}).await, ended);
    assert_eq!(room.vault.lock().unwrap().keys().collect::<Vec<_>>(), ["ended"]);

    // It is still said after a restart, until somebody signs in.
    let again = core(&cloud, &room);
    assert_eq!(done(&again, Who {}).await, ended);
    *cloud.stage.pool.refuses_refresh.lock().unwrap() = None;
    sign_in(&again).await;
    done(&again, SignOut {}).await;
    assert_eq!(done(&again, Who {}).await, Session::Nobody);
    assert!(room.vault.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_cut_connection_tells_within_a_second_that_the_session_was_ended() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let mut notices = app.notices();
    sign_in(&app).await;
    until(&mut notices, |notice| *notice == Notice::Link(Link::Live)).await;
    *cloud.stage.pool.refuses_refresh.lock().unwrap() = Some(("NotAuthorized", "Signed out everywhere"));
    cloud.cut();
    let ended = Notice::Session(Session::Ended(Reason::SignedOutEverywhere));
    let told = until(&mut notices, |notice| *notice == ended);
    timeout(Duration::from_secs(1), told).await.unwrap();
}

#[tokio::test]
async fn a_cut_connection_alone_ends_nothing() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let mut notices = app.notices();
    sign_in(&app).await;
    until(&mut notices, |notice| *notice == Notice::Link(Link::Live)).await;
    cloud.cut();
    until(&mut notices, |notice| *notice == Notice::Link(Link::Connecting)).await;
    until(&mut notices, |notice| *notice == Notice::Link(Link::Live)).await;
    assert!(matches!(done(&app, Who {}).await, Session::Person(_)));
}

#[tokio::test]
async fn two_cores_of_one_vault_take_up_each_others_tokens() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let one = core(&cloud, &room);
    cloud.stage.pool.tokens_last_s.store(5, Ordering::SeqCst);
    sign_in(&one).await;
    // Both hold the first tokens; the pool honours each refresh token once.
    let two = core(&cloud, &room);
    assert!(matches!(done(&two, Who {}).await, Session::Person(_)));
    let asking = [&one, &two, &one, &two].map(|core| call(core, 1, Members { family: family() }));
    for answer in futures::future::join_all(asking).await {
        assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    }
    for core in [&one, &two] {
        assert!(matches!(done(core, Who {}).await, Session::Person(_)));
    }
}

#[tokio::test]
async fn a_renewal_runs_to_its_end_though_whoever_needed_it_has_left() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    cloud.stage.pool.tokens_last_s.store(5, Ordering::SeqCst);
    let app = core(&cloud, &room);
    sign_in(&app).await;
    let asking = call(&app, 1, Mine {});
    assert!(futures::FutureExt::now_or_never(asking).is_none());
    kept(&room, "refresh-1").await;
}

#[tokio::test]
async fn the_second_factor_is_asked_for_and_a_lost_network_in_between_costs_nothing() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    assert_eq!(refused(&app, code("123456")).await, Reason::SignInStale);
    *cloud.stage.pool.second_code.lock().unwrap() = Some("246810");
    assert_eq!(
        refused(&app, with("battery horse correct")).await,
        Reason::WrongPassword
    );
    assert_eq!(done(&app, with(PASSWORD)).await, SignInStep::CodeNeeded);
    assert_eq!(done(&app, Who {}).await, Session::Nobody);

    assert_eq!(refused(&app, code("000000")).await, Reason::SecondCodeWrong);
    cloud.stage.silent.store(true, Ordering::SeqCst);
    assert_eq!(refused(&app, code("246810")).await, Reason::CloudUnreachable);
    assert_eq!(refused(&app, with(PASSWORD)).await, Reason::CloudUnreachable);
    cloud.stage.silent.store(false, Ordering::SeqCst);
    assert_eq!(done(&app, code("246810")).await.name.as_str(), "Ana");
    assert!(matches!(done(&app, Who {}).await, Session::Person(_)));
}

#[tokio::test]
async fn a_passkey_is_carried_as_it_is_and_a_foreign_one_refused() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let enter = Enter {
        mail: Mail::parse("ana@example.org").unwrap(),
        place: Place::parse("").unwrap(),
    };
    assert_eq!(refused(&app, enter.clone()).await, Reason::PasskeyForeign);
    assert_eq!(refused(&app, credential(r#"{"id":"mine"}"#)).await, Reason::SignInStale);
    cloud.stage.pool.has_passkey.store(true, Ordering::SeqCst);
    assert_eq!(done(&app, enter.clone()).await.options, r#"{"challenge":"abc"}"#);
    assert_eq!(
        refused(&app, credential(r#"{"id":"other"}"#)).await,
        Reason::PasskeyForeign
    );
    done(&app, enter).await;
    done(&app, credential(r#"{"id":"mine"}"#)).await;
    assert!(matches!(done(&app, Who {}).await, Session::Person(_)));
}
