//! What devices say: sound or not, paired or not.

use hearth_cloud::ports::Ears;
use hearth_contract::{
    MessageId,
    clock::Clock,
    device::{Hardware, List},
    things::{SaidKind, ToThing, to_thing},
};
use serde_json::json;

use crate::support::{ANA, House, fresh, until};

#[tokio::test]
async fn a_malformed_payload_is_counted_and_changes_nothing() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    let before = house.journal(ANA, family).await.len();
    for kind in SaidKind::ALL {
        house.hear(&thing, kind, json!({"id": 7})).await;
        house
            .cloud
            .hear(&thing, kind, vec![b'['; 200 * 1024].into())
            .await
            .unwrap();
    }
    house
        .hear(
            &thing,
            SaidKind::Upload,
            json!({"token": MessageId::sample(1), "count": 200}),
        )
        .await;
    assert_eq!(
        house.cloud.malformed(),
        u64::try_from(SaidKind::ALL.len()).unwrap() * 2 + 1
    );
    assert_eq!(house.journal(ANA, family).await.len(), before);
    assert!(house.wire.on(&to_thing(&thing)).is_empty());
}

#[tokio::test]
async fn a_message_of_which_only_the_id_can_be_read_is_refused_so_that_nobody_repeats_it() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    let message = MessageId::sample(7);
    house
        .hear(
            &thing,
            SaidKind::Door,
            json!({ "id": message, "door": 12, "open": "wide" }),
        )
        .await;
    let said = until("the refusal", async || house.wire.on(&to_thing(&thing)).pop()).await;
    let said: ToThing = serde_json::from_value(said).unwrap();
    assert!(matches!(said, ToThing::Refused { message: which } if which == message));
    assert_eq!(house.cloud.malformed(), 1);
}

#[tokio::test]
async fn an_unpaired_thing_is_ignored() {
    let house = House::new().await;
    let thing = "fridge-HF9".parse().unwrap();
    house.cloud.presence(&thing, true).await.unwrap();
    house
        .hear(
            &thing,
            SaidKind::Upload,
            json!({"token": MessageId::sample(1), "count": 2}),
        )
        .await;
    house.close_door(&thing, &[("milk", 1)]).await;
    house.cloud.work().await;
    assert!(house.wire.on(&to_thing(&thing)).is_empty());
}

#[tokio::test]
async fn uploads_are_granted_below_the_things_own_key() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    let token = MessageId::sample(fresh());
    house
        .hear(&thing, SaidKind::Upload, json!({"token": token, "count": 3}))
        .await;
    let said = until("the grant", async || house.wire.on(&to_thing(&thing)).pop()).await;
    let ToThing::Granted { token: of, uploads } = serde_json::from_value(said).unwrap() else {
        panic!("no grant")
    };
    assert_eq!((of, uploads.len()), (token, 3));
    for upload in uploads {
        assert_eq!(
            upload.url,
            format!("memory://put/things/{thing}/{}.jpg", upload.picture)
        );
    }
}

#[tokio::test]
async fn presence_is_told_when_it_changes() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    let before = house.journal(ANA, family).await.len();
    for online in [true, true, false, false] {
        house.domain.turn(5);
        house.cloud.presence(&thing, online).await.unwrap();
    }
    assert_eq!(house.journal(ANA, family).await.len(), before + 2);
    let presence = house.ask(ANA, List { family }).await.unwrap().value[0].presence;
    assert!(!presence.online && presence.since < house.domain.now());
}

#[tokio::test]
async fn after_a_restart_a_thing_that_stayed_away_is_offline() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    house.cloud.presence(&thing, true).await.unwrap();
    until("activation", async || {
        house.things.active.lock().unwrap().contains(&thing).then_some(())
    })
    .await;
    let house = house.again().await;
    assert!(
        house.ask(ANA, List { family }).await.unwrap().value[0].presence.online,
        "it has a while to come back"
    );
    house.domain.turn(20);
    until("the muster", async || {
        house.cloud.work().await;
        (!house.ask(ANA, List { family }).await.unwrap().value[0].presence.online).then_some(())
    })
    .await;
}

/// Not a test of right or wrong: prints how long a closing takes to the inbox.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints a figure; run it alone on an idle machine"]
async fn measure() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    let topic = house.listen(ANA).await;
    let mut took = Vec::new();
    for n in 1..=200 {
        let before = house.wire.count(&topic);
        let begin = std::time::Instant::now();
        house.close_door(&thing, &[("milk", n % 3 + 1)]).await;
        // A picture, an item, a change.
        until("the change", async || {
            (house.wire.count(&topic) == before + 3).then_some(())
        })
        .await;
        took.push(begin.elapsed());
    }
    took.sort();
    println!("p50 {:?} p99 {:?} max {:?}", took[100], took[197], took[199]);
}
