//! What the simulated fridge is set to; anybody may turn its knobs.

use hearth_contract::control::{FreezerSetPoint, FridgeSetPoint, Setting};
use serde::{Deserialize, Serialize};

/// Its knobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Panel {
    fridge: FridgeSetPoint,
    freezer: FreezerSetPoint,
    holiday: bool,
    quick_cool: bool,
    light: bool,
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
        }
    }

    pub fn settings(self) -> Vec<Setting> {
        vec![
            Setting::Fridge(self.fridge),
            Setting::Freezer(self.freezer),
            Setting::Holiday(self.holiday),
            Setting::QuickCool(self.quick_cool),
            Setting::Light(self.light),
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
        }
    }
}
