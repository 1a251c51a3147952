//! What stands behind a fridge: it comes in by the fridge's word, moves, and is
//! let go, and nothing of it is ever left hanging.

use hearth_cloud::ports::Ears;
use hearth_contract::{
    Failure, FamilyId, MessageId, Reason, ThingName,
    control::{Heating, Oven, Place, Setting, Standing},
    device::{Device, Hardware, List, Remove, Rename},
    text::Name,
    things::{SaidKind, VouchSaid},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{ANA, House, STRANGER, fresh, until};

async fn vouch(house: &House, fridge: &str, serial: &str) {
    let said = VouchSaid {
        id: MessageId::sample(fresh()),
        code: house.code(serial.parse().unwrap(), Hardware::Microwave),
    };
    let fridge = fridge.parse().unwrap();
    house.hear(&fridge, SaidKind::Vouch, json!(said)).await;
}

async fn microwaves(house: &House, person: u32, family: FamilyId) -> Vec<Device> {
    let mut devices = house.ask(person, List { family }).await.unwrap().value;
    devices.retain(|device| device.hardware == Hardware::Microwave);
    devices
}

async fn let_go(house: &House, person: u32, family: FamilyId, thing: &str) -> Result<(), Failure> {
    let thing = thing.parse().unwrap();
    house.ask(person, Remove { family, thing }).await.map(|_| ())
}

fn gateway(fridge: &str) -> Option<ThingName> {
    Some(fridge.parse().unwrap())
}

#[tokio::test]
async fn it_comes_in_by_its_fridges_word_and_moves_with_its_cable() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    house.paired(family, "HF1", Hardware::Fridge).await;
    house.paired(family, "HF2", Hardware::Fridge).await;
    house.newcomer("MW1", Hardware::Microwave).await;
    vouch(&house, "fridge-HF1", "MW1").await;
    let [device] = &microwaves(&house, ANA, family).await[..] else {
        panic!("it is not in")
    };
    assert_eq!(
        (device.name.as_str(), &device.gateway),
        ("Microwave", &gateway("fridge-HF1"))
    );

    let (thing, name) = (device.thing.clone(), Name::parse("Kitchen").unwrap());
    let renamed = house.ask(ANA, Rename { family, thing, name }).await.unwrap();
    let entries = house.journal(ANA, family).await.len();
    vouch(&house, "fridge-HF1", "MW1").await;
    assert_eq!(house.journal(ANA, family).await.len(), entries, "that is known");
    vouch(&house, "fridge-HF2", "MW1").await;
    let moved = Device {
        gateway: gateway("fridge-HF2"),
        ..renamed
    };
    assert_eq!(microwaves(&house, ANA, family).await, [moved]);
    assert_eq!(house.journal(ANA, family).await.len(), entries + 1);
}

#[tokio::test]
async fn a_fridge_of_another_home_and_a_device_that_is_no_fridge_are_not_believed() {
    let house = House::new().await;
    let (family, other) = (house.family(ANA).await, house.family(STRANGER).await);
    house.paired(family, "HF1", Hardware::Fridge).await;
    house.paired(family, "EM1", Hardware::Meter).await;
    let fridge = house.newcomer("HF2", Hardware::Fridge).await;
    house.pair(STRANGER, other, &fridge).await.unwrap();
    house.newcomer("MW1", Hardware::Microwave).await;
    vouch(&house, "meter-EM1", "MW1").await;
    assert_eq!(microwaves(&house, ANA, family).await, []);
    vouch(&house, "fridge-HF1", "MW1").await;
    house.real.turn(60);
    vouch(&house, "fridge-HF2", "MW1").await;
    assert_eq!(microwaves(&house, STRANGER, other).await, []);
    let stays = microwaves(&house, ANA, family).await;
    assert_eq!(stays[0].gateway, gateway("fridge-HF1"));
}

#[tokio::test]
async fn an_oven_is_started_now_or_not_at_all() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "MW1", Hardware::Microwave).await;
    let place = async || {
        let (thing, setting) = (thing.clone(), Setting::Heating(Heating::NEW.put(Oven::On)));
        house.ask(ANA, Place { family, thing, setting }).await
    };
    let away = place().await.unwrap_err();
    assert_eq!(away, Failure::new(Reason::DeviceSilent).at("thing"));
    house.cloud.presence(&thing, true).await.unwrap();
    let order = place().await.unwrap().order.unwrap();
    assert_eq!(order.standing, Standing::Sent);
    until("the wish", async || {
        let wish = house.shadows.desired(&thing);
        (wish["heating"] == json!(["on", 800, 60])).then_some(())
    })
    .await;
    house.domain.turn(20);
    house.cloud.work().await;
    until("the wish to be gone", async || {
        (house.shadows.desired(&thing)["heating"] == Value::Null).then_some(())
    })
    .await;
}

/// What can happen around gateways. Fridges 0 and 1 are Ana's, 2 the stranger's.
#[derive(Clone, Debug)]
enum Happens {
    Vouched { fridge: usize, microwave: usize },
    Scanned { by: usize, microwave: usize },
    LetGo { by: usize, microwave: usize },
    Renamed { by: usize, microwave: usize },
    FridgeLetGo { fridge: usize },
    FridgeBrought { fridge: usize },
    Seen { microwave: usize, online: bool },
}

const FRIDGES: [&str; 3] = ["HF1", "HF2", "HF3"];
const OWNERS: [usize; 3] = [0, 0, 1];
const MICROWAVES: [&str; 2] = ["MW1", "MW2"];
const PEOPLE: [u32; 2] = [ANA, STRANGER];

/// How it must be.
#[derive(Clone, Copy, Debug, Default)]
struct Must {
    home: Option<usize>,
    gateway: Option<usize>,
    /// Some fridge has vouched for it, and whether one is believed.
    believed: Option<bool>,
}

fn happens() -> impl Strategy<Value = Happens> {
    let (fridge, microwave, by) = (0..FRIDGES.len(), 0..MICROWAVES.len(), 0..PEOPLE.len());
    prop_oneof![
        4 => (fridge.clone(), microwave.clone()).prop_map(|(fridge, microwave)| Happens::Vouched { fridge, microwave }),
        2 => (by.clone(), microwave.clone()).prop_map(|(by, microwave)| Happens::Scanned { by, microwave }),
        2 => (by.clone(), microwave.clone()).prop_map(|(by, microwave)| Happens::LetGo { by, microwave }),
        1 => (by, microwave.clone()).prop_map(|(by, microwave)| Happens::Renamed { by, microwave }),
        1 => fridge.clone().prop_map(|fridge| Happens::FridgeLetGo { fridge }),
        1 => fridge.prop_map(|fridge| Happens::FridgeBrought { fridge }),
        1 => (microwave, any::<bool>()).prop_map(|(microwave, online)| Happens::Seen { microwave, online }),
    ]
}

struct Stage {
    house: House,
    families: [FamilyId; 2],
    brought: [bool; 3],
    must: [Must; 2],
}

impl Stage {
    async fn set() -> Self {
        let house = House::new().await;
        let families = [house.family(ANA).await, house.family(STRANGER).await];
        let mut stage = Self {
            house,
            families,
            brought: [false; 3],
            must: [Must::default(); 2],
        };
        for (fridge, serial) in FRIDGES.into_iter().enumerate() {
            stage.house.newcomer(serial, Hardware::Fridge).await;
            stage.happens(Happens::FridgeBrought { fridge }).await;
        }
        for serial in MICROWAVES {
            stage.house.newcomer(serial, Hardware::Microwave).await;
        }
        stage
    }

    /// Lets it happen, in the cloud and in what must be.
    async fn happens(&mut self, what: Happens) {
        self.house.real.turn(60);
        let thing = |microwave: usize| format!("microwave-{}", MICROWAVES[microwave]);
        match what {
            Happens::Vouched { fridge, microwave } => {
                let name = format!("fridge-{}", FRIDGES[fridge]);
                vouch(&self.house, &name, MICROWAVES[microwave]).await;
                let (home, must) = (OWNERS[fridge], &mut self.must[microwave]);
                let comes_in = must.home.is_none() && must.believed != Some(false);
                if self.brought[fridge] && (comes_in || must.home == Some(home)) {
                    must.home = Some(home);
                    if must.gateway != Some(fridge) {
                        must.gateway = Some(fridge);
                        must.believed = Some(must.believed.unwrap_or(true));
                    }
                }
            }
            Happens::Scanned { by, microwave } => {
                let code = self
                    .house
                    .code(MICROWAVES[microwave].parse().unwrap(), Hardware::Microwave);
                let done = self.house.pair(PEOPLE[by], self.families[by], &code).await;
                let must = &mut self.must[microwave];
                assert_eq!(done.is_ok(), must.home.is_none());
                if must.home.is_none() {
                    must.home = Some(by);
                    must.believed = must.believed.map(|_| true);
                }
            }
            Happens::LetGo { by, microwave } => {
                let done = let_go(&self.house, PEOPLE[by], self.families[by], &thing(microwave)).await;
                let must = &mut self.must[microwave];
                assert_eq!(done.is_ok(), must.home == Some(by));
                if must.home == Some(by) {
                    *must = Must {
                        believed: must.believed.map(|_| false),
                        ..Must::default()
                    };
                }
            }
            Happens::Renamed { by, microwave } => {
                let command = Rename {
                    family: self.families[by],
                    thing: thing(microwave).parse().unwrap(),
                    name: Name::parse("Kitchen").unwrap(),
                };
                let done = self.house.ask(PEOPLE[by], command).await;
                assert_eq!(done.is_ok(), self.must[microwave].home == Some(by));
            }
            Happens::FridgeLetGo { fridge } => {
                let (by, name) = (OWNERS[fridge], format!("fridge-{}", FRIDGES[fridge]));
                let done = let_go(&self.house, PEOPLE[by], self.families[by], &name).await;
                assert_eq!(done.is_ok(), self.brought[fridge]);
                self.brought[fridge] = false;
                for must in &mut self.must {
                    must.gateway = must.gateway.filter(|gateway| *gateway != fridge);
                }
            }
            Happens::FridgeBrought { fridge } => {
                let (by, serial) = (OWNERS[fridge], FRIDGES[fridge].parse().unwrap());
                let code = self.house.code(serial, Hardware::Fridge);
                let done = self.house.pair(PEOPLE[by], self.families[by], &code).await;
                assert_eq!(done.is_ok(), !self.brought[fridge]);
                self.brought[fridge] = true;
            }
            Happens::Seen { microwave, online } => {
                let thing = thing(microwave).parse().unwrap();
                self.house.cloud.presence(&thing, online).await.unwrap();
            }
        }
    }

    /// That every microwave is exactly where it must be, and behind whom.
    async fn holds(&self) {
        for (by, person) in PEOPLE.into_iter().enumerate() {
            let mut is: Vec<_> = microwaves(&self.house, person, self.families[by])
                .await
                .into_iter()
                .map(|device| (device.serial.to_string(), device.gateway))
                .collect();
            is.sort();
            let mine = |(n, must): (usize, &Must)| {
                let gateway = must
                    .gateway
                    .and_then(|fridge| gateway(&format!("fridge-{}", FRIDGES[fridge])));
                (must.home == Some(by)).then(|| (MICROWAVES[n].to_owned(), gateway))
            };
            let must: Vec<_> = self.must.iter().enumerate().filter_map(mine).collect();
            assert_eq!(is, must);
        }
    }

    /// That everything can be let go, whatever happened, and leaves nothing.
    async fn ends(&mut self) {
        for (microwave, serial) in MICROWAVES.into_iter().enumerate() {
            if let Some(by) = self.must[microwave].home {
                self.happens(Happens::LetGo { by, microwave }).await;
            }
            let thing: ThingName = format!("microwave-{serial}").parse().unwrap();
            until("nothing to be left of it", async || {
                let is_refused = !self.house.things.active.lock().unwrap().contains(&thing);
                (is_refused && self.house.shadows.desired(&thing) == Value::Null).then_some(())
            })
            .await;
            self.house.newcomer(serial, Hardware::Microwave).await;
        }
        self.holds().await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_hangs_behind_a_fridge_that_is_not_there(
        all in prop::collection::vec(happens(), 1..24),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut stage = Stage::set().await;
            for what in all {
                stage.happens(what).await;
                stage.holds().await;
            }
            stage.ends().await;
        });
    }
}
