//! How warm it gets inside the simulated fridge: towards what its compressor
//! makes, or towards the kitchen's warmth when a door is open or cooling fails.

use std::f64::consts::TAU;

use hearth_contract::{temperature::Compartment, units::Celsius};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The kitchen, °C.
const KITCHEN: f64 = 21.0;
/// How far a compressor that goes on and off lets it tremble, K.
const TREMBLES: f64 = 0.2;
/// How long it is on and off together, s.
const CYCLE_S: f64 = 2400.0;

/// A compartment's temperature at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Warmth {
    celsius: f64,
    at: Timestamp,
}

/// Where it is going.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drift {
    /// °C.
    pub towards: f64,
    /// How long until half of the way is gone, s.
    pub half_life_s: f64,
}

impl Drift {
    /// Where a compartment goes with its compressor aiming at `aim` °C; `None`:
    /// cooling fails.
    pub const fn of(compartment: Compartment, aim: Option<f64>, is_open: bool) -> Self {
        let hours = match (compartment, aim, is_open) {
            (Compartment::Fridge, _, true) => 0.7,
            (Compartment::Freezer, _, true) => 1.5,
            (Compartment::Fridge, None, false) => 4.0,
            (Compartment::Freezer, None, false) => 12.0,
            (_, Some(_), false) => 0.4,
        };
        let towards = match aim {
            Some(aim) if !is_open => aim,
            _ => KITCHEN,
        };
        Self {
            towards,
            half_life_s: hours * 3600.0,
        }
    }
}

impl Warmth {
    /// One that has stood for long.
    pub const fn settled(celsius: f64, at: Timestamp) -> Self {
        Self { celsius, at }
    }

    /// As it is later; as it was for an instant before.
    pub fn after(self, drift: Drift, now: Timestamp) -> Self {
        let passed = now.duration_since(self.at).as_secs_f64().max(0.0);
        let left = (-passed / drift.half_life_s).exp2();
        Self {
            celsius: drift.towards + (self.celsius - drift.towards) * left,
            at: self.at.max(now),
        }
    }

    /// What a sensor measures.
    pub fn measured(self) -> Option<Celsius> {
        let turn = (self.at.as_second() as f64 / CYCLE_S).fract() * TAU;
        Celsius::new(self.celsius + TREMBLES * turn.sin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: f64) -> Timestamp {
        #[allow(clippy::cast_possible_truncation, reason = "a test's hours are few")]
        let seconds = (hours * 3600.0) as i64;
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn half_of_the_way_is_gone_after_its_time_however_often_one_looks() {
        let drift = Drift::of(Compartment::Fridge, None, false);
        let begun = Warmth::settled(4.0, at(0.0));
        let once = begun.after(drift, at(4.0));
        let often = (0..=40).fold(begun, |warmth, step| warmth.after(drift, at(f64::from(step) / 10.0)));
        assert!((once.celsius - 12.5).abs() < 1e-9 && (often.celsius - once.celsius).abs() < 1e-9);
        assert_eq!(
            once.after(drift, at(0.0)).celsius,
            once.celsius,
            "time does not go back"
        );
    }

    #[test]
    fn a_closed_fridge_comes_to_what_it_aims_at() {
        let warm = Warmth::settled(14.0, at(0.0));
        let after = warm.after(Drift::of(Compartment::Fridge, Some(4.0), false), at(4.0));
        assert!((after.celsius - 4.0).abs() < 0.1);
        let measured = after.measured().unwrap().get();
        assert!((measured - 4.0).abs() <= 0.4, "{measured}");
    }
}
