//! What shadows promise, seen by the device that has one.

use async_trait::async_trait;
use hearth_contract::ids::ThingName;
use serde_json::{Value, json};

use super::{done, soon};
use crate::ports::Shadows;

/// Shadows, and the device of one.
#[async_trait]
pub trait Device: Send {
    /// The port.
    fn shadows(&self) -> &dyn Shadows;
    /// The device's thing.
    fn thing(&self) -> ThingName;
    /// The device connects, if it is not there, and reports; gives what is
    /// wanted of it and not so, an empty object if nothing is.
    async fn report(&mut self, reported: Value) -> Value;
}

/// Holds shadows to their contract.
///
/// # Panics
/// Where they break it.
pub async fn check(device: &mut dyn Device) {
    let thing = device.thing();
    let want = |desired: Value| json!({ "state": { "desired": desired } });
    let away = want(json!({ "fridge": 3, "light": null, "orders": { "fridge": "a", "light": null } }));
    done("a thing that is away", device.shadows().update(&thing, away).await);
    let wanted = soon("what was wanted meanwhile", device.report(json!({ "fridge": 4 }))).await;
    assert_eq!(wanted, json!({ "fridge": 3, "orders": { "fridge": "a" } }));

    let other = want(json!({ "orders": { "light": "b" }, "light": true }));
    done("something else", device.shadows().update(&thing, other.clone()).await);
    done("the same again", device.shadows().update(&thing, other).await);
    let wanted = soon("all that is open", device.report(json!({ "fridge": 3, "light": true }))).await;
    assert_eq!(wanted, json!({ "orders": { "fridge": "a", "light": "b" } }));

    let nothing = want(json!({ "fridge": null, "light": null, "orders": null }));
    done("nothing more", device.shadows().update(&thing, nothing).await);
    let wanted = soon("that nothing is open", device.report(json!({ "light": true }))).await;
    assert_eq!(wanted, json!({}));
    done(
        "no wishes at all",
        device.shadows().update(&thing, want(Value::Null)).await,
    );
}
