//! The whole core against a cloud on real sockets: signing in, the replica, the
//! outbox, the inbox, pictures and live views.

mod cloud;
mod kiosk;
mod leaving;
mod pictures;
mod pool;
mod provider;
mod session;
mod sign_on;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use async_trait::async_trait;
use hearth_contract::{
    CallId, Command, Failure, HomeEvent, ItemId, JournalEntry, Kind, PersonId, Reason, Seen, Source,
    alarm::{Alarm, AlarmEvent},
    event::{Actor, Inbox},
    family::{Family, FamilyEvent, Members, Mine},
    host::{Answer, Call, Link, Notice},
    live::Frame,
    pantry::{Add, Item, List, PantryEvent, Remove, Search},
    session::{Person, Session, SignIn, SignInStep, SignOut, Who},
    text::{Mail, Name, Password, Place, Words},
    units::Count,
};
use jiff::Timestamp;
use tokio::time::timeout;

use crate::{Body, Core, CoreConfig, Notices, SignOnWay};
use cloud::Cloud;
use pool::PASSWORD;

/// A place to live for one test.
#[derive(Default)]
struct Room {
    vault: Mutex<HashMap<String, Vec<u8>>>,
    dir: Option<PathBuf>,
    alarms: Mutex<Vec<Alarm>>,
    /// What the person's browser was led to, where there is one beside.
    browser: Option<Mutex<Vec<String>>>,
}

/// Where providers send people back to.
const BACK: &str = "http://localhost:8420/host/sign-on";
/// And where the app waits for them beside their browser.
const LOOPBACK: &str = "http://127.0.0.1:40123/b3d1";

#[async_trait]
impl Body for Room {
    async fn vault_get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.vault.lock().unwrap().get(key).cloned())
    }
    async fn vault_set(&self, key: &str, secret: &[u8]) -> Result<(), Failure> {
        self.vault.lock().unwrap().insert(key.into(), secret.into());
        Ok(())
    }
    async fn vault_delete(&self, key: &str) -> Result<(), Failure> {
        self.vault.lock().unwrap().remove(key);
        Ok(())
    }
    fn replica_dir(&self) -> Option<PathBuf> {
        self.dir.clone()
    }
    fn sign_on_way(&self) -> SignOnWay {
        match &self.browser {
            Some(_) => SignOnWay::Browser,
            None => SignOnWay::Page(BACK.into()),
        }
    }
    async fn sign_on_return(&self) -> Result<String, Failure> {
        Ok(LOOPBACK.into())
    }
    async fn open_url(&self, url: &str) -> Result<(), Failure> {
        let browser = self.browser.as_ref().ok_or(Reason::NotSupported)?;
        browser.lock().unwrap().push(url.into());
        Ok(())
    }
    async fn notify(&self, alarm: &Alarm) {
        self.alarms.lock().unwrap().push(alarm.clone());
    }
}

fn core(cloud: &Cloud, room: &Arc<Room>) -> Core {
    let clock: Timestamp = "2026-11-21T17:04:00Z".parse().unwrap();
    let config = CoreConfig {
        endpoints_url: cloud.address().into(),
        clock: Arc::new(clock),
        root_pem: None,
    };
    Core::new(room.clone(), config)
}

async fn call<C: Command>(core: &Core, id: u128, command: C) -> Answer<C::Reply> {
    let args = serde_json::to_value(command).unwrap();
    match core
        .call(Call {
            name: C::NAME.into(),
            call: CallId::sample(id),
            args,
        })
        .await
    {
        Answer::Done(reply) => Answer::Done(serde_json::from_value(reply).unwrap()),
        Answer::Waiting { ahead } => Answer::Waiting { ahead },
        Answer::Refused(failure) => Answer::Refused(failure),
    }
}

async fn done<C: Command>(core: &Core, command: C) -> C::Reply {
    match call(core, 1, command).await {
        Answer::Done(reply) => reply,
        Answer::Waiting { .. } => panic!("{} waits", C::NAME),
        Answer::Refused(failure) => panic!("{}: {failure}", C::NAME),
    }
}

async fn refused<C: Command>(core: &Core, command: C) -> Reason {
    match call(core, 1, command).await {
        Answer::Refused(failure) => failure.reason,
        Answer::Done(_) | Answer::Waiting { .. } => panic!("{} was not refused", C::NAME),
    }
}

async fn sign_in(core: &Core) -> Person {
    match done(core, with(PASSWORD)).await {
        SignInStep::In(person) => person,
        SignInStep::CodeNeeded => panic!("a code is asked for"),
    }
}

fn with(password: &str) -> SignIn {
    SignIn {
        mail: Mail::parse("ana@example.org").unwrap(),
        password: Password::parse(password).unwrap(),
        place: Place::parse("Firefox on Linux").unwrap(),
    }
}

/// Listens until a notice fits.
async fn until(notices: &mut Notices, fits: impl Fn(&Notice) -> bool) -> Vec<Notice> {
    let mut heard = Vec::new();
    let listening = async {
        loop {
            let notice = notices.next().await.expect("core is there");
            heard.push(notice.clone());
            if fits(&notice) {
                return;
            }
        }
    };
    assert!(
        timeout(Duration::from_secs(20), listening).await.is_ok(),
        "never came; heard {heard:?}"
    );
    heard
}

fn family() -> hearth_contract::FamilyId {
    Family::sample().id
}

fn add(n: u128, name: &str) -> Add {
    Add {
        family: family(),
        item: ItemId::sample(n),
        name: Name::parse(name).unwrap(),
        food: None,
        count: Count::ONE,
        best_before: None,
    }
}

fn names(food: &Seen<Vec<Item>>) -> Vec<&str> {
    food.value.iter().map(|item| item.name.as_str()).collect()
}

#[tokio::test]
async fn a_page_reads_what_is_kept_while_the_cloud_is_silent() {
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
    let list = List { family: family() };
    let fresh = done(&app, list.clone()).await;
    cloud.stage.silent.store(true, Ordering::SeqCst);
    let kept = done(&app, list.clone()).await;
    assert_eq!(
        (kept.source, kept.at, &kept.value),
        (Source::Replica, fresh.at, &fresh.value)
    );
    assert_eq!(
        refused(&app, Members { family: family() }).await.kind(),
        Kind::Unavailable
    );

    // Even a core that starts without a network knows who is here and what is in.
    app.close().await;
    let again = core(&cloud, &room);
    assert_eq!(names(&done(&again, list).await), ["Tomatoes"]);
    let words = Words::parse("xhs").unwrap();
    let found = done(
        &again,
        Search {
            family: family(),
            words,
        },
    )
    .await;
    assert_eq!((names(&found), found.source), (vec!["Tomatoes"], Source::Replica));
}

#[tokio::test]
async fn edits_wait_while_the_cloud_is_away_and_go_in_order() {
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
    done(&app, List { family: family() }).await;
    cloud.stage.silent.store(true, Ordering::SeqCst);
    let remove = Remove {
        family: family(),
        item: ItemId::sample(1),
        count: Count::ONE,
    };
    assert_eq!(call(&app, 11, add(7, "Plums")).await, Answer::Waiting { ahead: 1 });
    assert!(matches!(call(&app, 12, remove).await, Answer::Waiting { ahead: 2 }));
    assert_eq!(names(&done(&app, List { family: family() }).await), ["Plums"]);

    // The power goes; the edits are there, and the cloud refuses the third.
    app.close().await;
    *cloud.stage.refuses.lock().unwrap() = Some("Cherries");
    let app = core(&cloud, &room);
    let mut notices = app.notices();
    until(&mut notices, |notice| *notice == Notice::Waiting { edits: 2 }).await;
    assert!(matches!(
        call(&app, 13, add(8, "Cherries")).await,
        Answer::Waiting { ahead: 3 }
    ));
    assert_eq!(
        names(&done(&app, List { family: family() }).await),
        ["Plums", "Cherries"]
    );
    cloud.stage.silent.store(false, Ordering::SeqCst);
    let heard = until(&mut notices, |notice| *notice == Notice::Waiting { edits: 0 }).await;
    let refusal = Notice::Refused {
        call: CallId::sample(13),
        failure: Reason::PowerMissing.into(),
    };
    assert!(heard.contains(&refusal), "{heard:?}");
    assert_eq!(app.waiting().await, 0);

    let sent: Vec<String> = cloud
        .heard("POST")
        .into_iter()
        .filter(|line| line.contains("/pantry"))
        .collect();
    let ids: Vec<bool> = sent
        .iter()
        .zip([11, 12, 13])
        .map(|(line, id)| line.contains(&CallId::sample(id).to_string()))
        .collect();
    assert_eq!(ids, [true; 3], "{sent:?}");
    cloud.stage.silent.store(true, Ordering::SeqCst);
    assert_eq!(
        names(&done(&app, List { family: family() }).await),
        ["Plums"],
        "the refused one has undone itself"
    );
}

fn entry(seq: u64, event: HomeEvent) -> JournalEntry {
    let at = "2026-11-21T17:04:00Z".parse().unwrap();
    JournalEntry {
        family: family(),
        seq,
        at,
        by: Actor::Home,
        call: None,
        event,
    }
}

fn item(n: u128, name: &str) -> HomeEvent {
    let item = Item {
        id: ItemId::sample(n),
        name: Name::parse(name).unwrap(),
        food: None,
        ..Item::sample()
    };
    HomeEvent::Pantry(PantryEvent::ItemSet { item })
}

#[tokio::test]
async fn events_come_once_and_in_order_whatever_the_connection_does() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    sign_in(&app).await;
    done(&app, List { family: family() }).await;
    let mut notices = app.notices();
    until(&mut notices, |notice| *notice == Notice::Link(Link::Live)).await;

    let alarm = HomeEvent::Alarm(AlarmEvent::Raised { alarm: Alarm::sample() });
    let journal: Vec<JournalEntry> = [
        item(2, "Plums"),
        item(3, "Milk"),
        alarm,
        item(4, "Eggs"),
        item(5, "Bread"),
    ]
    .into_iter()
    .chain((6..=9).map(|n| item(n, "Jam")))
    .zip(1..)
    .map(|(event, seq)| entry(seq, event))
    .collect();
    // 1 comes twice, 2 and 3 never, 5 before 4.
    *cloud.stage.journal.lock().unwrap() = journal[..5].to_vec();
    for seq in [1, 1, 5, 4] {
        assert!(cloud.push(&Inbox::Entry(journal[seq - 1].clone())).await);
    }
    let last = |seq| move |notice: &Notice| matches!(notice, Notice::Event(entry) if entry.seq == seq);
    let mut heard = until(&mut notices, last(5)).await;
    // The connection is cut; what happens meanwhile is read from the journal.
    cloud.cut();
    *cloud.stage.journal.lock().unwrap() = journal.clone();
    heard.extend(until(&mut notices, last(9)).await);
    let told: Vec<JournalEntry> = heard
        .into_iter()
        .filter_map(|notice| {
            if let Notice::Event(entry) = notice {
                Some(entry)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(told, journal);
    assert_eq!(room.alarms.lock().unwrap().len(), 1);

    // The replica has folded them: the search needs no network for it.
    cloud.stage.silent.store(true, Ordering::SeqCst);
    let words = Words::parse("plum").unwrap();
    assert_eq!(
        names(
            &done(
                &app,
                Search {
                    family: family(),
                    words
                }
            )
            .await
        ),
        ["Plums"]
    );
}

#[tokio::test]
async fn a_listener_hears_the_state_first_and_again_after_it_lost_some() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    let mut notices = app.notices();
    assert_eq!(notices.next().await, Some(Notice::Session(Session::Nobody)));
    assert_eq!(notices.next().await, Some(Notice::Link(Link::Off)));
    assert_eq!(notices.next().await, Some(Notice::Waiting { edits: 0 }));
    sign_in(&app).await;
    let mut awake = app.notices();
    until(&mut awake, |notice| *notice == Notice::Link(Link::Live)).await;
    let home = app.signed_in().await.unwrap();
    for seq in 0..1000 {
        home.tell(Notice::Event(entry(seq, HomeEvent::Family(FamilyEvent::Created))));
    }
    assert!(matches!(
        notices.next().await,
        Some(Notice::Session(Session::Person(_)))
    ));
    assert_eq!(notices.next().await, Some(Notice::Link(Link::Live)));
}
