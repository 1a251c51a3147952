//! The fridge's program on simulated hardware, with no cloud in reach: what it
//! has to say stays in its outbox, over restarts and power cuts.

use std::{
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use hearth_contract::{clock::Clock, device::Hardware, ids::AlarmId, things::SaidKind};

use super::*;
use crate::{
    agent::{
        AgentConfig,
        outbox::{Letter, Outbox},
    },
    cloud::{Asks, Cloud},
    simulated::{SimulatedFridge, fridge::SimulatedBody},
    surroundings::{Clocks, RandomIds},
};

struct Turnable(AtomicI64);

impl Clock for Turnable {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

struct Running {
    fridge: SimulatedFridge,
    agent: Agent,
    clock: Arc<Turnable>,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

/// A fridge that has its certificate, and whose cloud is not there.
fn start(folder: &Path) -> Running {
    let key = rcgen::KeyPair::generate().unwrap();
    let pem = rcgen::CertificateParams::new(vec!["nowhere".into()])
        .unwrap()
        .self_signed(&key)
        .unwrap()
        .pem();
    let key_pem = key.serialize_pem();
    let cloud = Cloud {
        host: "127.0.0.1".into(),
        port: 1,
        ca_pem: pem.clone(),
        claim_cert_pem: pem,
        claim_key_pem: key_pem,
        asks: Asks::Csr,
        maker: None,
    };
    let clock = Arc::new(Turnable(AtomicI64::new(1_800_000_000)));
    let clocks = Clocks {
        domain: clock.clone(),
        real: clock.clone(),
    };
    let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
    let disk = Disk::open(folder).unwrap();
    let config = AgentConfig {
        hardware: Hardware::Fridge,
        cloud,
        disk: disk.clone(),
        clocks,
        ids: Arc::new(RandomIds),
        gateway: None,
        software: None,
    };
    let agent = Agent::start(config, &tasks, &cancel).unwrap();
    let (body, signals) = SimulatedBody::open(disk.below("body").unwrap(), 1, agent.clocks().domain.clone()).unwrap();
    let hardware: Arc<dyn FridgeBody> = body.clone();
    super::start(
        &agent,
        &hardware,
        disk.below("program").unwrap(),
        signals,
        Gateway::new(agent.cloud()),
        (&tasks, &cancel),
    )
    .unwrap();
    Running {
        fridge: SimulatedFridge::new(body, agent.clone()),
        agent,
        clock,
        tasks,
        cancel,
    }
}

impl Running {
    async fn until_waiting(&self, kind: SaidKind, letters: usize) {
        while self.agent.waiting(kind) < letters {
            tokio::task::yield_now().await;
        }
    }

    async fn until_it_sounds(&self, chime: Chime) {
        while self.fridge.chime() != chime {
            tokio::task::yield_now().await;
        }
    }

    async fn stop(self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

fn letters(folder: &Path, kind: SaidKind) -> Vec<Letter> {
    let outbox = Outbox::open(Disk::open(&folder.join("outbox")).unwrap()).unwrap();
    std::iter::from_fn(|| {
        let letter = outbox.head(kind)?;
        outbox.remove(letter.number).unwrap();
        Some(letter)
    })
    .collect()
}

/// What was told of alarms: which, and how often everybody was called; `None`: it is over.
fn alarms(folder: &Path) -> Vec<(AlarmId, Option<u32>)> {
    let read = |letter: Letter| match letter.said {
        Said::Alarm(AlarmSaid { is, .. }) => match is {
            AlarmIs::Stands(alarm) => (alarm.id, Some(alarm.calls)),
            AlarmIs::Cleared { alarm, .. } => (alarm, None),
        },
        _ => panic!("only alarms"),
    };
    letters(folder, SaidKind::Alarm).into_iter().map(read).collect()
}

fn door(name: &str) -> DoorId {
    name.parse().unwrap()
}

#[tokio::test]
async fn a_closing_door_is_told_with_what_the_camera_sees() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(folder.path());
    for name in ["fridge", "freezer"] {
        home.fridge.open(&door(name)).await.unwrap();
        home.fridge.close(&door(name)).await.unwrap();
    }
    home.until_waiting(SaidKind::Door, 4).await;
    home.stop().await;
    let told: Vec<_> = letters(folder.path(), SaidKind::Door)
        .into_iter()
        .map(|letter| match letter.said {
            Said::Door(said) => (said.door.to_string(), said.open, letter.enclosed.len()),
            _ => panic!("only doors"),
        })
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(door, open, pictures)| (door.as_str(), *open, *pictures))
        .collect();
    assert_eq!(
        told,
        [
            ("fridge", true, 0),
            ("fridge", false, 1),
            ("freezer", true, 0),
            ("freezer", false, 0)
        ]
    );
}

#[tokio::test]
async fn a_closing_that_a_power_cut_swallowed_is_told_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(folder.path());
    home.fridge.open(&door("fridge")).await.unwrap();
    home.until_waiting(SaidKind::Door, 1).await;
    let hand = home.fridge.clone();
    home.stop().await;
    // The program is gone, the door is not: its latch counts on.
    assert!(hand.close(&door("fridge")).await.is_err());
    let home = start(folder.path());
    home.until_waiting(SaidKind::Door, 2).await;
    home.stop().await;
    let last = letters(folder.path(), SaidKind::Door).pop().unwrap();
    assert_eq!(last.enclosed.len(), 1);
    assert!(matches!(last.said, Said::Door(said) if !said.open));
}

#[tokio::test]
async fn an_open_door_calls_without_a_network_and_through_a_restart_until_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(folder.path());
    home.fridge.open(&door("freezer")).await.unwrap();
    home.until_waiting(SaidKind::Door, 1).await;
    home.clock.0.fetch_add(121, Ordering::Relaxed);
    home.until_waiting(SaidKind::Alarm, 1).await;
    home.until_it_sounds(Chime::Gentle).await;
    home.clock.0.fetch_add(480, Ordering::Relaxed);
    home.until_waiting(SaidKind::Alarm, 2).await;
    home.until_it_sounds(Chime::Loud).await;
    let now = home.clock.0.load(Ordering::Relaxed);
    home.stop().await;
    let home = start(folder.path());
    home.clock.0.store(now + 600, Ordering::Relaxed);
    home.until_waiting(SaidKind::Alarm, 3).await;
    home.until_it_sounds(Chime::Loud).await;
    home.fridge.close(&door("freezer")).await.unwrap();
    home.until_waiting(SaidKind::Alarm, 4).await;
    home.until_it_sounds(Chime::Silent).await;
    home.stop().await;
    let told = alarms(folder.path());
    let one = told[0].0;
    assert_eq!(told, [(one, Some(0)), (one, Some(1)), (one, Some(2)), (one, None)]);
}

#[tokio::test]
async fn restocking_holds_the_alarm_back_and_ends_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(folder.path());
    home.fridge.open(&door("fridge")).await.unwrap();
    home.until_waiting(SaidKind::Door, 1).await;
    home.clock.0.fetch_add(601, Ordering::Relaxed);
    home.until_it_sounds(Chime::Loud).await;
    home.fridge.touch(Setting::Restocking(true)).await.unwrap();
    home.until_it_sounds(Chime::Silent).await;
    // Its program has to have seen when it began.
    while !folder.path().join("program/modes.json").exists() {
        tokio::task::yield_now().await;
    }
    home.clock.0.fetch_add(1200, Ordering::Relaxed);
    home.until_it_sounds(Chime::Loud).await;
    assert!(home.fridge.settings().contains(&Setting::Restocking(false)));
    home.stop().await;
}

#[tokio::test]
async fn food_that_gets_warm_calls_through_a_restart_until_it_is_cold_again() {
    let folder = tempfile::tempdir().unwrap();
    let home = start(folder.path());
    home.fridge.fail(true).await.unwrap();
    home.clock.0.fetch_add(2 * 3600, Ordering::Relaxed);
    while !folder.path().join("program/warmth.json").exists() {
        tokio::task::yield_now().await;
    }
    home.clock.0.fetch_add(720, Ordering::Relaxed);
    home.until_it_sounds(Chime::Gentle).await;
    let now = home.clock.0.load(Ordering::Relaxed);
    home.stop().await;
    let home = start(folder.path());
    home.clock.0.store(now + 2880, Ordering::Relaxed);
    home.until_it_sounds(Chime::Loud).await;
    home.fridge.fail(false).await.unwrap();
    home.clock.0.fetch_add(4 * 3600, Ordering::Relaxed);
    home.until_it_sounds(Chime::Silent).await;
    home.stop().await;
    let told = alarms(folder.path());
    let one = told[0].0;
    assert_eq!(told, [(one, Some(0)), (one, Some(1)), (one, None)]);
}
