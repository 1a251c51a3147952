//! How orders and answers travel: the classic shadow of the device's thing.
//!
//! Below `desired` stands what is wanted and not answered yet, with the id of
//! each order in `orders`; below `reported` what the device is set to, with its
//! answer to the last order of each property in `answers`. The cloud takes a
//! wish out once it is answered, taken back or too old, so that `delta` is
//! exactly what is open. What its sensors measure the device says below
//! `temperature_c`, by compartment. A wish whose value the device has already comes in
//! `orders` alone. What either side does not know it leaves out. `paired_at` is
//! the instant the device was brought into its home, on both sides: a device
//! that finds another one is in another home. How old an order is, its `metadata`
//! says by the cloud's own clock: a device that hears one too late does not obey.
//!
//! ```json
//! {"desired":  {"fridge": 3, "orders": {"fridge": "0190…"}, "paired_at": "2026-…"},
//!  "reported": {"fridge": 4, "temperature_c": {"fridge": 4.2}, "answers": {"quick_cool": {"order": "0190…", "refused": "holiday"}}}}
//! ```
//!
//! # Source
//! AWS IoT developer guide, "Device Shadow service documents".

mod topics;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{Because, Property, Setting};
use crate::{ids::OrderId, software::Version, temperature::Compartment, units::Celsius};

pub use topics::{delta, documents, get, got, not_got, rejected, update};

const ORDERS: &str = "orders";
const TEMPERATURES: &str = "temperature_c";

/// What a device is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// The values that it does not have.
    pub settings: Vec<Setting>,
    /// The orders, also those whose value it has.
    pub orders: BTreeMap<Property, OrderId>,
    /// Of which the order comes when it is not good any more.
    pub late: BTreeSet<Property>,
    /// When it was brought into its home: by this it knows one from another.
    pub paired_at: Option<Timestamp>,
}

/// What a device hears it does not do yet.
#[derive(Clone, Debug, Deserialize)]
pub struct Delta {
    state: Value,
    /// When each value was wanted.
    #[serde(default)]
    metadata: Value,
    /// When it was said, Unix seconds.
    timestamp: i64,
}

/// What a device says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// What it is set to.
    pub settings: Vec<Setting>,
    /// What its sensors measure.
    pub temperatures: BTreeMap<Compartment, Celsius>,
    /// Its answer to the last order of each property.
    pub answers: BTreeMap<Property, Answer>,
}

/// A device's answer to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// To which.
    pub order: OrderId,
    /// Why it did not obey; `None`: it did. That is said, too: in a shadow the
    /// reason of the answer before would stay otherwise.
    #[serde(default)]
    pub refused: Option<Because>,
}

/// The part of `update/documents` that is read: the shadow after a change.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Documents {
    /// After the change.
    pub current: Current,
    /// When it was changed, Unix seconds.
    pub timestamp: i64,
}

/// A shadow after a change.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Current {
    /// Counts changes.
    pub version: u64,
    /// What is in it.
    pub state: State,
    /// When each value was last written.
    #[serde(default)]
    pub metadata: State,
}

/// The two halves of a shadow, read as far as somebody wants to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct State {
    /// What the device says.
    #[serde(default)]
    pub reported: Value,
}

/// When the device was brought into its home, by its shadow as it was asked
/// for; `None` if that does not say.
#[must_use]
pub fn brought_in(shadow: &[u8]) -> Option<Timestamp> {
    let shadow: Value = serde_json::from_slice(shadow).ok()?;
    shadow.pointer("/state/desired/paired_at")?.as_str()?.parse().ok()
}

/// What the cloud's clock showed when it answered so; `None` if that does not say.
#[must_use]
pub fn answered_at(answer: &[u8]) -> Option<Timestamp> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    Timestamp::from_second(answer.get("timestamp")?.as_i64()?).ok()
}

/// An update by which a device says in which home it is, and which software it runs.
#[must_use]
pub fn at_home(since: Timestamp, software: Version) -> Value {
    json!({ "state": { "reported": { "paired_at": since, "software": software } } })
}

/// An update that leaves nothing of the home a device was in.
#[must_use]
pub fn nobodys() -> Value {
    json!({ "state": { "desired": null, "reported": null } })
}

impl Wanted {
    /// Reads the `state` of a delta.
    #[must_use]
    pub fn read(state: &Value) -> Self {
        Self {
            settings: settings(state),
            orders: by_key(state, ORDERS),
            late: BTreeSet::new(),
            paired_at: state.get("paired_at").and_then(|at| at.as_str()?.parse().ok()),
        }
    }

    /// An update that wants exactly this of a device with these properties.
    #[must_use]
    pub fn update(&self, properties: &[Property]) -> Value {
        let nothing = |property: &Property| (key(*property), Value::Null);
        let mut desired: Map<String, Value> = properties.iter().map(nothing).collect();
        let mut orders = desired.clone();
        desired.extend(self.settings.iter().flat_map(|setting| fields(*setting)));
        orders.extend(self.orders.iter().map(|(of, order)| (key(*of), json!(order))));
        desired.insert(ORDERS.to_owned(), orders.into());
        desired.insert("paired_at".to_owned(), json!(self.paired_at));
        json!({ "state": { "desired": desired } })
    }
}

impl Delta {
    /// What is wanted, and what of it comes too late. Stopping never does.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let wanted = Wanted::read(&self.state);
        let is_late = |property: &Property| {
            let orders = self.metadata.get(ORDERS);
            let age = age(orders.and_then(|all| all.get(key(*property))), self.timestamp);
            let stops = |setting: &Setting| setting.property() == *property && setting.stops();
            age > property.good_for().span() && !wanted.settings.iter().any(stops)
        };
        Wanted {
            late: wanted.orders.keys().copied().filter(is_late).collect(),
            ..wanted
        }
    }
}

impl Said {
    /// Reads the `reported` half of a shadow.
    #[must_use]
    pub fn read(reported: &Value) -> Self {
        Self {
            settings: settings(reported),
            temperatures: by_key(reported, TEMPERATURES),
            answers: by_key(reported, "answers"),
        }
    }

    /// An update that says this.
    #[must_use]
    pub fn update(&self) -> Value {
        let mut reported: Map<String, Value> = self.settings.iter().flat_map(|setting| fields(*setting)).collect();
        reported.insert(TEMPERATURES.to_owned(), json!(self.temperatures));
        reported.insert("answers".to_owned(), json!(self.answers));
        json!({ "state": { "reported": reported } })
    }
}

impl Documents {
    /// What the device says.
    #[must_use]
    pub fn said(&self) -> Said {
        Said::read(&self.current.state.reported)
    }

    /// The software that the device says it runs.
    #[must_use]
    pub fn software(&self) -> Option<Version> {
        Version::deserialize(self.current.state.reported.get("software")?).ok()
    }

    /// How long before the change the device last said what this property is.
    #[must_use]
    pub fn age(&self, property: Property) -> SignedDuration {
        age(self.current.metadata.reported.get(key(property)), self.timestamp)
    }

    /// How long before the change it last said what it measures here.
    #[must_use]
    pub fn age_measured(&self, compartment: Compartment) -> SignedDuration {
        let all = self.current.metadata.reported.get(TEMPERATURES);
        age(all.and_then(|all| all.get(key(compartment))), self.timestamp)
    }
}

/// How long before this second, by its metadata, something was written.
fn age(written: Option<&Value>, now: i64) -> SignedDuration {
    let second = written.and_then(|written| written.get("timestamp")?.as_i64());
    SignedDuration::from_secs(second.map_or(0, |second| now.saturating_sub(second).max(0)))
}

fn settings(state: &Value) -> Vec<Setting> {
    let each = state.as_object().into_iter().flatten();
    each.filter_map(|(name, value)| serde_json::from_value(json!({ name: value })).ok())
        .collect()
}

fn by_key<K: DeserializeOwned + Ord, T: DeserializeOwned>(state: &Value, name: &str) -> BTreeMap<K, T> {
    let each = state.get(name).and_then(Value::as_object).into_iter().flatten();
    each.filter_map(|(key, value)| {
        let key = serde_json::from_value(json!(key)).ok()?;
        Some((key, serde_json::from_value(value.clone()).ok()?))
    })
    .collect()
}

fn fields(setting: Setting) -> Map<String, Value> {
    match json!(setting) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn key(named: impl Serialize) -> String {
    json!(named).as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{FridgeSetPoint, Heating, Oven};

    #[test]
    fn an_answer_takes_the_reason_of_the_one_before_out_of_the_shadow() {
        let answer = Answer {
            order: OrderId::sample(1),
            refused: None,
        };
        let said = Said {
            answers: [(Property::Fridge, answer)].into(),
            ..Said::default()
        };
        let refused = said.update()["state"]["reported"]["answers"]["fridge"]
            .get("refused")
            .cloned();
        assert_eq!(refused, Some(Value::Null));
    }

    #[test]
    fn what_is_wanted_survives_the_shadow_and_the_rest_is_taken_out() {
        let three = Setting::Fridge(FridgeSetPoint::new(3).unwrap());
        let wanted = Wanted {
            settings: vec![three],
            orders: BTreeMap::from([(Property::Fridge, OrderId::sample(1))]),
            late: BTreeSet::new(),
            paired_at: Some(crate::family::sample_instant()),
        };
        let update = wanted.update(&[Property::Fridge, Property::QuickCool]);
        let desired = &update["state"]["desired"];
        assert_eq!(Wanted::read(desired), wanted);
        assert_eq!(desired["quick_cool"], Value::Null);
        assert_eq!(desired["orders"].as_object().unwrap().len(), 2);
    }

    #[test]
    fn what_a_device_says_survives_the_shadow_and_what_nobody_knows_is_left_out() {
        let answer = Answer {
            order: OrderId::sample(1),
            refused: Some(Because::Holiday),
        };
        let said = Said {
            settings: vec![Setting::Light(true)],
            temperatures: BTreeMap::from([(Compartment::Freezer, Celsius::tenths(-181))]),
            answers: BTreeMap::from([(Property::QuickCool, answer)]),
        };
        let mut reported = said.update()["state"]["reported"].clone();
        reported["defrost"] = json!(true);
        reported["fridge"] = json!(40);
        reported["temperature_c"]["fridge"] = json!(4000);
        reported["answers"]["defrost"] = json!({ "order": OrderId::sample(2) });
        assert_eq!(Said::read(&reported), said);
        reported["answers"]["quick_cool"]["refused"] = json!("no compressor");
        assert_eq!(
            Said::read(&reported).answers[&Property::QuickCool].refused,
            Some(Because::Unknown)
        );
        assert_eq!(Said::read(&json!([1])), Said::default());
    }

    #[test]
    fn an_order_that_comes_too_late_is_known_by_the_clouds_clock_and_a_stop_never_is() {
        let heard = |oven: Oven, after: i64| {
            let delta = json!({
                "version": 7,
                "timestamp": 1_795_000_000 + after,
                "state": { "heating": Heating::NEW.put(oven), "orders": { "heating": OrderId::sample(1) } },
                "metadata": { "orders": { "heating": { "timestamp": 1_795_000_000 } } },
            });
            serde_json::from_value::<Delta>(delta).unwrap().wanted()
        };
        assert!(heard(Oven::On, 20).late.is_empty());
        assert_eq!(heard(Oven::On, 21).late, BTreeSet::from([Property::Heating]));
        assert!(heard(Oven::On, -5).late.is_empty());
        assert!(heard(Oven::Off, 86_401).late.is_empty());
        assert!(heard(Oven::Paused, 86_401).late.is_empty());
    }

    #[test]
    fn the_age_of_a_value_is_what_the_shadow_says() {
        let documents: Documents = serde_json::from_value(json!({
            "previous": { "version": 1, "state": {}, "metadata": {} },
            "current": {
                "version": 2,
                "state": { "desired": { "light": false }, "reported": { "light": true, "software": "1.4.0" } },
                "metadata": { "reported": {
                    "light": { "timestamp": 1_795_000_000 },
                    "temperature_c": { "freezer": { "timestamp": 1_794_999_999 } }
                } }
            },
            "timestamp": 1_795_000_001
        }))
        .unwrap();
        assert_eq!(documents.said().settings, vec![Setting::Light(true)]);
        assert_eq!(documents.software(), Some(Version(1, 4, 0)));
        assert_eq!(documents.age(Property::Light), SignedDuration::from_secs(1));
        assert_eq!(documents.age(Property::Holiday), SignedDuration::ZERO);
        let freezer = documents.age_measured(Compartment::Freezer);
        assert_eq!(freezer, SignedDuration::from_secs(2));
    }
}
