//! The outbox across crashes, and what pages see of it.

use hearth_contract::{
    ItemId,
    pantry::{Add, Remove},
    text::Name,
    units::Count,
};

use super::*;

fn now() -> Timestamp {
    Timestamp::constant(1_795_280_640, 0)
}

fn family() -> FamilyId {
    FamilyId::sample(1)
}

fn add(n: u128) -> Edit {
    let name = Name::parse("Milk").unwrap();
    Edit::Add(Add {
        family: family(),
        item: ItemId::sample(n),
        name,
        food: None,
        count: Count::new(3).unwrap(),
        best_before: None,
    })
}

fn remove(n: u128, count: u32) -> Edit {
    Edit::Remove(Remove {
        family: family(),
        item: ItemId::sample(n),
        count: Count::new(count).unwrap(),
    })
}

async fn open(dir: &std::path::Path) -> Outbox {
    Outbox::open(Disk::open(Some(dir.to_owned())).await.unwrap())
        .await
        .unwrap()
}

fn seen(outbox: &Outbox, base: &[Item]) -> Vec<(ItemId, u32)> {
    let mut items = base.to_vec();
    outbox.apply(family(), &mut items);
    items.iter().map(|item| (item.id, item.count.get())).collect()
}

#[tokio::test]
async fn edits_survive_a_crash_in_their_order_with_their_ids() {
    let dir = tempfile::tempdir().unwrap();
    let outbox = open(dir.path()).await;
    for n in 1..=12 {
        outbox.add(CallId::sample(n), add(n), now()).await.unwrap();
    }
    drop(outbox.settle(CallId::sample(1), Ok(Value::Null)).await);
    drop(outbox);

    let outbox = open(dir.path()).await;
    for n in 2..=12 {
        let first = outbox.first().unwrap();
        assert_eq!((first.call, &first.edit), (CallId::sample(n), &add(n)));
        let unheard = outbox.settle(first.call, Ok(Value::Null)).await;
        assert!(unheard.is_some(), "whoever waited is gone since the crash");
    }
    assert_eq!(outbox.len(), 0);
    assert_eq!(open(dir.path()).await.len(), 0);
}

#[tokio::test]
async fn a_draft_that_was_cut_off_is_not_an_edit() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".00000000000000000007.json.3"), b"{\"seq\":7,\"ca").unwrap();
    let outbox = open(dir.path()).await;
    assert_eq!(outbox.len(), 0);
    outbox.add(CallId::sample(1), add(1), now()).await.unwrap();
    assert_eq!(open(dir.path()).await.len(), 1);
}

#[tokio::test]
async fn waiting_edits_lie_on_top_of_the_food_and_a_refused_one_undoes_itself() {
    let outbox = Outbox::open(Disk::open(None).await.unwrap()).await.unwrap();
    outbox.add(CallId::sample(1), add(5), now()).await.unwrap();
    outbox.add(CallId::sample(2), remove(5, 2), now()).await.unwrap();
    assert_eq!(seen(&outbox, &[]), [(ItemId::sample(5), 1)]);
    drop(outbox.settle(CallId::sample(1), Err(Reason::PowerMissing.into())).await);
    assert_eq!(seen(&outbox, &[]), []);
}

#[tokio::test]
async fn an_edit_the_journal_told_of_is_not_counted_twice() {
    let outbox = Outbox::open(Disk::open(None).await.unwrap()).await.unwrap();
    let item = Item {
        count: Count::new(5).unwrap(),
        ..Item::sample()
    };
    let Edit::Remove(take_two) = remove(1, 2) else {
        unreachable!()
    };
    outbox
        .add(CallId::sample(1), Edit::Remove(take_two), now())
        .await
        .unwrap();
    assert_eq!(seen(&outbox, std::slice::from_ref(&item)), [(item.id, 3)]);
    // The cloud's list has it now, but the reply has not come yet.
    outbox.told(CallId::sample(1));
    let after = Item {
        count: Count::new(3).unwrap(),
        ..item
    };
    assert_eq!(seen(&outbox, std::slice::from_ref(&after)), [(after.id, 3)]);
}

#[tokio::test]
async fn the_same_call_again_waits_for_the_verdict_on_the_first() {
    let outbox = Outbox::open(Disk::open(None).await.unwrap()).await.unwrap();
    let (_, first) = outbox.add(CallId::sample(1), add(1), now()).await.unwrap();
    let (ahead, second) = outbox.add(CallId::sample(1), add(1), now()).await.unwrap();
    assert_eq!((ahead, outbox.len()), (1, 1));
    assert_eq!(
        outbox.add(CallId::sample(1), add(2), now()).await.unwrap_err().reason,
        Reason::CallReused
    );
    assert!(outbox.settle(CallId::sample(1), Ok(Value::Bool(true))).await.is_none());
    assert_eq!(second.await.unwrap(), Ok(Value::Bool(true)));
    assert!(first.await.is_err(), "the page that asked first asked again");
}

#[tokio::test]
async fn more_than_is_in_takes_all() {
    let mut items = vec![Item {
        count: Count::new(2).unwrap(),
        ..Item::sample()
    }];
    remove(1, 3).apply(&mut items, now());
    assert_eq!(items, []);
}
