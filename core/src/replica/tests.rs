//! The replica over restarts, and folding against a fresh list.

use hearth_contract::{
    CallId, ItemId, PersonId, PictureId, Reason,
    event::Actor,
    pantry::{Change, ChangeLine, PantryEvent},
    units::Count,
};
use jiff::Timestamp;
use serde_json::json;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_280_640 + second).unwrap()
}

fn family() -> Family {
    Family {
        seq: 0,
        ..Family::sample()
    }
}

fn entry(seq: u64, event: PantryEvent) -> JournalEntry {
    JournalEntry {
        family: family().id,
        seq,
        at: at(seq as i64),
        by: Actor::Person(PersonId::sample(1)),
        call: Some(CallId::sample(seq.into())),
        event: HomeEvent::Pantry(event),
    }
}

fn item(n: u128, count: u32) -> Item {
    Item {
        id: ItemId::sample(n),
        count: Count::new(count).unwrap(),
        added_at: at(n as i64),
        ..Item::sample()
    }
}

fn list(items: Vec<Item>) -> Value {
    serde_json::to_value(Seen::now(items, at(0))).unwrap()
}

async fn outbox() -> Outbox {
    Outbox::open(Disk::open(None).await.unwrap()).await.unwrap()
}

fn pantry() -> String {
    format!("/families/{}/pantry", family().id)
}

#[tokio::test]
async fn a_kept_answer_is_there_after_a_restart_and_says_that_it_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (replica, outbox) = (Replica::open(Some(dir.path().into())).await.unwrap(), outbox().await);
    let seen = json!({ "value": [1], "at": at(0), "source": "cloud" });
    replica.keep("/families", seen, &outbox).await;
    replica.keep(&pantry(), list(vec![item(1, 2)]), &outbox).await;
    replica.keep("/undated", json!([1, 2]), &outbox).await;

    let replica = Replica::open(Some(dir.path().into())).await.unwrap();
    let kept = replica.answer("/families", &outbox).unwrap();
    assert_eq!(kept, json!({ "value": [1], "at": at(0), "source": "replica" }));
    let food: Seen<Vec<Item>> = serde_json::from_value(replica.answer(&pantry(), &outbox).unwrap()).unwrap();
    assert_eq!((food.source, food.value), (Source::Replica, vec![item(1, 2)]));
    assert!(replica.answer("/undated", &outbox).is_none());
}

#[tokio::test]
async fn folding_the_journal_gives_what_a_fresh_list_gives() {
    let (replica, outbox) = (Replica::open(None).await.unwrap(), outbox().await);
    replica.know(&[family()]).await;
    replica
        .keep(&pantry(), list(vec![item(1, 2), item(2, 1)]), &outbox)
        .await;
    let set = |n, count| PantryEvent::ItemSet { item: item(n, count) };
    let gone = |n| PantryEvent::ItemGone {
        item: ItemId::sample(n),
    };
    for (seq, event) in (1..).zip([set(3, 4), set(1, 9), gone(2), set(2, 5), gone(3)]) {
        replica.fold(&entry(seq, event));
    }
    let food = replica.items(family().id, &outbox).unwrap();
    assert_eq!(food.value, vec![item(1, 9), item(2, 5)]);
    assert_eq!((food.at, replica.seq(family().id)), (at(5), Some(5)));
}

#[tokio::test]
async fn what_stands_there_still_was_seen_in_the_latest_picture() {
    let (replica, outbox) = (Replica::open(None).await.unwrap(), outbox().await);
    let before = Item::sample().sighting.unwrap().picture;
    let change = |unsure: bool| {
        let line = ChangeLine {
            sure: !unsure,
            area: Item::sample().sighting.unwrap().area,
            ..Change::sample().lines.remove(0)
        };
        Change {
            thing: Item::sample().sighting.unwrap().thing,
            at: at(60),
            before: Some(before),
            after: PictureId::sample(99),
            lines: vec![line],
            ..Change::sample()
        }
    };
    for (unsure, expected) in [(true, before), (false, PictureId::sample(99))] {
        replica.keep(&pantry(), list(vec![item(1, 2)]), &outbox).await;
        let change = change(unsure);
        replica.fold(&entry(1, PantryEvent::Changed { change }));
        let food = replica.items(family().id, &outbox).unwrap().value.remove(0);
        assert_eq!(food.sighting.unwrap().picture, expected, "in doubt: {unsure}");
    }
}

#[tokio::test]
async fn leaving_a_family_leaves_nothing_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (replica, outbox) = (Replica::open(Some(dir.path().into())).await.unwrap(), outbox().await);
    replica.know(&[family()]).await;
    let members = format!("/families/{}/members", family().id);
    replica
        .keep(
            &members,
            json!({ "value": [], "at": at(0), "source": "cloud" }),
            &outbox,
        )
        .await;
    replica.keep(&pantry(), list(vec![item(1, 2)]), &outbox).await;
    replica.know(&[]).await;
    for replica in [replica, Replica::open(Some(dir.path().into())).await.unwrap()] {
        assert!(replica.answer(&members, &outbox).is_none());
        assert!(replica.answer(&pantry(), &outbox).is_none());
        assert!(replica.seq(family().id).is_none());
    }
}

#[tokio::test]
async fn wiping_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("person");
    let replica = Replica::open(Some(home.clone())).await.unwrap();
    replica.keep(&pantry(), list(vec![item(1, 2)]), &outbox().await).await;
    assert!(home.exists());
    replica.wipe().await;
    assert!(!home.exists());
}

#[tokio::test]
async fn a_folder_that_can_not_be_made_is_said_so() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = Replica::open(Some(file.path().join("below"))).await.err().unwrap();
    assert_eq!(refused.kind, Reason::HubUnreachable.kind());
}
