//! What a registry of things promises, seen by a device that connects.

use async_trait::async_trait;
use hearth_contract::ids::ThingName;

use super::{done, soon};
use crate::ports::Things;

/// A registry and one device of it.
#[async_trait]
pub trait Registry: Send {
    /// The port.
    fn things(&self) -> &dyn Things;
    /// Gives the device a certificate of its own, which nobody has let in yet;
    /// always the same thing.
    async fn provision(&mut self) -> ThingName;
    /// The device connects with its newest certificate and stays, if it is let in.
    async fn connect(&mut self) -> bool;
    /// Waits until the device's connection is cut.
    async fn cut(&mut self);
}

/// Holds a registry to its contract.
///
/// # Panics
/// Where it breaks it.
pub async fn check(registry: &mut dyn Registry) {
    let thing = registry.provision().await;
    assert!(!registry.connect().await, "a certificate nobody let in stays outside");
    assert!(!done("connected", registry.things().connected(&thing).await));

    for again in ["the first time", "again"] {
        done(again, registry.things().activate(&thing).await);
    }
    comes_in(registry, &thing).await;

    done("deactivate", registry.things().deactivate(&thing).await);
    goes(registry, &thing).await;
    done("deactivate again", registry.things().deactivate(&thing).await);
    done("activate again", registry.things().activate(&thing).await);
    comes_in(registry, &thing).await;

    done("revoke", registry.things().revoke(&thing).await);
    goes(registry, &thing).await;
    done("revoke again", registry.things().revoke(&thing).await);
    let activated = registry.things().activate(&thing).await;
    assert!(activated.is_err(), "no certificate is left to be let in");
    assert!(!registry.connect().await, "a revoked certificate is refused for ever");

    assert_eq!(registry.provision().await, thing);
    assert!(
        !registry.connect().await,
        "the new one waits to be let in as the first did"
    );
    done("activate the new one", registry.things().activate(&thing).await);
    comes_in(registry, &thing).await;
}

async fn comes_in(registry: &mut dyn Registry, thing: &ThingName) {
    assert!(registry.connect().await, "an active certificate is let in");
    let connected = async {
        while !done("connected", registry.things().connected(thing).await) {
            tokio::task::yield_now().await
        }
    };
    soon("who came in is connected", connected).await;
}

async fn goes(registry: &mut dyn Registry, thing: &ThingName) {
    soon("its connection is cut", registry.cut()).await;
    assert!(!registry.connect().await, "and it is not let in again");
    let absent = async {
        while done("connected", registry.things().connected(thing).await) {
            tokio::task::yield_now().await
        }
    };
    soon("who was cut is absent", absent).await;
}
