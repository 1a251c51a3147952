//! Control: an order on its way to a device that is there, away, unwilling or gone.

use hearth_cloud::ports::Ears;
use hearth_contract::{
    Failure, FamilyId, HomeEvent, Reason, ThingName,
    control::{
        Because, Control, ControlEvent, FridgeSetPoint, List, ORDER_FOR, Place, Property, Setting, Standing, Withdraw,
        shadow::{Answer, Said, Wanted},
    },
    device::{self, Hardware},
    software::Version,
    temperature::Compartment,
    units::Celsius,
};
use serde_json::json;

use crate::support::{ANA, House, STRANGER, until};

struct Stage {
    house: House,
    family: FamilyId,
    thing: ThingName,
}

fn fridge(celsius: i8) -> Setting {
    Setting::Fridge(FridgeSetPoint::new(celsius).unwrap())
}

impl Stage {
    async fn set() -> Self {
        let house = House::new().await;
        let family = house.family(ANA).await;
        let thing = house.paired(family, "HF1", Hardware::Fridge).await;
        Self { house, family, thing }
    }

    async fn place(&self, setting: Setting) -> Result<Control, Failure> {
        let (family, thing) = (self.family, self.thing.clone());
        self.house.ask(ANA, Place { family, thing, setting }).await
    }

    async fn withdraw(&self, property: Property) -> Result<Control, Failure> {
        let (family, thing) = (self.family, self.thing.clone());
        self.house
            .ask(
                ANA,
                Withdraw {
                    family,
                    thing,
                    property,
                },
            )
            .await
    }

    async fn control(&self, property: Property) -> Control {
        let all = self.house.ask(ANA, List { family: self.family }).await.unwrap().value;
        let properties = all.into_iter().flat_map(|controls| controls.properties);
        properties
            .into_iter()
            .find(|control| control.property == property)
            .unwrap()
    }

    async fn standing(&self, property: Property) -> Standing {
        self.control(property).await.order.unwrap().standing
    }

    /// The device says what it is set to and answers; gives what is still wanted.
    async fn report(&self, said: &Said) -> Wanted {
        let (delta, documents) = self.house.shadows.report(&self.thing, &said.update());
        let documents = documents.to_string();
        self.house.cloud.shadow(&self.thing, documents.into()).await.unwrap();
        Wanted::read(&delta)
    }

    /// What the shadow wants, once it is this many orders.
    async fn wanted(&self, orders: usize) -> Wanted {
        until("the shadow to be written", async || {
            let wanted = Wanted::read(&self.house.shadows.desired(&self.thing));
            (wanted.orders.len() == orders).then_some(wanted)
        })
        .await
    }
}

#[tokio::test]
async fn a_device_says_which_software_it_runs_and_is_told_of_once() {
    let stage = Stage::set().await;
    let device = async || {
        let all = stage
            .house
            .ask(ANA, device::List { family: stage.family })
            .await
            .unwrap();
        all.value.into_iter().find(|one| one.thing == stage.thing).unwrap()
    };
    assert_eq!(device().await.software, None);
    for (word, known) in [
        ("1.4.0", Version(1, 4, 0)),
        ("1.4", Version(1, 4, 0)),
        ("1.5.0", Version(1, 5, 0)),
    ] {
        let said = json!({ "state": { "reported": { "software": word } } });
        let (_, documents) = stage.house.shadows.report(&stage.thing, &said);
        let documents = documents.to_string();
        stage.house.cloud.shadow(&stage.thing, documents.into()).await.unwrap();
        assert_eq!(device().await.software, Some(known), "{word}");
    }
}

#[tokio::test]
async fn an_order_waits_for_the_device_and_is_done_when_the_device_says_so() {
    let stage = Stage::set().await;
    let settings = vec![fridge(4)];
    let at_first = Said {
        settings,
        ..Said::default()
    };
    assert_eq!(stage.report(&at_first).await, Wanted::default());
    assert_eq!(
        stage.control(Property::Fridge).await.reported.unwrap().setting,
        fridge(4)
    );

    let placed = stage.place(fridge(3)).await.unwrap();
    assert_eq!(placed.order.unwrap().standing, Standing::Queued);
    let wanted = stage.wanted(1).await;
    assert_eq!(wanted.settings, [fridge(3)]);
    stage.house.cloud.presence(&stage.thing, true).await.unwrap();
    assert_eq!(stage.standing(Property::Fridge).await, Standing::Sent);

    let order = wanted.orders[&Property::Fridge];
    let answer = Answer { order, refused: None };
    let obeyed = Said {
        settings: vec![fridge(3)],
        temperatures: [(Compartment::Fridge, Celsius::tenths(38))].into(),
        answers: [(Property::Fridge, answer)].into(),
    };
    stage.report(&obeyed).await;
    assert!(matches!(stage.standing(Property::Fridge).await, Standing::Done { .. }));
    let measured = stage.control(Property::Fridge).await.measured.unwrap();
    assert_eq!(measured.temperature_c, Celsius::tenths(38));
    assert_eq!(stage.wanted(0).await.settings, []);
    let told = stage.house.journal(ANA, stage.family).await;
    let changes = told
        .iter()
        .filter(|entry| matches!(entry.event, HomeEvent::Control(ControlEvent::Changed { .. })));
    assert_eq!(changes.count(), 3, "reported, ordered, done");
}

#[tokio::test]
async fn a_refusal_says_why_and_an_answer_to_an_older_order_ends_nothing() {
    let stage = Stage::set().await;
    stage.place(Setting::QuickCool(true)).await.unwrap();
    let first = stage.wanted(1).await.orders[&Property::QuickCool];
    stage.place(Setting::QuickCool(false)).await.unwrap();
    let second = until("the second order", async || {
        let order = stage.wanted(1).await.orders[&Property::QuickCool];
        (order != first).then_some(order)
    })
    .await;
    let say = |order| Said {
        settings: vec![Setting::QuickCool(false)],
        answers: [(
            Property::QuickCool,
            Answer {
                order,
                refused: Some(Because::Holiday),
            },
        )]
        .into(),
        ..Said::default()
    };
    stage.report(&say(first)).await;
    assert_eq!(stage.standing(Property::QuickCool).await, Standing::Queued);
    stage.report(&say(second)).await;
    let standing = stage.standing(Property::QuickCool).await;
    assert!(matches!(
        standing,
        Standing::Refused {
            because: Because::Holiday,
            ..
        }
    ));
    stage.wanted(0).await;
}

#[tokio::test]
async fn an_order_is_taken_back_or_runs_out_and_the_device_hears_no_more_of_it() {
    let stage = Stage::set().await;
    stage.place(fridge(2)).await.unwrap();
    stage.place(Setting::Light(true)).await.unwrap();
    stage.wanted(2).await;
    let withdrawn = stage.withdraw(Property::Light).await.unwrap();
    assert!(matches!(withdrawn.order.unwrap().standing, Standing::Withdrawn { .. }));
    assert_eq!(stage.wanted(1).await.settings, [fridge(2)]);
    let again = stage.withdraw(Property::Light).await.unwrap_err();
    assert_eq!(
        (again.reason, again.field.as_deref()),
        (Reason::Absent, Some("property"))
    );

    stage.house.domain.turn(i64::try_from(ORDER_FOR.0).unwrap());
    stage.house.cloud.work().await;
    assert!(matches!(
        stage.standing(Property::Fridge).await,
        Standing::Expired { .. }
    ));
    stage.wanted(0).await;
}

#[tokio::test]
async fn what_a_shadow_said_before_is_no_news_and_what_makes_no_sense_changes_nothing() {
    let stage = Stage::set().await;
    let said = |celsius| Said {
        settings: vec![fridge(celsius)],
        ..Said::default()
    };
    let (_, old) = stage.house.shadows.report(&stage.thing, &said(4).update());
    stage.report(&said(5)).await;
    let ears = &stage.house.cloud;
    ears.shadow(&stage.thing, old.to_string().into()).await.unwrap();
    assert_eq!(
        stage.control(Property::Fridge).await.reported.unwrap().setting,
        fridge(5)
    );

    let before = stage.house.journal(ANA, stage.family).await.len();
    stage.report(&said(5)).await;
    for nonsense in [
        "",
        "[]",
        r#"{"current":{"version":-1}}"#,
        r#"{"current":{"version":99,"state":7},"timestamp":1}"#,
    ] {
        ears.shadow(&stage.thing, nonsense.into()).await.unwrap();
    }
    let stranger: ThingName = "fridge-HF9".parse().unwrap();
    let (_, documents) = stage.house.shadows.report(&stranger, &said(3).update());
    ears.shadow(&stranger, documents.to_string().into()).await.unwrap();
    assert_eq!(stage.house.cloud.malformed(), 4);
    assert_eq!(stage.house.journal(ANA, stage.family).await.len(), before);
}

#[tokio::test]
async fn what_can_not_be_set_is_refused_by_name() {
    let stage = Stage::set().await;
    let meter = stage.house.paired(stage.family, "SIM-M1", Hardware::Meter).await;
    let family = stage.family;
    let place = |thing: &ThingName| Place {
        family,
        thing: thing.clone(),
        setting: Setting::Light(true),
    };
    let refused = stage.house.ask(ANA, place(&meter)).await.unwrap_err();
    assert_eq!(
        (refused.reason, refused.field.as_deref()),
        (Reason::NotSupported, Some("thing"))
    );
    let absent = stage
        .house
        .ask(ANA, place(&"fridge-HF9".parse().unwrap()))
        .await
        .unwrap_err();
    assert_eq!(
        (absent.reason, absent.field.as_deref()),
        (Reason::Absent, Some("thing"))
    );
    let path = format!("/families/{family}/devices/{}/orders", stage.thing);
    for setting in [
        json!({ "fridge": 40 }),
        json!({ "fridge": "cold" }),
        json!({ "oven": 200 }),
        json!(null),
    ] {
        let body = json!({ "setting": setting }).to_string().into_bytes();
        let call = Some(hearth_contract::CallId::sample(crate::support::fresh()));
        let (status, body) = stage.house.raw(ANA, ("POST", &path), body, call).await;
        let failure: Failure = serde_json::from_slice(&body).unwrap();
        assert_eq!(status, 400, "{setting}");
        assert!(failure.field.unwrap().starts_with("setting"), "{setting}");
    }
    let wanted = Wanted::read(&stage.house.shadows.desired(&stage.thing));
    assert_eq!((wanted.orders.len(), wanted.settings.len()), (0, 0));
    let stranger = stage.house.ask(STRANGER, place(&stage.thing)).await.unwrap_err();
    assert_eq!(stranger.reason, Reason::Absent);
}
