//! Calls that are repeated, and the journal they write.

use hearth_contract::{
    CallId, HomeEvent, ItemId, Reason,
    event::Inbox,
    family::{FamilyEvent, Listen, Mine, Rename},
    pantry::{Add, List},
    text::Name,
    units::Count,
};

use crate::support::{ANA, House, STRANGER, fresh, until};

fn milk(family: hearth_contract::FamilyId) -> Add {
    let item = ItemId::sample(fresh());
    Add {
        family,
        item,
        name: Name::parse("Milk").unwrap(),
        food: None,
        count: Count::ONE,
        best_before: None,
    }
}

#[tokio::test]
async fn a_repeated_call_gets_the_same_reply_and_does_nothing_twice() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let (add, call) = (milk(family), CallId::sample(fresh()));
    let first = house.ask_as(ANA, add.clone(), call).await.unwrap();
    house.domain.turn(60);
    assert_eq!(house.ask_as(ANA, add.clone(), call).await.unwrap(), first);
    assert_eq!(house.ask(ANA, List { family }).await.unwrap().value, [first]);
    assert_eq!(house.journal(ANA, family).await.len(), 3, "created, joined, added");

    let other = Rename {
        family,
        name: Name::parse("Elsewhere").unwrap(),
    };
    assert_eq!(
        house.ask_as(ANA, other, call).await.unwrap_err().reason,
        Reason::CallReused
    );
    assert_eq!(
        house.ask_as(ANA, milk(family), call).await.unwrap_err().reason,
        Reason::CallReused
    );
    house.family(STRANGER).await;
    assert_eq!(
        house.ask_as(STRANGER, add, call).await.unwrap_err().reason,
        Reason::Absent
    );
}

#[tokio::test]
async fn many_calls_at_once_number_the_journal_without_a_gap_and_arrive_in_order() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let topic = house.listen(ANA).await;
    let adds = (0..40).map(|_| house.ask(ANA, milk(family)));
    for done in futures::future::join_all(adds).await {
        done.unwrap();
    }
    let journal = house.journal(ANA, family).await;
    assert_eq!(
        journal.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
        (1..=42).collect::<Vec<_>>()
    );
    assert_eq!(house.ask(ANA, Mine {}).await.unwrap().value[0].seq, 42);
    let heard = until("the inbox", async || {
        Some(house.wire.on(&topic)).filter(|heard| heard.len() == 40)
    })
    .await;
    let wanted: Vec<_> = journal[2..]
        .iter()
        .map(|entry| serde_json::to_value(Inbox::Entry(entry.clone())).unwrap())
        .collect();
    assert_eq!(heard, wanted);
}

#[tokio::test]
async fn an_inbox_hears_only_its_own_families_and_cannot_be_taken() {
    let house = House::new().await;
    let (ours, theirs) = (house.family(ANA).await, house.family(STRANGER).await);
    let topic = house.listen(ANA).await;
    let taken = house
        .ask(
            STRANGER,
            Listen {
                identity: format!("local:{ANA}").parse().unwrap(),
            },
        )
        .await;
    assert_eq!(taken.unwrap_err().reason, Reason::Absent);
    for (person, family, name) in [(STRANGER, theirs, "Theirs"), (ANA, ours, "Ours")] {
        house
            .ask(
                person,
                Rename {
                    family,
                    name: Name::parse(name).unwrap(),
                },
            )
            .await
            .unwrap();
    }
    let heard = until("the inbox", async || {
        Some(house.wire.on(&topic)).filter(|heard| !heard.is_empty())
    })
    .await;
    let Inbox::Entry(entry) = serde_json::from_value(heard[0].clone()).unwrap() else {
        panic!("no entry")
    };
    assert_eq!(
        entry.event,
        HomeEvent::Family(FamilyEvent::Renamed {
            name: Name::parse("Ours").unwrap()
        })
    );
    assert_eq!(heard.len(), 1);
}

#[tokio::test]
async fn a_zone_nobody_knows_is_refused() {
    let house = House::new().await;
    let mut create = <hearth_contract::family::Create as hearth_contract::Command>::sample();
    create.zone = hearth_contract::text::ZoneName::parse("Europe/Atlantis").unwrap();
    assert_eq!(house.ask(ANA, create).await.unwrap_err().field.as_deref(), Some("zone"));
}
