//! Signing in by a provider's own page, and living by its tokens.

use hearth_contract::{
    openid::person_of,
    session::{
        sign_on::{Begin, Finish, Providers},
        stay,
    },
    text::SignOnAnswer,
};

use super::{provider::SUBJECT, *};

/// Begins; where the person is to go.
async fn begun(app: &Core, cloud: &Cloud) -> String {
    let issuer = cloud.stage.provider.issuer().to_owned();
    done(app, Begin { issuer }).await.address.unwrap()
}

fn finish(answer: &str) -> Finish {
    Finish {
        answer: SignOnAnswer::parse(answer).unwrap(),
    }
}

async fn signed_on(app: &Core, cloud: &Cloud) -> Person {
    let address = begun(app, cloud).await;
    done(app, finish(&cloud.stage.provider.signs_in(&address))).await
}

#[tokio::test]
async fn a_person_signs_in_by_a_providers_page_and_lives_by_its_tokens() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let provider = &cloud.stage.provider;
    let offered = done(&app, Providers {}).await.value;
    assert_eq!((offered.len(), offered[0].name.as_str()), (1, "Maker"));
    assert_eq!(offered[0].issuer, provider.issuer());

    let mut notices = app.notices();
    let person = signed_on(&app, &cloud).await;
    assert_eq!(
        (person.id, person.name.as_str(), person.mail.as_str()),
        (person_of(provider.issuer(), SUBJECT), "Ana", "ana@maker.example")
    );
    // Its id token opens the live connection and the cloud.
    until(&mut notices, |notice| *notice == Notice::Link(Link::Live)).await;
    let asked = cloud.heard("GetId ").concat();
    assert!(asked.contains(r#""id.maker.example":""#), "{asked}");
    assert_eq!(done(&app, Mine {}).await.source, Source::Cloud);
    let bearer = cloud.stage.bearers.lock().unwrap().last().cloned().unwrap();
    assert_eq!(bearer.split('.').count(), 3, "{bearer}");
    // The account is the provider's: there is nothing to change here.
    assert_eq!(refused(&app, stay::List {}).await, Reason::NotSupported);

    // The same place takes the session up again, and signing out ends it for good.
    app.close().await;
    let again = core(&cloud, &room);
    assert_eq!(done(&again, Who {}).await, Session::Person(person));
    done(&again, SignOut {}).await;
    let revoked = provider.revoked.lock().unwrap().concat();
    assert!(revoked.contains("token=refresh-0"), "{revoked}");
    assert!(room.vault.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_providers_tokens_are_renewed_once_for_all_and_their_end_is_felt() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let provider = &cloud.stage.provider;
    provider.tokens_last_s.store(5, Ordering::SeqCst);
    signed_on(&app, &cloud).await;
    // A changed key is no event.
    provider.turns_keys();
    let asking = (0..6).map(|_| done(&app, Members { family: family() }));
    futures::future::join_all(asking).await;
    assert_eq!(provider.refreshes.load(Ordering::SeqCst), 1);
    let kept = room.vault.lock().unwrap()["session"].clone();
    assert!(String::from_utf8_lossy(&kept).contains("refresh-1"));

    // Silence ends nothing; a refusal does.
    app.close().await;
    let mut kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
    kept["tokens"]["expires_at"] = "2026-01-01T00:00:00Z".into();
    let kept = serde_json::to_vec(&kept).unwrap();
    room.vault.lock().unwrap().insert("session".into(), kept);
    *provider.silent.lock().unwrap() = "token";
    let app = core(&cloud, &room);
    assert_eq!(refused(&app, Mine {}).await.kind(), Kind::Unavailable);
    assert!(matches!(done(&app, Who {}).await, Session::Person(_)));
    *provider.silent.lock().unwrap() = "nowhere";
    provider.refuses_refresh.store(true, Ordering::SeqCst);
    let mut notices = app.notices();
    let ended = Session::Ended(Reason::SessionEnded);
    let reason = refused(&app, Mine {}).await;
    assert!(
        matches!(reason, Reason::SessionEnded | Reason::SignInNeeded),
        "{reason:?}"
    );
    until(&mut notices, |notice| *notice == Notice::Session(ended.clone())).await;
}

#[tokio::test]
async fn tokens_that_nobody_renews_last_until_they_run_out() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    cloud.stage.provider.has_refresh.store(false, Ordering::SeqCst);
    signed_on(&app, &cloud).await;
    assert_eq!(done(&app, Mine {}).await.source, Source::Cloud);
    done(&app, SignOut {}).await;
    assert!(
        cloud
            .stage
            .provider
            .revoked
            .lock()
            .unwrap()
            .concat()
            .contains("token=access")
    );
    cloud.stage.provider.tokens_last_s.store(5, Ordering::SeqCst);
    signed_on(&app, &cloud).await;
    let reason = refused(&app, Mine {}).await;
    assert!(
        matches!(reason, Reason::SessionEnded | Reason::SignInNeeded),
        "{reason:?}"
    );
}

#[tokio::test]
async fn only_the_answer_to_what_was_asked_here_is_taken() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let (app, other) = (core(&cloud, &room), core(&cloud, &Arc::new(Room::default())));
    let provider = &cloud.stage.provider;
    let unknown = Begin {
        issuer: "https://id.example.org".into(),
    };
    assert_eq!(refused(&app, unknown).await, Reason::Absent);
    assert_eq!(refused(&app, finish("code=a&state=b")).await, Reason::SignOnStale);

    let address = begun(&app, &cloud).await;
    // Somebody who was led here with an answer of another browser's sign-in.
    let theirs = begun(&other, &cloud).await;
    let foreign = provider.signs_in(&theirs);
    assert_eq!(refused(&app, finish(&foreign)).await, Reason::SignOnForeign);
    assert_eq!(refused(&app, finish("code=a")).await, Reason::SignOnForeign);
    assert_eq!(refused(&app, finish("state=a&state=a")).await, Reason::FieldWrong);
    assert_eq!(done(&app, Who {}).await, Session::Nobody);

    // None of that has cost anything.
    let answer = provider.signs_in(&address);
    done(&app, finish(&answer)).await;
    assert_eq!(refused(&app, finish(&answer)).await, Reason::SignOnStale);
}

#[tokio::test]
async fn a_refusal_and_another_providers_answer_end_the_attempt() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let provider = &cloud.stage.provider;
    for (error, reason) in [
        ("access_denied", Reason::SignOnDeclined),
        ("invalid_scope", Reason::SignOnRefused),
    ] {
        let answer = provider.refuses(&begun(&app, &cloud).await, error);
        assert_eq!(refused(&app, finish(&answer)).await, reason);
        assert_eq!(refused(&app, finish(&answer)).await, Reason::SignOnStale);
    }
    let mixed_up = |answer: String| {
        let (kept, _) = answer.split_once("&iss=").unwrap();
        [kept.to_owned(), format!("{kept}&iss=https%3A%2F%2Fid.example.org")]
    };
    for n in 0..2 {
        let answer = mixed_up(provider.signs_in(&begun(&app, &cloud).await))[n].clone();
        assert_eq!(refused(&app, finish(&answer)).await, Reason::SignOnMixedUp);
    }
    assert_eq!(done(&app, Who {}).await, Session::Nobody);
}

#[tokio::test]
async fn a_lost_network_in_between_costs_nothing() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let provider = &cloud.stage.provider;
    *provider.silent.lock().unwrap() = ".well-known/openid-configuration";
    let issuer = provider.issuer().to_owned();
    assert_eq!(refused(&app, Begin { issuer }).await, Reason::SignOnUnreachable);
    *provider.silent.lock().unwrap() = "nowhere";
    let answer = provider.signs_in(&begun(&app, &cloud).await);
    for endpoint in [".well-known/openid-configuration", "keys", "token"] {
        *provider.silent.lock().unwrap() = endpoint;
        assert_eq!(refused(&app, finish(&answer)).await, Reason::SignOnUnreachable);
    }
    *provider.silent.lock().unwrap() = "nowhere";
    done(&app, finish(&answer)).await;
    assert!(matches!(done(&app, Who {}).await, Session::Person(_)));
}

#[tokio::test]
async fn an_id_token_that_is_not_good_signs_nobody_in() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let now = crate::real::now().as_second();
    for claims in [
        serde_json::json!({ "nonce": "another" }),
        serde_json::json!({ "aud": "another" }),
        serde_json::json!({ "azp": "another" }),
        serde_json::json!({ "iss": "https://id.example.org" }),
        serde_json::json!({ "exp": now - 400 }),
        serde_json::json!({ "iat": now + 400 }),
    ] {
        *cloud.stage.provider.claims.lock().unwrap() = claims.clone();
        let answer = cloud.stage.provider.signs_in(&begun(&app, &cloud).await);
        assert_eq!(
            refused(&app, finish(&answer)).await,
            Reason::SignOnUntrusted,
            "{claims}"
        );
    }
    *cloud.stage.provider.claims.lock().unwrap() = serde_json::json!({ "email": null });
    let answer = cloud.stage.provider.signs_in(&begun(&app, &cloud).await);
    assert_eq!(refused(&app, finish(&answer)).await, Reason::SignOnUnnamed);
    assert!(room.vault.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_window_leads_people_to_their_browser_and_offers_the_homes_own_page() {
    let cloud = Cloud::start().await;
    let room = Arc::new(Room {
        browser: Some(Mutex::default()),
        ..Room::default()
    });
    let app = core(&cloud, &room);
    let offered = done(&app, Providers {}).await.value;
    let own: Vec<bool> = offered.iter().map(|provider| provider.is_own).collect();
    assert_eq!(own, [true, false]);
    assert_eq!(offered[0].issuer, cloud.stage.endpoints().user_pool.issuer);

    let issuer = cloud.stage.provider.issuer().to_owned();
    assert_eq!(done(&app, Begin { issuer }).await.address, None);
    let led = room.browser.as_ref().unwrap().lock().unwrap().concat();
    let back: String = form_urlencoded::byte_serialize(LOOPBACK.as_bytes()).collect();
    assert!(led.contains(&format!("redirect_uri={back}")), "{led}");
    let answer = finish(&cloud.stage.provider.signs_in(&led));
    assert_eq!(done(&app, answer).await.name.as_str(), "Ana");
}
