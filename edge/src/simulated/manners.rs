//! Bad manners of hardware, each by its name, so that a device can be tried with
//! each. (That it dies in the middle of an update is the power's doing: there a
//! test cuts it at every step.)

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hearth_contract::{
    control::Setting,
    ids::{CameraId, DoorId},
    pairing::PairingCode,
    temperature::Compartment,
    units::Celsius,
};
use jiff::{SignedDuration, Timestamp};
use openh264::formats::YUVBuffer;

use crate::{
    agent::Agent,
    control::Controlled,
    fault::Fault,
    fridge::{FridgeBody, alarm::Chime},
};

/// How long slow hardware takes for each thing.
const SLOW: Duration = Duration::from_secs(2);
/// How long the program waits for hardware that says nothing.
const SILENT: Duration = Duration::from_secs(1);
/// How long a network that comes and goes is there, and not.
const UP: Duration = Duration::from_millis(1500);
const DOWN: Duration = Duration::from_millis(700);

/// How hardware behaves badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Manner {
    /// Everything takes seconds.
    Slow,
    /// Neither its cameras nor its sensors nor its knobs answer.
    Silent,
    /// Its clock is three years ahead.
    LyingClock,
    /// Its network is there for a second, and away for the next.
    FlappingNetwork,
}

impl Manner {
    /// By how much the clock is ahead.
    #[must_use]
    pub const fn ahead(self) -> SignedDuration {
        match self {
            Self::LyingClock => SignedDuration::from_hours(3 * 365 * 24),
            Self::Slow | Self::Silent | Self::FlappingNetwork => SignedDuration::ZERO,
        }
    }
}

/// Takes the network away and gives it back for as long as it is polled.
pub async fn flap(agent: Agent) {
    loop {
        tokio::time::sleep(UP).await;
        agent.plug(false);
        tokio::time::sleep(DOWN).await;
        agent.plug(true);
    }
}

/// A fridge's hardware with bad manners.
pub struct Mannered {
    body: Arc<dyn FridgeBody>,
    manner: Manner,
}

impl Mannered {
    /// This hardware, behaving so.
    #[must_use]
    pub fn new(body: Arc<dyn FridgeBody>, manner: Manner) -> Self {
        Self { body, manner }
    }

    /// Does it as badly as it does everything.
    fn does<T>(&self, deed: impl FnOnce(&dyn FridgeBody) -> Result<T, Fault>) -> Result<T, Fault> {
        match self.manner {
            Manner::Slow => takes(SLOW),
            Manner::Silent => {
                takes(SILENT);
                return Err(Fault::Hardware("it does not answer"));
            }
            Manner::LyingClock | Manner::FlappingNetwork => {}
        }
        deed(&*self.body)
    }
}

#[expect(clippy::disallowed_methods, reason = "hardware that takes its time")]
fn takes(time: Duration) {
    std::thread::sleep(time);
}

impl Controlled for Mannered {
    fn settings(&self) -> Vec<Setting> {
        self.body.settings()
    }

    fn set(&self, setting: Setting) -> Result<(), Fault> {
        self.does(|body| body.set(setting))
    }

    fn temperatures(&self) -> BTreeMap<Compartment, Celsius> {
        match self.manner {
            Manner::Silent => BTreeMap::new(),
            _ => self.body.temperatures(),
        }
    }
}

impl FridgeBody for Mannered {
    fn doors(&self) -> Vec<DoorId> {
        self.body.doors()
    }

    fn is_open(&self, door: &DoorId) -> bool {
        self.body.is_open(door)
    }

    fn closings(&self, door: &DoorId) -> u64 {
        self.body.closings(door)
    }

    fn cameras(&self, door: &DoorId) -> Vec<CameraId> {
        self.body.cameras(door)
    }

    fn picture(&self, camera: &CameraId) -> Result<Vec<u8>, Fault> {
        self.does(|body| body.picture(camera))
    }

    fn chime(&self, chime: Chime) {
        self.body.chime(chime);
    }

    fn tablet(&self) -> Option<PairingCode> {
        self.body.tablet()
    }

    fn frame(&self, camera: &CameraId, at: Timestamp) -> Result<YUVBuffer, Fault> {
        self.does(|body| body.frame(camera, at))
    }
}
