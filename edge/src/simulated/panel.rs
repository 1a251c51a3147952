//! What the simulated fridge is set to; anybody may turn its knobs.

use hearth_contract::{
    alarm::DOOR_OPEN_FOR,
    control::{DoorLimit, FreezerSetPoint, FridgeSetPoint, Setting},
};
use serde::{Deserialize, Serialize};

/// Its knobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Panel {
    fridge: FridgeSetPoint,
    freezer: FreezerSetPoint,
    holiday: bool,
    quick_cool: bool,
    light: bool,
    #[serde(default)]
    restocking: bool,
    #[serde(default = "patience")]
    fridge_door: DoorLimit,
    #[serde(default = "patience")]
    freezer_door: DoorLimit,
}

/// How long a new fridge's doors may stand open.
fn patience() -> DoorLimit {
    let minutes = i8::try_from(DOOR_OPEN_FOR.0 / 60).ok().and_then(DoorLimit::new);
    minutes.unwrap_or_else(|| unreachable!("a new fridge is set within what it takes"))
}

impl Panel {
    /// As all makers set a new one.
    const NEW: (Option<FridgeSetPoint>, Option<FreezerSetPoint>) = (FridgeSetPoint::new(4), FreezerSetPoint::new(-18));

    pub fn new() -> Self {
        let (Some(fridge), Some(freezer)) = Self::NEW else {
            unreachable!("a new fridge is set within what it takes")
        };
        Self {
            fridge,
            freezer,
            holiday: false,
            quick_cool: false,
            light: false,
            restocking: false,
            fridge_door: patience(),
            freezer_door: patience(),
        }
    }

    pub fn settings(self) -> Vec<Setting> {
        vec![
            Setting::Fridge(self.fridge),
            Setting::Freezer(self.freezer),
            Setting::Holiday(self.holiday),
            Setting::QuickCool(self.quick_cool),
            Setting::Light(self.light),
            Setting::Restocking(self.restocking),
            Setting::FridgeDoor(self.fridge_door),
            Setting::FreezerDoor(self.freezer_door),
        ]
    }

    /// Turns one knob; quick cool ends when the holiday begins.
    pub fn turn(&mut self, setting: Setting) {
        match setting {
            Setting::Fridge(point) => self.fridge = point,
            Setting::Freezer(point) => self.freezer = point,
            Setting::Holiday(on) => {
                self.holiday = on;
                self.quick_cool &= !on;
            }
            Setting::QuickCool(on) => self.quick_cool = on,
            Setting::Light(on) => self.light = on,
            Setting::Restocking(on) => self.restocking = on,
            Setting::FridgeDoor(limit) => self.fridge_door = limit,
            Setting::FreezerDoor(limit) => self.freezer_door = limit,
        }
    }
}
