//! Pairing, and each way it fails.

use std::sync::atomic::Ordering;

use hearth_cloud::ports::{Ears, Newcomer, suite};
use hearth_contract::{
    HomeEvent, Reason, ThingName,
    device::{DeviceEvent, Hardware, List},
    pairing::{PRESSED_FOR, Pair, PairingSecret},
    text::CodeText,
};

use crate::support::{ANA, House, STRANGER, until};

#[tokio::test]
async fn a_device_comes_in_with_its_code_and_its_certificate_is_activated() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let code = house.newcomer("HF1", Hardware::Fridge).await;
    let device = house.pair(ANA, family, &code).await.unwrap();
    assert_eq!(device.thing.as_str(), "fridge-HF1");
    assert_eq!(
        house.ask(ANA, List { family }).await.unwrap().value,
        std::slice::from_ref(&device)
    );
    until("activation", async || {
        house
            .things
            .active
            .lock()
            .unwrap()
            .contains(&device.thing)
            .then_some(())
    })
    .await;
    let last = house.journal(ANA, family).await.pop().unwrap();
    assert_eq!(last.event, HomeEvent::Device(DeviceEvent::Paired { device }));

    let again = Newcomer {
        serial: code.serial,
        hardware: Hardware::Fridge,
        secret: PairingSecret([8; 32]),
        is_pressed: false,
        fridge: None,
    };
    assert_eq!(
        house.cloud.provision(again).await.unwrap(),
        None,
        "a paired thing keeps its secret"
    );
}

#[tokio::test]
async fn what_the_maker_has_not_built_is_not_provisioned() {
    let house = House::new().await;
    let (one, other) = ("HF1".parse().unwrap(), "HF2".parse().unwrap());
    *house.factory.0.lock().unwrap() = Some([(one, Hardware::Fridge)].into());
    suite::factory::check(&*house.factory, &"HF1".parse().unwrap(), &other).await;
    let asks = async |serial: &str, hardware| {
        let newcomer = Newcomer {
            serial: serial.parse().unwrap(),
            hardware,
            secret: PairingSecret([7; 32]),
            is_pressed: false,
            fridge: None,
        };
        house.cloud.provision(newcomer).await.unwrap()
    };
    assert_eq!(asks("HF2", Hardware::Fridge).await, None);
    assert_eq!(asks("HF1", Hardware::Microwave).await, None);
    assert!(asks("HF1", Hardware::Fridge).await.is_some());
}

#[tokio::test]
async fn a_sticker_brings_a_device_in_only_after_its_button_was_pressed_and_once() {
    let house = House::new().await;
    let (family, other) = (house.family(ANA).await, house.family(STRANGER).await);
    house.newcomer("HF24000123", Hardware::Fridge).await;
    let reason = async |person, family, code: &str| {
        let code = CodeText::parse(code).unwrap();
        let answer = house.ask(person, Pair { family, code }).await;
        answer.map(|device| device.thing).map_err(|failure| failure.reason)
    };
    let thing: ThingName = "fridge-HF24000123".parse().unwrap();
    assert_eq!(reason(ANA, family, "HF24000123").await, Err(Reason::ButtonFirst));
    house.pressed("HF24000123", Hardware::Fridge).await;
    assert_eq!(
        reason(ANA, family, "HEARTH:MW:HF24000123").await,
        Err(Reason::CodeWrong)
    );
    house.real.turn(PRESSED_FOR.as_secs() + 1);
    assert_eq!(reason(ANA, family, "HF24000123").await, Err(Reason::ButtonFirst));
    house.pressed("HF24000123", Hardware::Fridge).await;
    assert_eq!(reason(ANA, family, "HEARTH:FR:HF24000123").await, Ok(thing));
    assert_eq!(reason(ANA, family, "HF24000123").await, Err(Reason::DeviceYours));
    assert_eq!(reason(STRANGER, other, "HF24000123").await, Err(Reason::ButtonFirst));
}

#[tokio::test]
async fn stickers_can_not_be_tried_until_somebody_presses() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    house.newcomer("HF24000123", Hardware::Fridge).await;
    let tries = async || {
        let code = CodeText::parse("HF24000123").unwrap();
        house.ask(ANA, Pair { family, code }).await.unwrap_err().reason
    };
    for _ in 0..10 {
        assert_eq!(tries().await, Reason::ButtonFirst);
    }
    assert_eq!(tries().await, Reason::TooManyTries);
}

#[tokio::test]
async fn each_way_to_fail_has_its_own_answer() {
    let house = House::new().await;
    let (family, other) = (house.family(ANA).await, house.family(STRANGER).await);
    let code = house.newcomer("HF1", Hardware::Fridge).await;
    let tried = async |person, family, text: &str| {
        let code = CodeText::parse(text).unwrap();
        house.ask(person, Pair { family, code }).await.unwrap_err().reason
    };
    assert_eq!(tried(ANA, family, "https://example.org").await, Reason::CodeForeign);
    assert_eq!(
        tried(ANA, family, "HEARTH:FR:HF2:00000000").await,
        Reason::DeviceUnknown
    );
    assert_eq!(tried(ANA, family, "HEARTH:FR:HF1:00000000").await, Reason::CodeWrong);
    let meter = code.to_string().replace(":FR:", ":EM:");
    assert_eq!(tried(ANA, family, &meter).await, Reason::CodeWrong);
    house.real.turn(600);
    assert_eq!(tried(ANA, family, &code.to_string()).await, Reason::CodeExpired);

    let fresh = house.code(code.serial.clone(), Hardware::Fridge);
    house.pair(ANA, family, &fresh).await.unwrap();
    assert_eq!(tried(STRANGER, other, &fresh.to_string()).await, Reason::CodeUsed);
    assert_eq!(tried(ANA, family, &fresh.to_string()).await, Reason::DeviceYours);
    house.real.turn(60);
    let next = house.code(code.serial, Hardware::Fridge).to_string();
    assert_eq!(tried(STRANGER, other, &next).await, Reason::DeviceTaken);
    assert_eq!(tried(ANA, family, &next).await, Reason::DeviceYours);
    assert_eq!(
        tried(STRANGER, other, "HEARTH:FR:HF1:00000000").await,
        Reason::CodeWrong,
        "without its code nobody hears whose it is"
    );
}

#[tokio::test]
async fn after_ten_wrong_tries_one_has_to_wait() {
    let house = House::new().await;
    let (family, other) = (house.family(ANA).await, house.family(STRANGER).await);
    let code = house.newcomer("HF1", Hardware::Fridge).await;
    let mut wrong = code.clone();
    wrong.proof = "00000000".to_owned();
    for _ in 0..10 {
        assert_eq!(
            house.pair(ANA, family, &wrong).await.unwrap_err().reason,
            Reason::CodeWrong
        );
        house.real.turn(1);
    }
    let refused = house.pair(ANA, family, &code).await.unwrap_err();
    assert_eq!(refused.reason, Reason::TooManyTries);
    let wait = refused.retry_after.unwrap().0;
    assert!((580..=600).contains(&wait), "{wait}");
    assert_eq!(
        house.pair(STRANGER, other, &code).await.unwrap_err().reason,
        Reason::TooManyTries,
        "for the device too"
    );
    house.real.turn(i64::try_from(wait).unwrap());
    let fresh = house.code(code.serial, Hardware::Fridge);
    house.pair(ANA, family, &fresh).await.unwrap();
}

#[tokio::test]
async fn a_registry_that_does_not_answer_is_asked_again() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    house.things.silent.store(true, Ordering::SeqCst);
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    house.put_off().await;
    house.things.silent.store(false, Ordering::SeqCst);
    house.domain.turn(2);
    until("activation", async || {
        house.cloud.work().await;
        house.things.active.lock().unwrap().contains(&thing).then_some(())
    })
    .await;
    assert_eq!(house.things.asked.load(Ordering::SeqCst), 2);
}
