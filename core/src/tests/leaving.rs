//! Going: an account that is deleted, and a family that is over for somebody.

use hearth_contract::{
    family::{Fate, Goodbye, Member, Parting},
    session::account::{Delete, Farewell, Proof},
};

use super::*;

fn delete(password: &str) -> Delete {
    Delete {
        proof: Proof::Password(Password::parse(password).unwrap()),
    }
}

fn goodbye(home: &str) -> Goodbye {
    Goodbye {
        family: Name::parse(home).unwrap(),
        fate: Fate::Left { lines: 12 },
    }
}

/// The places of the farewells and of the deletions in what the cloud heard.
fn farewells_and_deletions(cloud: &Cloud) -> (Vec<usize>, Vec<usize>) {
    let heard = cloud.heard("");
    let places = |word: &str| {
        let lines = heard.iter().enumerate();
        lines
            .filter(|(_, line)| line.contains(word))
            .map(|(place, _)| place)
            .collect()
    };
    (places("POST /v1/farewell"), places("DeleteUser"))
}

#[tokio::test]
async fn an_account_is_deleted_after_its_password_was_proven_and_every_family_left() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    sign_in(&app).await;
    match call(&app, 1, delete("battery horse correct")).await {
        Answer::Refused(failure) => assert_eq!(failure, Failure::new(Reason::OwnPasswordWrong).at("password")),
        other => panic!("{other:?}"),
    }
    assert_eq!(farewells_and_deletions(&cloud), (vec![], vec![]));

    // Others would be left without an owner: nothing happens.
    *cloud.stage.farewell.lock().unwrap() = Err(Reason::LastOwner.into());
    assert_eq!(refused(&app, delete(PASSWORD)).await, Reason::LastOwner);
    assert!(farewells_and_deletions(&cloud).1.is_empty());
    assert!(matches!(done(&app, Who {}).await, Session::Person(_)));

    *cloud.stage.farewell.lock().unwrap() = Ok(vec![goodbye("Linden Street")]);
    let Farewell { homes, dropped_edits } = done(&app, delete(PASSWORD)).await;
    assert_eq!((homes, dropped_edits), (vec![goodbye("Linden Street")], 0));
    let (farewells, deletions) = farewells_and_deletions(&cloud);
    assert_eq!((farewells.len(), deletions.len()), (2, 1));
    assert!(farewells[1] < deletions[0], "first the families, then the account");
    assert_eq!(done(&app, Who {}).await, Session::Nobody);
    assert!(room.vault.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_deletion_that_broke_off_after_the_families_is_called_again() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    sign_in(&app).await;
    *cloud.stage.farewell.lock().unwrap() = Ok(vec![goodbye("Linden Street")]);
    cloud.stage.pool.refuses_delete.store(true, Ordering::SeqCst);
    assert!(matches!(call(&app, 1, delete(PASSWORD)).await, Answer::Refused(_)));
    assert!(
        matches!(done(&app, Who {}).await, Session::Person(_)),
        "the account is as it was"
    );
    done(&app, Mine {}).await;

    // Meanwhile one has joined another home: it is left too, and the report tells of both.
    *cloud.stage.farewell.lock().unwrap() = Ok(vec![goodbye("The old mill")]);
    cloud.stage.pool.refuses_delete.store(false, Ordering::SeqCst);
    let left = done(&app, delete(PASSWORD)).await;
    assert_eq!(left.homes, [goodbye("Linden Street"), goodbye("The old mill")]);
    assert_eq!(done(&app, Who {}).await, Session::Nobody);
}

#[tokio::test]
async fn a_farewell_whose_answer_was_lost_is_asked_for_under_the_same_id() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    sign_in(&app).await;
    *cloud.stage.farewell.lock().unwrap() = Err(Reason::CloudUnreachable.into());
    for _ in 0..2 {
        let _ = call(&app, 1, delete(PASSWORD)).await;
    }
    let ids: Vec<String> = cloud
        .heard("POST /v1/farewell")
        .iter()
        .filter_map(|line| line.split(' ').nth(2).map(str::to_owned))
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

fn member(n: u128) -> Member {
    Member {
        person: PersonId::sample(n),
        ..Member::sample()
    }
}

fn left(n: u128, how: Parting) -> FamilyEvent {
    FamilyEvent::MemberLeft { member: member(n), how }
}

/// The files below a folder that name the family, or lie in a file that does.
fn traces(dir: &std::path::Path) -> Vec<PathBuf> {
    let id = family().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(traces(&path));
        } else if path.display().to_string().contains(&id) || std::fs::read_to_string(&path).unwrap().contains(&id) {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn the_last_entry_of_a_family_wipes_what_was_synced_of_it() {
    for last in [
        left(1, Parting::Removed),
        left(1, Parting::StayEnded),
        FamilyEvent::Ended,
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (cloud, room) = (
            Cloud::start().await,
            Arc::new(Room {
                dir: Some(dir.path().into()),
                ..Room::default()
            }),
        );
        let app = core(&cloud, &room);
        sign_in(&app).await;
        done(&app, Mine {}).await;
        done(&app, List { family: family() }).await;
        done(&app, Members { family: family() }).await;
        let mut notices = app.notices();
        until(&mut notices, |notice| *notice == Notice::Link(Link::Live)).await;
        let push = async |seq, event| {
            assert!(cloud.push(&Inbox::Entry(entry(seq, HomeEvent::Family(event)))).await);
        };
        let told = |seq| move |notice: &Notice| matches!(notice, Notice::Event(entry) if entry.seq == seq);

        // Somebody else goes: everything stays.
        push(1, left(2, Parting::Removed)).await;
        until(&mut notices, told(1)).await;
        assert!(!traces(dir.path()).is_empty());

        push(2, last.clone()).await;
        until(&mut notices, told(2)).await;
        assert_eq!(traces(dir.path()), Vec::<PathBuf>::new(), "after {last:?}");
        cloud.stage.silent.store(true, Ordering::SeqCst);
        for reason in [
            refused(&app, List { family: family() }).await,
            refused(&app, Members { family: family() }).await,
        ] {
            assert_eq!(reason, Reason::CloudUnreachable, "nothing is kept after {last:?}");
        }
        app.close().await;
    }
}
