//! What a microwave does, and what it can be told to do.
//!
//! In JSON an array, `["on", 800, 90]`: what, W, s. A shadow replaces an array
//! as a whole, where it would merge an object field by field and tell of a part.

use serde::{Deserialize, Serialize};

use crate::units::Seconds;

/// What a microwave does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oven {
    /// Nothing.
    Off,
    /// It waits in the middle of its program.
    Paused,
    /// It heats.
    On,
}

/// The power of a microwave: 100 to 1000 W, in hundreds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct HeatingPower(u16);

/// How long a microwave heats: 1 s to an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct HeatingTime(u16);

/// What a microwave does with which program. While it heats or waits, the time
/// is what is left of it; else the program is the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    from = "(Oven, HeatingPower, HeatingTime)",
    into = "(Oven, HeatingPower, HeatingTime)"
)]
pub struct Heating {
    /// What it does.
    pub oven: Oven,
    /// How strongly.
    pub power: HeatingPower,
    /// How long.
    pub run_for: HeatingTime,
}

impl HeatingPower {
    /// `None` for what the device can't do.
    #[must_use]
    pub const fn new(watts: u16) -> Option<Self> {
        if watts >= 100 && watts <= 1000 && watts.is_multiple_of(100) {
            Some(Self(watts))
        } else {
            None
        }
    }

    /// W.
    #[must_use]
    pub const fn watts(self) -> u16 {
        self.0
    }
}

impl HeatingTime {
    /// `None` for none at all and for more than an hour.
    #[must_use]
    pub const fn new(seconds: u16) -> Option<Self> {
        if seconds >= 1 && seconds <= 3600 {
            Some(Self(seconds))
        } else {
            None
        }
    }

    /// s.
    #[must_use]
    pub const fn seconds(self) -> u16 {
        self.0
    }

    /// The same as a span.
    #[must_use]
    pub fn span(self) -> Seconds {
        Seconds(self.0.into())
    }
}

impl Heating {
    /// As a new one is set: off, and at full power for a minute when it is started.
    pub const NEW: Self = Self {
        oven: Oven::Off,
        power: HeatingPower(800),
        run_for: HeatingTime(60),
    };

    /// The same program, and this done with it.
    #[must_use]
    pub const fn put(self, oven: Oven) -> Self {
        Self { oven, ..self }
    }
}

impl TryFrom<u16> for HeatingPower {
    type Error = &'static str;
    fn try_from(watts: u16) -> Result<Self, Self::Error> {
        Self::new(watts).ok_or("a power is 100 to 1000 W, in hundreds")
    }
}

impl From<HeatingPower> for u16 {
    fn from(power: HeatingPower) -> u16 {
        power.0
    }
}

impl TryFrom<u16> for HeatingTime {
    type Error = &'static str;
    fn try_from(seconds: u16) -> Result<Self, Self::Error> {
        Self::new(seconds).ok_or("a microwave heats for 1 s to an hour")
    }
}

impl From<HeatingTime> for u16 {
    fn from(time: HeatingTime) -> u16 {
        time.0
    }
}

impl From<(Oven, HeatingPower, HeatingTime)> for Heating {
    fn from((oven, power, run_for): (Oven, HeatingPower, HeatingTime)) -> Self {
        Self { oven, power, run_for }
    }
}

impl From<Heating> for (Oven, HeatingPower, HeatingTime) {
    fn from(heating: Heating) -> Self {
        (heating.oven, heating.power, heating.run_for)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_travels_as_one_array_and_takes_only_what_a_microwave_can() {
        let heating = Heating::NEW.put(Oven::On);
        assert_eq!(json!(heating), json!(["on", 800, 60]));
        let read = |value| serde_json::from_value::<Heating>(value).ok();
        assert_eq!(read(json!(["on", 800, 60])), Some(heating));
        for wrong in [
            json!(["on", 850, 60]),
            json!(["on", 800, 0]),
            json!(["on", 800, 3601]),
            json!(["lit", 800, 60]),
        ] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }
}
