//! The simulated fridge, as a hand finds it: its doors, its food, its panel, its
//! plug and its screen. What stays when the power goes is in the body.

mod body;

use std::{collections::BTreeMap, sync::Arc};

use hearth_contract::{
    control::Setting,
    failure::{Failure, Reason},
    ids::{DoorId, FoodKey},
    pairing::PairingCode,
    temperature::Compartment,
    units::{Celsius, Count},
};
use tokio::task::spawn_blocking;

pub use body::SimulatedBody;

use super::{Appliance, shelves::Held};
use crate::{
    agent::Agent,
    control::Controlled,
    fault::Fault,
    fridge::{DoorMove, alarm::Chime},
};

/// The door with the camera behind it.
pub const FRIDGE_DOOR: &str = "fridge";
const FREEZER_DOOR: &str = "freezer";

/// A hand at the simulated fridge; clones are the same fridge.
#[derive(Clone)]
pub struct SimulatedFridge {
    body: Arc<SimulatedBody>,
    agent: Agent,
}

impl SimulatedFridge {
    /// What the tablet in the door shows, on the cable to the fridge; `None` when it shows none.
    pub fn show_tablet(&self, code: Option<PairingCode>) {
        self.body.show(code);
    }

    /// A hand at this body, whose program is `agent`'s.
    #[must_use]
    pub const fn new(body: Arc<SimulatedBody>, agent: Agent) -> Self {
        Self { body, agent }
    }

    /// Sets something at the fridge's own panel.
    ///
    /// # Errors
    /// `Bug`: it can't be kept.
    pub async fn touch(&self, setting: Setting) -> Result<(), Failure> {
        let body = self.body.clone();
        blocking(move || body.touch(setting)).await
    }

    /// Resets it at its panel, as whoever gives it away does: with or without
    /// a network it forgets its home, and leaves it when it can.
    ///
    /// # Errors
    /// `Bug`: it can't be kept.
    pub async fn reset(&self) -> Result<(), Failure> {
        let body = self.body.clone();
        blocking(move || body.reset()).await?;
        self.agent.reset().await.map_err(bug)
    }

    /// Pulls the network's plug, or puts it in again.
    pub fn plug(&self, is_in: bool) {
        self.agent.plug(is_in);
    }

    /// What it is set to.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        self.body.settings()
    }

    /// Breaks its compressor, or mends it: it goes on measuring.
    ///
    /// # Errors
    /// `Bug`: it can't be kept.
    pub async fn fail(&self, broken: bool) -> Result<(), Failure> {
        let body = self.body.clone();
        blocking(move || body.fail(broken)).await
    }

    /// What its sensors measure, and whether its compressor works.
    #[must_use]
    pub fn cooling(&self) -> (BTreeMap<Compartment, Celsius>, bool) {
        (self.body.temperatures(), self.body.inside(|inside| !inside.broken))
    }

    /// How loud it is about an alarm.
    #[must_use]
    pub fn chime(&self) -> Chime {
        self.body.sounds()
    }

    /// Opens a door; an open one stays open.
    ///
    /// # Errors
    /// `Absent` at `door`: there is no such door. `DeviceSilent`: the fridge was stopped.
    pub async fn open(&self, door: &DoorId) -> Result<(), Failure> {
        self.turn(door, true).await
    }

    /// Closes a door; a closed one stays closed.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn close(&self, door: &DoorId) -> Result<(), Failure> {
        self.turn(door, false).await
    }

    async fn turn(&self, door: &DoorId, open: bool) -> Result<(), Failure> {
        let (body, turned) = (self.body.clone(), door.clone());
        if blocking(move || body.swing(turned, open)).await? {
            let (door, at) = (door.clone(), self.agent.clocks().domain.now());
            let sent = self.body.moves.send(DoorMove { door, open, at }).await;
            sent.map_err(|_| Failure::new(Reason::DeviceSilent))?;
        }
        Ok(())
    }

    /// Puts food in. The cloud sees it when a door closes.
    ///
    /// # Errors
    /// `FieldWrong` at `food`: nobody has drawn it; at `count`: it does not fit in.
    pub async fn put_in(&self, food: &FoodKey, count: Count) -> Result<(), Failure> {
        let (body, food) = (self.body.clone(), food.clone());
        blocking(move || body.arrange(|shelves| shelves.put_in(&food, count))).await
    }

    /// Takes food out; all of it if there is less. The cloud sees it when a door closes.
    ///
    /// # Errors
    /// `Absent` at `food`: there is none.
    pub async fn take_out(&self, food: &FoodKey, count: Count) -> Result<(), Failure> {
        let (body, food) = (self.body.clone(), food.clone());
        blocking(move || body.arrange(|shelves| shelves.take_out(&food, count))).await
    }

    /// What is in, shelf by shelf.
    #[must_use]
    pub fn contents(&self) -> Vec<Held> {
        self.body.inside(|inside| inside.shelves.contents())
    }

    /// All doors, and whether each stands open.
    #[must_use]
    pub fn doors(&self) -> BTreeMap<DoorId, bool> {
        self.body.inside(|inside| inside.open.clone())
    }

    /// What the camera sees now, JPEG.
    ///
    /// # Errors
    /// `Bug`: it can't be drawn.
    pub async fn live_jpeg(&self) -> Result<Vec<u8>, Failure> {
        let body = self.body.clone();
        blocking(move || body.shoot().map_err(bug)).await
    }
}

impl Appliance for SimulatedFridge {
    fn agent(&self) -> &Agent {
        &self.agent
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Failure::new(Reason::Bug)))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn bug(fault: Fault) -> Failure {
    tracing::error!(%fault, "the simulated fridge does not work");
    Failure::new(Reason::Bug)
}
