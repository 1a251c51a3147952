//! The simulated meter: a simulated home's load behind a meter's body, and the
//! screen somebody reads its code from.

use std::sync::Arc;

use hearth_contract::{
    failure::{Failure, Reason},
    ids::{Serial, ThingName},
    units::{WattHours, Watts},
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::load::Load;
use crate::{
    agent::{Agent, Link},
    fridge::screen,
    meter::MeterBody,
};

impl MeterBody for Load {
    fn power(&self, at: Timestamp) -> Watts {
        Self::power(self, at)
    }

    fn register(&self, at: Timestamp) -> WattHours {
        self.energy(at)
    }

    fn simulated(&self) -> bool {
        true
    }
}

/// Somebody who looks at the simulated meter; clones are the same meter.
#[derive(Clone)]
pub struct SimulatedMeter {
    body: Arc<dyn MeterBody>,
    agent: Agent,
}

impl SimulatedMeter {
    /// The meter with this body, whose program is `agent`'s.
    #[must_use]
    pub fn new(body: Arc<dyn MeterBody>, agent: Agent) -> Self {
        Self { body, agent }
    }

    /// The power now, by the domain clock.
    #[must_use]
    pub fn power_now(&self) -> Watts {
        self.body.power(self.agent.clocks().domain.now())
    }

    /// The text of its code; `None` until the cloud knows the meter.
    #[must_use]
    pub fn code_text(&self) -> Option<String> {
        self.agent.code().map(|code| code.to_string())
    }

    /// Its code as a QR picture, PNG: now, or, as an old photograph shows it, that long ago.
    ///
    /// # Errors
    /// `DeviceSilent`: the cloud does not know the meter yet.
    pub fn code_png(&self, ago: SignedDuration) -> Result<Vec<u8>, Failure> {
        let code = self
            .agent
            .code_before(ago)
            .ok_or_else(|| Failure::new(Reason::DeviceSilent))?;
        screen::code_png(&code).map_err(|_| Failure::new(Reason::Bug))
    }

    /// The meter's serial number.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        self.agent.serial()
    }

    /// The meter's thing.
    #[must_use]
    pub fn thing(&self) -> &ThingName {
        self.agent.thing()
    }

    /// Whether a family has taken it in.
    #[must_use]
    pub fn paired(&self) -> bool {
        matches!(self.agent.link(), Link::Connected | Link::Away)
    }

    /// Whether it is connected now.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.agent.link() == Link::Connected
    }

    /// How it stands to its cloud, as it changes.
    #[must_use]
    pub fn links(&self) -> watch::Receiver<Link> {
        self.agent.links()
    }
}
