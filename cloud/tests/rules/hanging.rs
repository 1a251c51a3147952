//! How a tablet comes in by the fridge it hangs on, and how it is put out.

use hearth_contract::{
    Failure, FamilyId, HomeEvent, MessageId, Reason, ThingName,
    device::{DeviceEvent, Hardware, List, Remove},
    event::Actor,
    pairing::PairingCode,
    things::{SaidKind, VouchSaid},
};
use serde_json::json;

use crate::support::{ANA, House, STRANGER, fresh, until};

async fn vouches(house: &House, fridge: &ThingName, code: &PairingCode) {
    let said = VouchSaid {
        id: MessageId::sample(fresh()),
        code: code.clone(),
    };
    house.hear(fridge, SaidKind::Vouch, json!(said)).await;
}

async fn things(house: &House, family: FamilyId) -> Vec<String> {
    let devices = house.ask(ANA, List { family }).await.unwrap().value;
    devices.into_iter().map(|device| device.thing.to_string()).collect()
}

async fn put_out(house: &House, family: FamilyId, thing: &str) -> Result<(), Failure> {
    let thing = thing.parse().unwrap();
    house.ask(ANA, Remove { family, thing }).await.map(|_| ())
}

#[tokio::test]
async fn a_fridge_brings_the_tablet_in_its_door_in_without_a_scan() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let fridge = house.paired(family, "HF1", Hardware::Fridge).await;
    let code = house.newcomer("KT1", Hardware::Tablet).await;
    vouches(&house, &fridge, &code).await;
    assert_eq!(things(&house, family).await, ["fridge-HF1", "tablet-KT1"]);
    let last = house.journal(ANA, family).await.pop().unwrap();
    assert_eq!(last.by, Actor::Thing(fridge.clone()));
    assert!(matches!(last.event, HomeEvent::Device(DeviceEvent::Paired { device }) if device.serial == code.serial));
    let tablet: ThingName = "tablet-KT1".parse().unwrap();
    until("activation", async || {
        house.things.active.lock().unwrap().contains(&tablet).then_some(())
    })
    .await;
    let entries = house.journal(ANA, family).await.len();
    vouches(&house, &fridge, &code).await;
    assert_eq!(house.journal(ANA, family).await.len(), entries, "once is enough");
}

#[tokio::test]
async fn a_fridge_is_believed_for_its_own_tablet_and_for_what_it_sees_now_only() {
    let house = House::new().await;
    let (family, other) = (house.family(ANA).await, house.family(STRANGER).await);
    let fridge = house.paired(family, "HF1", Hardware::Fridge).await;
    let meter = house.paired(family, "EM1", Hardware::Meter).await;
    let elsewhere = house.newcomer("HF2", Hardware::Fridge).await;
    let elsewhere = house.pair(STRANGER, other, &elsewhere).await.unwrap().thing;
    let code = house.newcomer("KT1", Hardware::Tablet).await;
    let foreign = house.newcomer("KT2", Hardware::Tablet).await;
    let wrong = PairingCode {
        proof: "00000000".to_owned(),
        ..code.clone()
    };
    let unknown = PairingCode {
        serial: "KT7".parse().unwrap(),
        ..code.clone()
    };
    let no_tablet = house.newcomer("HF3", Hardware::Fridge).await;
    for (by, code) in [
        (&fridge, &foreign),
        (&fridge, &wrong),
        (&fridge, &unknown),
        (&fridge, &no_tablet),
        (&meter, &code),
        (&elsewhere, &code),
        (&"fridge-HF9".parse().unwrap(), &code),
    ] {
        vouches(&house, by, code).await;
    }
    house.real.turn(600);
    vouches(&house, &fridge, &code).await;
    assert_eq!(things(&house, family).await, ["fridge-HF1", "meter-EM1"]);
}

#[tokio::test]
async fn a_tablet_is_scanned_into_the_home_of_its_fridge_and_into_no_other() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let code = house.newcomer("KT1", Hardware::Tablet).await;
    let refused = house.pair(ANA, family, &code).await.unwrap_err();
    assert_eq!(refused, Failure::new(Reason::FridgeElsewhere).at("code"));
    house.paired(family, "HF1", Hardware::Fridge).await;
    assert_eq!(
        house.pair(ANA, family, &code).await.unwrap().thing.as_str(),
        "tablet-KT1"
    );
}

#[tokio::test]
async fn who_was_put_out_loses_the_certificate_and_comes_back_by_a_scan_only() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let fridge = house.paired(family, "HF1", Hardware::Fridge).await;
    let code = house.newcomer("KT1", Hardware::Tablet).await;
    vouches(&house, &fridge, &code).await;
    let tablet: ThingName = "tablet-KT1".parse().unwrap();
    put_out(&house, family, "tablet-KT1").await.unwrap();
    assert_eq!(things(&house, family).await, ["fridge-HF1"]);
    let last = house.journal(ANA, family).await.pop().unwrap();
    assert_eq!(
        last.event,
        HomeEvent::Device(DeviceEvent::Removed { thing: tablet.clone() })
    );
    until("revocation", async || {
        house.things.revoked.lock().unwrap().contains(&tablet).then_some(())
    })
    .await;

    house.real.turn(60);
    let again = house.newcomer("KT1", Hardware::Tablet).await;
    vouches(&house, &fridge, &again).await;
    assert_eq!(things(&house, family).await, ["fridge-HF1"], "the family said no");
    house.pair(ANA, family, &again).await.unwrap();
    assert_eq!(things(&house, family).await, ["fridge-HF1", "tablet-KT1"]);
}
