//! The simulated microwave, as a hand finds it: its door, its knobs, its cable.
//! It keeps nothing without power: then it is off.

use std::sync::{Arc, Mutex, PoisonError};

use hearth_contract::{
    clock::Clock,
    control::{Heating, Oven, Setting},
};
use tokio::sync::watch;

use super::Appliance;
use crate::{
    agent::Agent,
    control::Controlled,
    fault::Fault,
    microwave::{
        MicrowaveBody,
        oven::{Cooking, Guard},
    },
};

/// The simulated hardware.
pub struct SimulatedOven {
    clock: Arc<dyn Clock>,
    state: Mutex<(Cooking, Guard)>,
    touches: watch::Sender<()>,
}

impl SimulatedOven {
    /// One that has just got its power, and what tells that somebody did something at it.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> (Arc<Self>, watch::Receiver<()>) {
        let guard = Guard {
            is_open: false,
            is_in_hand: false,
        };
        let (touches, touched) = watch::channel(());
        let body = Self {
            state: Mutex::new((Cooking::new(clock.now()), guard)),
            clock,
            touches,
        };
        (Arc::new(body), touched)
    }

    fn change(&self, change: impl FnOnce(Cooking, &mut Guard) -> Cooking) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = change(state.0, &mut state.1);
    }

    fn look(&self) -> (Heating, Guard) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.0.now(self.clock.now()), state.1)
    }

    fn touch(&self, change: impl FnOnce(Cooking, &mut Guard) -> Cooking) {
        self.change(change);
        self.touches.send_replace(());
    }
}

impl Controlled for SimulatedOven {
    fn settings(&self) -> Vec<Setting> {
        vec![Setting::Heating(self.look().0)]
    }

    fn set(&self, setting: Setting) -> Result<(), Fault> {
        let Setting::Heating(wish) = setting else {
            return Err(Fault::Hardware("a knob it does not have"));
        };
        let now = self.clock.now();
        self.change(|cooking, _| cooking.choose(wish, now));
        Ok(())
    }
}

impl MicrowaveBody for SimulatedOven {
    fn guard(&self) -> Guard {
        self.look().1
    }
}

/// A hand at the simulated microwave; clones are the same one.
#[derive(Clone)]
pub struct SimulatedMicrowave {
    body: Arc<SimulatedOven>,
    agent: Agent,
}

impl SimulatedMicrowave {
    /// A hand at this body, whose program is `agent`'s.
    #[must_use]
    pub const fn new(body: Arc<SimulatedOven>, agent: Agent) -> Self {
        Self { body, agent }
    }

    /// Opens its door, which pauses it, or closes it.
    pub fn swing(&self, open: bool) {
        let now = self.body.clock.now();
        self.body.touch(|cooking, guard| {
            guard.is_open = open;
            let is = cooking.now(now);
            match open && is.oven == Oven::On {
                true => cooking.choose(is.put(Oven::Paused), now),
                false => cooking,
            }
        });
    }

    /// Somebody takes it in hand, as pressing a key at it does, or goes away.
    pub fn take_in_hand(&self, is_in_hand: bool) {
        self.body.touch(|cooking, guard| {
            guard.is_in_hand = is_in_hand;
            cooking
        });
    }

    /// What it does now, and what there is to know before it is started.
    #[must_use]
    pub fn state(&self) -> (Heating, Guard) {
        self.body.look()
    }

    /// Pulls the cable to its fridge, or puts it in again.
    pub fn plug(&self, is_in: bool) {
        self.agent.plug(is_in);
    }
}

impl Appliance for SimulatedMicrowave {
    fn agent(&self) -> &Agent {
        &self.agent
    }
}
