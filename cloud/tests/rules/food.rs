//! Doors close, lists change, and the family has the last word.

use async_trait::async_trait;
use hearth_cloud::{
    ports::{Difference, Outside, Recogniser, Shot},
    recognise::{Labels, Local},
};
use hearth_contract::{
    FamilyId, HomeEvent, ItemId, Reason, ThingName,
    device::Hardware,
    live::{Cameras, LiveEvent},
    pantry::{Add, Change, Changes, List, PantryEvent, Remove, Settle, Settled},
    picture::Address,
    text::Name,
    things::SaidKind,
    units::Count,
};
use serde_json::json;

use crate::support::{ANA, House, fresh, labelled, until};

async fn fridge() -> (House, FamilyId, ThingName) {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    (house, family, thing)
}

async fn list(house: &House, family: FamilyId) -> Vec<(String, u32)> {
    let items = house.ask(ANA, List { family }).await.unwrap().value;
    items
        .into_iter()
        .map(|item| {
            (
                item.food.map_or(item.name.as_str().into(), String::from),
                item.count.get(),
            )
        })
        .collect()
}

async fn changes(house: &House, family: FamilyId, count: usize) -> Vec<Change> {
    let seen = async || Some(house.ask(ANA, Changes { family }).await.unwrap().value).filter(|all| all.len() == count);
    until("the change", seen).await
}

#[tokio::test]
async fn a_closing_door_changes_the_list_and_everybody_hears_it() {
    let (house, family, thing) = fridge().await;
    let topic = house.listen(ANA).await;
    house.close_door(&thing, &[("milk", 1), ("egg", 6)]).await;
    changes(&house, family, 1).await;
    assert_eq!(list(&house, family).await, [("egg".into(), 6), ("milk".into(), 1)]);
    house.close_door(&thing, &[("egg", 4), ("tomato", 2)]).await;
    let change = changes(&house, family, 2).await.remove(0);
    assert_eq!(list(&house, family).await, [("egg".into(), 4), ("tomato".into(), 2)]);
    let lines: Vec<_> = change
        .lines
        .iter()
        .map(|line| (line.food.as_ref().unwrap().as_str(), line.delta, line.sure))
        .collect();
    assert_eq!(lines, [("egg", -2, true), ("milk", -1, true), ("tomato", 2, true)]);
    assert!(
        change
            .lines
            .iter()
            .all(|line| line.item.is_some() && line.name.is_some())
    );

    let seen = house.ask(ANA, List { family }).await.unwrap().value;
    for item in &seen {
        let sighting = item.sighting.as_ref().unwrap();
        assert_eq!(
            sighting.picture, change.after,
            "what stood there stands there: {}",
            item.name
        );
        assert_eq!(sighting.at, change.at);
    }
    let tomato = seen[1].clone();
    let sighting = tomato.sighting.unwrap();
    assert_eq!(
        (sighting.picture, sighting.thing.clone()),
        (change.after, thing.clone())
    );
    let address = house
        .ask(
            ANA,
            Address {
                family,
                picture: change.after,
            },
        )
        .await
        .unwrap();
    assert_eq!(address.url, format!("memory://get/things/{thing}/{}.jpg", change.after));
    let cameras = house.ask(ANA, Cameras { family }).await.unwrap().value;
    assert_eq!(cameras[0].last.as_ref().unwrap().picture, change.after);

    let journal = house.journal(ANA, family).await;
    assert!(
        journal
            .iter()
            .any(|entry| matches!(entry.event, HomeEvent::Live(LiveEvent::Pictured { .. })))
    );
    assert!(
        matches!(&journal.last().unwrap().event, HomeEvent::Pantry(PantryEvent::Changed { change: last }) if *last == change)
    );
    until("the inbox", async || {
        (house.wire.on(&topic).len() == journal.len() - 3).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_repeated_message_does_nothing_twice_and_is_acknowledged_again() {
    let (house, family, thing) = fridge().await;
    let said = house.close_door(&thing, &[("milk", 2)]).await;
    changes(&house, family, 1).await;
    let before = house.journal(ANA, family).await.len();
    house.hear(&thing, SaidKind::Door, said.clone()).await;
    house.cloud.work().await;
    assert_eq!(house.journal(ANA, family).await.len(), before);
    assert_eq!(list(&house, family).await, [("milk".into(), 2)]);
    let heard = json!({"heard": {"message": said["id"]}});
    let topic = hearth_contract::things::to_thing(&thing);
    until("two acknowledgements", async || {
        (house
            .wire
            .on(&topic)
            .iter()
            .filter(|message| **message == heard)
            .count()
            == 2)
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn undoing_a_change_brings_everything_back_once() {
    let (house, family, thing) = fridge().await;
    house.close_door(&thing, &[("milk", 1), ("egg", 6)]).await;
    changes(&house, family, 1).await;
    let before = house.ask(ANA, List { family }).await.unwrap().value;
    house.close_door(&thing, &[("egg", 9), ("butter", 1)]).await;
    let change = changes(&house, family, 2).await[0].id;
    assert_eq!(list(&house, family).await, [("butter".into(), 1), ("egg".into(), 9)]);
    let undo = Settle {
        family,
        change,
        settled: Settled::Undone,
    };
    let open = Settle {
        settled: Settled::Open,
        ..undo.clone()
    };
    assert_eq!(
        house.ask(ANA, open).await.unwrap_err().field.as_deref(),
        Some("settled")
    );
    house.ask(ANA, undo.clone()).await.unwrap();
    let after = house.ask(ANA, List { family }).await.unwrap().value;
    let names = |items: &[hearth_contract::pantry::Item]| items.iter().map(|i| (i.id, i.count)).collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before), "the same items again");
    assert_eq!(
        house.ask(ANA, undo.clone()).await.unwrap_err().reason,
        Reason::AlreadySettled
    );
    let confirm = Settle {
        settled: Settled::Confirmed,
        ..undo
    };
    assert_eq!(
        house.ask(ANA, confirm).await.unwrap_err().reason,
        Reason::AlreadySettled
    );
    assert_eq!(changes(&house, family, 2).await[0].settled, Settled::Undone);
}

#[tokio::test]
async fn a_picture_without_labels_asks_and_changes_nothing() {
    let (house, family, thing) = fridge().await;
    house.close_door(&thing, &[("milk", 1)]).await;
    changes(&house, family, 1).await;
    let said = house.close_door(&thing, &[("egg", 1)]).await;
    changes(&house, family, 2).await;
    // The same picture, its comment cut off, is what a real camera would send.
    let picture = said["pictures"][0]["picture"].as_str().unwrap();
    let plain = labelled(&[]);
    let comment = usize::from(u16::from_be_bytes([plain[4], plain[5]])) + 2;
    let plain = [&plain[..2], &plain[2 + comment..]].concat();
    let key = format!("things/{thing}/{picture}.jpg");
    house.objects.0.lock().unwrap().insert(key, plain.into());
    house.close_door(&thing, &[("egg", 1)]).await;
    let change = changes(&house, family, 3).await.remove(0);
    assert_eq!(change.lines, [], "two grey pictures are alike");
    assert_eq!(list(&house, family).await, [("egg".into(), 1)]);
}

#[tokio::test]
async fn food_is_added_and_removed_by_hand_and_listed_by_what_expires_first() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let add = |name: &str, day: Option<i8>| Add {
        family,
        item: ItemId::sample(fresh()),
        name: Name::parse(name).unwrap(),
        food: None,
        count: Count::new(3).unwrap(),
        best_before: day.map(|day| jiff::civil::date(2026, 12, day)),
    };
    for added in [
        add("rice", None),
        add("Yoghurt", Some(9)),
        add("Apples", None),
        add("milk", Some(2)),
    ] {
        house.ask(ANA, added).await.unwrap();
    }
    let names: Vec<_> = list(&house, family).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["milk", "Yoghurt", "Apples", "rice"]);
    let item = house.ask(ANA, List { family }).await.unwrap().value[0].id;
    house
        .ask(
            ANA,
            Remove {
                family,
                item,
                count: Count::ONE,
            },
        )
        .await
        .unwrap();
    assert_eq!(list(&house, family).await[0], ("milk".into(), 2));
    house
        .ask(
            ANA,
            Remove {
                family,
                item,
                count: Count::new(9).unwrap(),
            },
        )
        .await
        .unwrap();
    assert_eq!(list(&house, family).await.len(), 3);
    let gone = house
        .ask(
            ANA,
            Remove {
                family,
                item,
                count: Count::ONE,
            },
        )
        .await
        .unwrap_err();
    assert_eq!(gone.reason, Reason::Absent);
}

/// Sees what the labels say, but is sure of nothing.
struct Doubtful;

#[async_trait]
impl Recogniser for Doubtful {
    async fn compare(&self, before: Option<&Shot>, after: &Shot) -> Result<Vec<Difference>, Outside> {
        let seen = Labels.compare(before, after).await?;
        Ok(seen
            .into_iter()
            .map(|difference| Difference {
                certainty: 0.6,
                ..difference
            })
            .collect())
    }
}

#[tokio::test]
async fn a_guess_counts_once_the_family_confirms_it() {
    let house = House::seeing(Doubtful).await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    house.close_door(&thing, &[("milk", 2)]).await;
    let change = changes(&house, family, 1).await.remove(0);
    assert!(!change.lines[0].sure && change.lines[0].item.is_none());
    assert_eq!(list(&house, family).await, []);
    house
        .ask(
            ANA,
            Settle {
                family,
                change: change.id,
                settled: Settled::Confirmed,
            },
        )
        .await
        .unwrap();
    assert_eq!(list(&house, family).await, [("milk".into(), 2)]);
    let item = house.ask(ANA, List { family }).await.unwrap().value.remove(0);
    assert_eq!(item.sighting.unwrap().picture, change.after);
    assert_eq!(changes(&house, family, 1).await[0].lines[0].item, Some(item.id));

    house.close_door(&thing, &[]).await;
    let change = changes(&house, family, 2).await[0].id;
    assert_eq!(
        list(&house, family).await,
        [("milk".into(), 2)],
        "what is unsure never deletes"
    );
    house
        .ask(
            ANA,
            Settle {
                family,
                change,
                settled: Settled::Undone,
            },
        )
        .await
        .unwrap();
    assert_eq!(list(&house, family).await, [("milk".into(), 2)]);
}

#[tokio::test]
async fn a_picture_of_more_than_twenty_megapixels_is_refused_by_its_header() {
    let mut jpeg = labelled(&[("milk", 1)]).to_vec();
    let frame = jpeg.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
    let shot = Shot {
        picture: hearth_contract::PictureId::sample(1),
        jpeg: jpeg.into(),
    };
    let refused = Local.compare(Some(&shot), &shot).await.unwrap_err();
    assert!(refused.to_string().contains("too large"), "{refused}");
}
