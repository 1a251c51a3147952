//! The simulated meter: a simulated home's load behind a meter's body, and the
//! screen somebody reads its code from.

use hearth_contract::units::{WattHours, Watts};
use jiff::Timestamp;

use super::{Appliance, load::Load};
use crate::{agent::Agent, meter::MeterBody};

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
pub struct SimulatedMeter(Agent);

impl SimulatedMeter {
    /// The meter whose program is `agent`'s.
    #[must_use]
    pub const fn new(agent: Agent) -> Self {
        Self(agent)
    }
}

impl Appliance for SimulatedMeter {
    fn agent(&self) -> &Agent {
        &self.0
    }
}
