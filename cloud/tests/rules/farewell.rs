//! Leaving every family at once: what goes, what stays, who must hand over first.

use hearth_cloud::tables;
use hearth_contract::{
    Failure, HomeEvent, Reason,
    device::Hardware,
    event::Inbox,
    family::{FamilyEvent, Farewell, Fate, Joining, Mine},
};

use crate::{
    people::{BEN, joined},
    support::{ANA, House, until},
};

#[tokio::test]
async fn the_last_owner_of_others_hands_over_before_saying_farewell() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    joined(&house, family, BEN, Joining::Adult).await;
    let before = tables::read(&house.file()).await.unwrap();
    assert_eq!(
        house.ask(ANA, Farewell {}).await.unwrap_err(),
        Failure::new(Reason::LastOwner)
    );
    assert_eq!(tables::read(&house.file()).await.unwrap(), before);
    let said = house.ask(BEN, Farewell {}).await.unwrap();
    assert_eq!(said.len(), 1);
    assert_eq!(
        said[0].fate,
        Fate::Left { lines: 2 },
        "joined and left stay with the others"
    );
    assert_eq!(house.ask(BEN, Mine {}).await.unwrap().value, []);
    assert_eq!(house.ask(ANA, Mine {}).await.unwrap().value.len(), 1);
}

#[tokio::test]
async fn a_family_nobody_else_is_in_goes_with_everything_in_it() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let topic = house.listen(ANA).await;
    let fridge = house.paired(family, "HF1", Hardware::Fridge).await;
    house.close_door(&fridge, &[("milk", 1)]).await;
    until("the food", async || {
        let journal = house.journal(ANA, family).await;
        let seen = |entry: &hearth_contract::JournalEntry| matches!(entry.event, HomeEvent::Pantry(_));
        journal.iter().any(seen).then_some(())
    })
    .await;
    until("activation", async || {
        house.things.active.lock().unwrap().contains(&fridge).then_some(())
    })
    .await;
    let said = house.ask(ANA, Farewell {}).await.unwrap();
    assert!(
        matches!(
            said[0].fate,
            Fate::Deleted {
                devices: 1,
                items: 1,
                pictures: 1,
                ..
            }
        ),
        "{said:?}"
    );
    let id = family.to_string();
    for (table, rows) in tables::read(&house.file()).await.unwrap() {
        assert!(rows.iter().all(|row| !row.contains(&id)), "{table}: {rows:?}");
    }
    until("the last entry", async || {
        match serde_json::from_value(house.wire.on(&topic).pop()?).ok()? {
            Inbox::Entry(entry) => (entry.event == HomeEvent::Family(FamilyEvent::Ended)).then_some(()),
            Inbox::Glance(_) => None,
        }
    })
    .await;
    until("the fridge to be free and its picture gone", async || {
        let active = house.things.active.lock().unwrap().contains(&fridge);
        (!active && house.objects.0.lock().unwrap().is_empty()).then_some(())
    })
    .await;
    house.real.turn(600);
    let other = house.family(BEN).await;
    let code = house.code("HF1".parse().unwrap(), Hardware::Fridge);
    house.pair(BEN, other, &code).await.expect("the fridge is free");
}
