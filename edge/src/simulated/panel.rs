//! What the simulated fridge is set to; anybody may turn its knobs.

use hearth_contract::{
    alarm::DOOR_OPEN_FOR,
    control::{DoorLimit, FreezerSetPoint, FridgeSetPoint, Setting},
    temperature::Compartment,
};
use serde::{Deserialize, Serialize};

/// What an empty refrigerator is kept at, °C.
const HOLIDAY: f64 = 15.0;
/// What quick cool goes for, °C.
const QUICK_FRIDGE: f64 = 2.0;
const QUICK_FREEZER: f64 = -26.0;

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

    /// What the compressor aims at, °C.
    pub fn aim(self, compartment: Compartment) -> f64 {
        match compartment {
            Compartment::Fridge if self.holiday => HOLIDAY,
            Compartment::Fridge if self.quick_cool => QUICK_FRIDGE,
            Compartment::Freezer if self.quick_cool => QUICK_FREEZER,
            Compartment::Fridge => self.fridge.get().into(),
            Compartment::Freezer => self.freezer.get().into(),
        }
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
            Setting::Heating(_) => {}
        }
    }
}
