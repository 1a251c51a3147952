//! Energy: a day's curve where days are long and short, and glances under a lease.

use hearth_cloud::ports::Delivery;
use hearth_contract::{
    FamilyId, MessageId, ThingName,
    clock::Clock,
    device::Hardware,
    meter::{AskDay, AskNow, Look, Reading},
    things::{GlanceSaid, ReadingsSaid, SaidKind},
    units::{WattHours, Watts},
};
use jiff::{SignedDuration, Timestamp};

use crate::support::{ANA, House, fresh, until};

async fn meter() -> (House, FamilyId, ThingName) {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "SIM-EM1", Hardware::Meter).await;
    (house, family, thing)
}

/// A reading every five minutes, 10 Wh each, from an hour before to an hour after the span.
async fn read(house: &House, thing: &ThingName, from: &str, hours: i64) {
    let begin = from.parse::<Timestamp>().unwrap() - SignedDuration::from_hours(1);
    let readings: Vec<Reading> = (0..=(hours + 2) * 12)
        .map(|n| Reading {
            at: begin + SignedDuration::from_mins(5 * n),
            power_w: Watts(120.0),
            energy_wh: WattHours(1000.0 + 10.0 * n as f64),
            simulated: true,
        })
        .collect();
    for part in readings.chunks(200) {
        let said = ReadingsSaid {
            id: MessageId::sample(fresh()),
            readings: part.to_vec(),
        };
        house
            .hear(thing, SaidKind::Readings, serde_json::to_value(said).unwrap())
            .await;
    }
}

#[tokio::test]
async fn a_day_has_as_many_slots_as_the_family_lives_through() {
    let (house, family, thing) = meter().await;
    // Europe/Berlin: summer time ends, begins, and an ordinary day.
    for (day, from, hours) in [
        ("2026-10-25", "2026-10-24T22:00:00Z", 25),
        ("2026-03-29", "2026-03-28T23:00:00Z", 23),
        ("2026-11-21", "2026-11-20T23:00:00Z", 24),
    ] {
        read(&house, &thing, from, hours).await;
        let day = house
            .ask(
                ANA,
                AskDay {
                    family,
                    day: day.parse().unwrap(),
                },
            )
            .await
            .unwrap()
            .value;
        assert_eq!(day.starts_at, from.parse().unwrap());
        assert_eq!(day.used_wh.len() as i64, hours * 12);
        assert!(
            day.used_wh
                .iter()
                .all(|slot| slot.is_some_and(|used| (used.0 - 10.0).abs() < 1e-6))
        );
        assert!((day.total_wh().unwrap().0 - hours as f64 * 120.0).abs() < 1e-6);
        assert!(day.simulated);
    }
    let unknown = house
        .ask(
            ANA,
            AskDay {
                family,
                day: "2026-06-01".parse().unwrap(),
            },
        )
        .await
        .unwrap()
        .value;
    assert!(unknown.used_wh.iter().all(Option::is_none) && !unknown.simulated);
}

#[tokio::test]
async fn the_last_reading_is_the_power_now() {
    let (house, family, thing) = meter().await;
    assert_eq!(house.ask(ANA, AskNow { family }).await.unwrap().value, []);
    read(&house, &thing, "2026-11-21T10:00:00Z", 2).await;
    let now = house.ask(ANA, AskNow { family }).await.unwrap().value;
    assert_eq!(
        (&now[0].thing, now[0].reading.at),
        (&thing, "2026-11-21T13:00:00Z".parse().unwrap())
    );
}

#[tokio::test]
async fn a_glance_travels_only_under_a_lease_and_may_be_lost() {
    let (house, family, thing) = meter().await;
    let topic = house.listen(ANA).await;
    let reading = Reading {
        at: house.real.now(),
        power_w: Watts(99.0),
        energy_wh: WattHours(1.0),
        simulated: true,
    };
    let said = serde_json::to_value(GlanceSaid { reading }).unwrap();
    house.hear(&thing, SaidKind::Glance, said.clone()).await;
    let lease = house.ask(ANA, Look { family }).await.unwrap();
    assert_eq!(lease.until, house.real.now() + SignedDuration::from_secs(20));
    let asked = hearth_contract::things::to_thing(&thing);
    until("the lease", async || {
        house
            .wire
            .on(&asked)
            .iter()
            .any(|m| m["lease"]["sight"] == "power")
            .then_some(())
    })
    .await;
    house.hear(&thing, SaidKind::Glance, said.clone()).await;
    let heard = until("a glance", async || {
        Some(house.wire.on(&topic)).filter(|heard| !heard.is_empty())
    })
    .await;
    assert_eq!(heard[0]["glance"]["power"]["power_w"], 99.0);
    assert_eq!(
        house.wire.deliveries(&topic),
        [Delivery::Lossy],
        "the one before the lease went nowhere"
    );
    house.real.turn(21);
    house.hear(&thing, SaidKind::Glance, said).await;
    let last = house.ask(ANA, Look { family }).await.unwrap();
    until("the next lease", async || {
        (house.wire.on(&asked).last()?["lease"]["until"] == serde_json::json!(last.until)).then_some(())
    })
    .await;
    assert_eq!(house.wire.on(&topic).len(), 1, "nor did the one after it");
}
