//! Letting a device go: what goes with it, what stays, and what the next family finds.

use hearth_contract::{
    Failure, FamilyId, HomeEvent, MessageId, Reason, ThingName,
    alarm::{self, Alarm, Cause},
    clock::Clock,
    control::{Place, Setting},
    device::{DeviceEvent, Gone, Hardware, List, Remove},
    live::Cameras,
    pantry,
    things::{AlarmIs, AlarmSaid, GoodbyeSaid, SaidKind, VouchSaid},
};
use serde_json::{Value, json};

use crate::support::{ANA, House, STRANGER, fresh, until};

/// A home whose fridge has seen milk, stands open, has an order waiting and a
/// tablet in its door.
struct Stage {
    house: House,
    family: FamilyId,
    fridge: ThingName,
}

impl Stage {
    async fn set() -> Self {
        let house = House::new().await;
        let family = house.family(ANA).await;
        let fridge = house.paired(family, "HF1", Hardware::Fridge).await;
        let code = house.newcomer("KT1", Hardware::Tablet).await;
        let id = MessageId::sample(fresh());
        house
            .hear(&fridge, SaidKind::Vouch, json!(VouchSaid { id, code }))
            .await;
        house.close_door(&fridge, &[]).await;
        house.close_door(&fridge, &[("milk", 2)]).await;
        let stage = Self { house, family, fridge };
        until("the milk", async || (!stage.food().await.is_empty()).then_some(())).await;
        let cause = Cause::DoorOpen {
            door: "fridge".parse().unwrap(),
            opened_at: stage.house.domain.now(),
        };
        let alarm = Alarm::raised(&stage.fridge, cause, 1, stage.house.domain.now());
        let said = AlarmSaid {
            id: MessageId::sample(fresh()),
            is: AlarmIs::Stands(alarm),
        };
        stage.house.hear(&stage.fridge, SaidKind::Alarm, json!(said)).await;
        let (family, thing, setting) = (stage.family, stage.fridge.clone(), Setting::Light(true));
        stage.house.ask(ANA, Place { family, thing, setting }).await.unwrap();
        stage
    }

    async fn food(&self) -> Vec<pantry::Item> {
        let family = self.family;
        self.house.ask(ANA, pantry::List { family }).await.unwrap().value
    }

    async fn things(&self) -> Vec<String> {
        let family = self.family;
        let devices = self.house.ask(ANA, List { family }).await.unwrap().value;
        devices.into_iter().map(|device| device.thing.to_string()).collect()
    }

    async fn let_go(&self, thing: &str) -> Result<Gone, Failure> {
        let (family, thing) = (self.family, thing.parse().unwrap());
        self.house.ask(ANA, Remove { family, thing }).await
    }

    /// That nothing of the fridge is left but the food.
    async fn is_clean(&self) {
        let family = self.family;
        assert!(self.things().await.is_empty());
        let food = self.food().await;
        assert_eq!((food.len(), food[0].count.get()), (1, 2));
        assert_eq!(food[0].sighting, None);
        let alarms = self.house.ask(ANA, alarm::Open { family }).await.unwrap().value;
        assert_eq!(alarms, []);
        let cameras = self.house.ask(ANA, Cameras { family }).await.unwrap().value;
        assert_eq!(cameras, []);
        let changes = self.house.ask(ANA, pantry::Changes { family }).await.unwrap().value;
        assert_eq!(changes, []);
        let things = &self.house.things;
        until("certificates to be refused, pictures and wishes to go", async || {
            let is_refused = !things.active.lock().unwrap().contains(&self.fridge)
                && things.revoked.lock().unwrap().contains(&"tablet-KT1".parse().unwrap());
            let has_pictures = !self.house.objects.0.lock().unwrap().is_empty();
            let wants = self.house.shadows.desired(&self.fridge);
            (is_refused && !has_pictures && wants == Value::Null).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_fridge_that_is_let_go_takes_its_tablet_and_pictures_along_and_leaves_the_food() {
    let stage = Stage::set().await;
    until("the way in", async || {
        stage
            .house
            .things
            .active
            .lock()
            .unwrap()
            .contains(&stage.fridge)
            .then_some(())
    })
    .await;
    let gone = stage.let_go("fridge-HF1").await.unwrap();
    assert_eq!(gone.name.as_str(), "Fridge");
    assert_eq!((gone.pictures, gone.changes, gone.orders, gone.tablets), (2, 2, 1, 1));
    stage.is_clean().await;
    let removed = |thing: &str| {
        let thing = thing.parse().unwrap();
        HomeEvent::Device(DeviceEvent::Removed { thing })
    };
    let told: Vec<_> = stage.house.journal(ANA, stage.family).await;
    for thing in ["tablet-KT1", "fridge-HF1"] {
        assert!(told.iter().any(|entry| entry.event == removed(thing)), "{thing}");
    }
}

#[tokio::test]
async fn the_next_family_finds_a_fridge_that_knows_nobody() {
    let stage = Stage::set().await;
    stage.let_go("fridge-HF1").await.unwrap();
    stage.is_clean().await;
    let other = stage.house.family(STRANGER).await;
    stage.house.real.turn(60);
    stage.house.domain.turn(60);
    let code = stage.house.code("HF1".parse().unwrap(), Hardware::Fridge);
    let device = stage.house.pair(STRANGER, other, &code).await.unwrap();
    let wants = until("to whom it belongs", async || {
        let wants = stage.house.shadows.desired(&stage.fridge);
        wants.get("paired_at").is_some().then_some(wants)
    })
    .await;
    assert_eq!(wants["paired_at"], json!(device.paired_at));
    assert_eq!(wants.get("light"), None);
    let cameras = stage.house.ask(STRANGER, Cameras { family: other }).await.unwrap();
    assert!(cameras.value.iter().all(|camera| camera.last.is_none()), "{cameras:?}");
    // What it says is the new family's.
    let before = stage.house.journal(ANA, stage.family).await.len();
    stage.house.close_door(&stage.fridge, &[("eggs", 6)]).await;
    until("the eggs", async || {
        let family = other;
        let food = stage.house.ask(STRANGER, pantry::List { family }).await.unwrap().value;
        (food.len() == 1).then_some(())
    })
    .await;
    assert_eq!(stage.house.journal(ANA, stage.family).await.len(), before);
}

#[tokio::test]
async fn a_fridge_that_was_reset_says_goodbye_itself_and_only_for_itself() {
    let stage = Stage::set().await;
    let said = GoodbyeSaid {
        id: MessageId::sample(fresh()),
    };
    stage
        .house
        .hear(&"fridge-HF9".parse().unwrap(), SaidKind::Goodbye, json!(said))
        .await;
    assert_eq!(stage.things().await, ["fridge-HF1", "tablet-KT1"]);
    for _ in 0..2 {
        stage.house.hear(&stage.fridge, SaidKind::Goodbye, json!(said)).await;
    }
    stage.is_clean().await;
}

#[tokio::test]
async fn a_tablet_goes_alone_and_what_is_not_here_can_not_be_let_go() {
    let stage = Stage::set().await;
    let gone = stage.let_go("tablet-KT1").await.unwrap();
    assert_eq!((gone.pictures, gone.tablets), (0, 0));
    assert_eq!(stage.things().await, ["fridge-HF1"]);
    let other = stage.house.family(STRANGER).await;
    let elsewhere = stage.house.newcomer("HF2", Hardware::Fridge).await;
    stage.house.pair(STRANGER, other, &elsewhere).await.unwrap();
    for thing in ["tablet-KT1", "fridge-HF2", "fridge-HF3"] {
        let refused = stage.let_go(thing).await.unwrap_err();
        assert_eq!(refused, Failure::new(Reason::Absent).at("thing"), "{thing}");
    }
}
