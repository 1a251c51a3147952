//! Alarms: a device's own, those that somebody sees to, and those the cloud
//! raises for a device that vanished with its door open.

use hearth_cloud::ports::Ears;
use hearth_contract::{
    DoorId, FamilyId, HomeEvent, MessageId, ThingName,
    alarm::{Acknowledge, Alarm, AlarmEvent, CALL_EVERY, Cause, DOOR_OPEN_FOR, Open, SEEN_TO_FOR},
    clock::Clock,
    control::{DoorLimit, Setting, shadow::Said},
    device::Hardware,
    temperature::Compartment,
    things::{AlarmIs, AlarmSaid, DoorSaid, SaidKind, ToThing, to_thing},
    units::Celsius,
};
use jiff::Timestamp;

use crate::support::{ANA, House, fresh, until};

struct Stage {
    house: House,
    family: FamilyId,
    thing: ThingName,
}

impl Stage {
    async fn set() -> Self {
        let house = House::new().await;
        let family = house.family(ANA).await;
        let thing = house.paired(family, "HF1", Hardware::Fridge).await;
        house.cloud.presence(&thing, true).await.unwrap();
        Self { house, family, thing }
    }

    fn now(&self) -> Timestamp {
        self.house.domain.now()
    }

    /// The device's own alarm, raised now: its door was opened this long ago.
    fn alarm(&self, ago: i64, calls: u32) -> Alarm {
        let opened_at = self.now() - jiff::SignedDuration::from_secs(ago);
        let cause = Cause::DoorOpen {
            door: door(),
            opened_at,
        };
        Alarm::raised(&self.thing, cause, calls, self.now())
    }

    async fn say(&self, thing: &ThingName, is: AlarmIs) {
        let id = MessageId::sample(fresh());
        let said = serde_json::to_value(AlarmSaid { id, is }).unwrap();
        self.house.hear(thing, SaidKind::Alarm, said).await;
    }

    async fn stands(&self, alarm: &Alarm) {
        self.say(&self.thing, AlarmIs::Stands(alarm.clone())).await;
    }

    async fn door(&self, open: bool) {
        let said = DoorSaid {
            id: MessageId::sample(fresh()),
            door: door(),
            at: self.now(),
            open,
            pictures: vec![],
        };
        let said = serde_json::to_value(said).unwrap();
        self.house.hear(&self.thing, SaidKind::Door, said).await;
    }

    /// Time goes by, and what is due is done.
    async fn wait(&self, seconds: i64) {
        self.house.domain.turn(seconds);
        self.house.cloud.work().await;
    }

    async fn open(&self) -> Vec<Alarm> {
        let family = self.family;
        self.house.ask(ANA, Open { family }).await.unwrap().value
    }

    async fn acknowledge(&self, alarm: &Alarm) -> Alarm {
        let (family, alarm) = (self.family, alarm.id);
        self.house.ask(ANA, Acknowledge { family, alarm }).await.unwrap()
    }

    /// That the device is told so often that somebody sees to this.
    async fn is_told(&self, alarm: &Alarm, times: usize) {
        until("the device to be told", async || {
            (self.told(alarm) == times).then_some(())
        })
        .await;
    }

    fn told(&self, alarm: &Alarm) -> usize {
        let of_this = |said: &ToThing| matches!(said, ToThing::SeenTo { alarm: which, .. } if *which == alarm.id);
        let said = self.house.wire.on(&to_thing(&self.thing));
        said.into_iter()
            .filter_map(|said| serde_json::from_value(said).ok())
            .filter(of_this)
            .count()
    }

    async fn events(&self) -> Vec<AlarmEvent> {
        let journal = self.house.journal(ANA, self.family).await;
        let of_alarms = journal.into_iter().filter_map(|entry| match entry.event {
            HomeEvent::Alarm(event) => Some(event),
            _ => None,
        });
        of_alarms.collect()
    }
}

fn door() -> DoorId {
    "fridge".parse().unwrap()
}

fn seconds(span: hearth_contract::units::Seconds) -> i64 {
    i64::try_from(span.0).unwrap()
}

#[tokio::test]
async fn an_alarm_is_raised_calls_again_and_is_cleared_by_its_own_device() {
    let stage = Stage::set().await;
    let other = stage.house.paired(stage.family, "HF2", Hardware::Fridge).await;
    let gentle = stage.alarm(120, 0);
    stage.say(&other, AlarmIs::Stands(gentle.clone())).await;
    assert_eq!(stage.open().await, [], "not its own");
    stage.stands(&gentle).await;
    let loud = gentle.clone().called(stage.now());
    for repeated in [&loud, &loud, &gentle] {
        stage.stands(repeated).await;
    }
    let cleared = AlarmIs::Cleared {
        alarm: loud.id,
        at: stage.now(),
    };
    stage.say(&other, cleared.clone()).await;
    assert_eq!(stage.open().await, std::slice::from_ref(&loud));
    stage.say(&stage.thing, cleared.clone()).await;
    stage.say(&stage.thing, cleared).await;
    assert_eq!(stage.open().await, []);
    let told = [
        AlarmEvent::Raised { alarm: gentle },
        AlarmEvent::Raised { alarm: loud.clone() },
        AlarmEvent::Cleared {
            alarm: loud.id,
            at: stage.now(),
        },
    ];
    assert_eq!(stage.events().await, told);
}

#[tokio::test]
async fn what_a_device_may_not_say_of_an_alarm_is_counted_and_changes_nothing() {
    let stage = Stage::set().await;
    let alarm = stage.alarm(600, 1);
    let Cause::DoorOpen { door, opened_at } = alarm.cause.clone() else {
        panic!("{alarm:?}")
    };
    let since = stage.now();
    let vanished = Cause::Vanished { door, opened_at, since };
    let bad = [
        Alarm {
            acknowledged: Alarm::sample_acknowledged().acknowledged,
            ..alarm.clone()
        },
        Alarm {
            id: Alarm::sample().id,
            ..alarm.clone()
        },
        Alarm::raised(&stage.thing, vanished, 1, since),
        Alarm::sample(),
    ];
    for alarm in &bad {
        stage.stands(alarm).await;
    }
    assert_eq!(stage.house.cloud.malformed(), bad.len() as u64);
    assert_eq!(stage.open().await, []);
}

#[tokio::test]
async fn who_sees_to_an_alarm_quiets_it_and_the_device_until_it_was_forgotten() {
    let stage = Stage::set().await;
    let alarm = stage.alarm(600, 1);
    stage.stands(&alarm).await;
    let seen_to = stage.acknowledge(&alarm).await;
    assert_eq!(seen_to.acknowledged.as_ref().unwrap().by.as_str(), "Ana");
    assert_eq!(
        stage.acknowledge(&alarm).await,
        seen_to,
        "who comes second learns who was first"
    );
    stage.is_told(&alarm, 1).await;

    // The device did not hear it and calls again: nobody else does.
    stage.wait(seconds(CALL_EVERY)).await;
    let again = alarm.clone().called(stage.now());
    stage.stands(&again).await;
    assert_eq!(stage.open().await, std::slice::from_ref(&seen_to));
    stage.is_told(&alarm, 2).await;

    stage.wait(seconds(SEEN_TO_FOR) - seconds(CALL_EVERY)).await;
    let forgotten = again.called(stage.now());
    stage.stands(&forgotten).await;
    assert_eq!(stage.open().await, std::slice::from_ref(&forgotten));
    assert_eq!(stage.events().await.len(), 3);
}

#[tokio::test]
async fn a_closed_door_alarms_nobody_whatever_its_device_missed() {
    let stage = Stage::set().await;
    stage.door(true).await;
    stage.house.domain.turn(seconds(DOOR_OPEN_FOR));
    stage.stands(&stage.alarm(seconds(DOOR_OPEN_FOR), 1)).await;
    stage.door(false).await;
    assert_eq!(stage.open().await, []);
}

#[tokio::test]
async fn a_device_that_vanished_with_its_door_open_is_spoken_for_until_it_is_back() {
    let stage = Stage::set().await;
    stage.door(true).await;
    stage.wait(30).await;
    stage.house.cloud.presence(&stage.thing, false).await.unwrap();
    let since = stage.now();
    stage.wait(seconds(DOOR_OPEN_FOR) - 31).await;
    assert_eq!(stage.open().await, []);
    stage.wait(1).await;
    let open = until("the alarm", async || stage.open().await.pop()).await;
    assert!(matches!(open.cause, Cause::Vanished { since: away, .. } if away == since));
    let its_own = stage.alarm(seconds(DOOR_OPEN_FOR), 1);
    assert_eq!(open.id, its_own.id);

    // Nobody comes: everybody is called again. Somebody does: not until it was forgotten.
    stage.wait(seconds(CALL_EVERY)).await;
    until("the second call", async || {
        (stage.open().await[0].calls == 2).then_some(())
    })
    .await;
    stage.acknowledge(&open).await;
    stage.wait(seconds(CALL_EVERY)).await;
    assert_eq!(stage.open().await[0].calls, 2);

    // Back, the device says itself that the door stands open; it stays seen to.
    stage.house.cloud.presence(&stage.thing, true).await.unwrap();
    stage.stands(&its_own).await;
    let now = stage.open().await.pop().unwrap();
    assert!(matches!(now.cause, Cause::DoorOpen { .. }) && now.acknowledged.is_some());
    stage.wait(2 * seconds(SEEN_TO_FOR)).await;
    assert_eq!(stage.open().await, [now], "it speaks for itself");
    stage.door(false).await;
    assert_eq!(stage.open().await, []);
}

#[tokio::test]
async fn a_device_that_vanished_with_its_doors_closed_or_comes_back_in_time_is_not_missed() {
    let stage = Stage::set().await;
    stage.house.cloud.presence(&stage.thing, false).await.unwrap();
    stage.wait(2 * seconds(DOOR_OPEN_FOR)).await;
    stage.house.cloud.presence(&stage.thing, true).await.unwrap();
    stage.door(true).await;
    stage.wait(seconds(DOOR_OPEN_FOR) - 1).await;
    stage.house.cloud.presence(&stage.thing, false).await.unwrap();
    stage.wait(50).await;
    stage.house.cloud.presence(&stage.thing, true).await.unwrap();
    stage.wait(seconds(DOOR_OPEN_FOR)).await;
    assert_eq!(stage.events().await, []);
}

#[tokio::test]
async fn a_vanished_devices_door_has_the_patience_that_was_set() {
    let stage = Stage::set().await;
    let said = Said {
        settings: vec![Setting::FridgeDoor(DoorLimit::new(2).unwrap())],
        ..Said::default()
    };
    let (_, documents) = stage.house.shadows.report(&stage.thing, &said.update());
    let documents = documents.to_string();
    stage.house.cloud.shadow(&stage.thing, documents.into()).await.unwrap();
    stage.door(true).await;
    stage.house.cloud.presence(&stage.thing, false).await.unwrap();
    stage.wait(60).await;
    assert_eq!(stage.open().await, []);
    stage.wait(60).await;
    until("the alarm", async || stage.open().await.pop()).await;
}

#[tokio::test]
async fn food_that_is_too_warm_is_no_door() {
    let stage = Stage::set().await;
    let cause = Cause::TooWarm {
        compartment: Compartment::Fridge,
        since: stage.now(),
        temperature_c: Celsius::tenths(92),
    };
    let alarm = Alarm::raised(&stage.thing, cause, 1, stage.now());
    stage.stands(&alarm).await;
    stage.door(true).await;
    stage.door(false).await;
    assert_eq!(
        stage.open().await,
        std::slice::from_ref(&alarm),
        "a closed door cools nothing"
    );
    assert!(stage.acknowledge(&alarm).await.acknowledged.is_some());
    stage.is_told(&alarm, 1).await;
    let at = stage.now();
    stage.say(&stage.thing, AlarmIs::Cleared { alarm: alarm.id, at }).await;
    assert_eq!(stage.open().await, []);
}
