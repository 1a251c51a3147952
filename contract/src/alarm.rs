//! Alarms: something needs somebody, now.
//!
//! The truth is the device's: it raises and clears, the cloud mirrors.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    device::Device,
    family::sample_instant,
    ids::{AlarmId, DoorId, FamilyId, ThingName},
    power::Power,
    seen::Seen,
    units::Seconds,
};

/// How long a door may stand open.
pub const DOOR_OPEN_FOR: Seconds = Seconds(600);

/// Something that needs somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its id, made by the device.
    pub id: AlarmId,
    /// The device.
    pub thing: ThingName,
    /// What is wrong.
    pub cause: Cause,
    /// When it was raised.
    pub raised_at: Timestamp,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A door stands open.
    DoorOpen {
        /// Which.
        door: DoorId,
        /// Since when.
        opened_at: Timestamp,
    },
}

/// What happened to an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmEvent {
    /// It began.
    Raised {
        /// As it is.
        alarm: Alarm,
    },
    /// It is over.
    Cleared {
        /// Which.
        alarm: AlarmId,
        /// When.
        at: Timestamp,
    },
}

impl AlarmEvent {
    /// Who may read it.
    #[must_use]
    pub const fn read_by(&self) -> Power {
        match self {
            Self::Raised { .. } | Self::Cleared { .. } => Power::SeeHome,
        }
    }
}

/// `GET /families/{family}/alarms`: what is not over, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// The family.
    pub family: FamilyId,
}

impl Alarm {
    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        let door = "freezer"
            .parse()
            .unwrap_or_else(|_| unreachable!("samples are well-formed"));
        Self {
            id: AlarmId::sample(1),
            thing: Device::sample().thing,
            cause: Cause::DoorOpen {
                door,
                opened_at: sample_instant(),
            },
            raised_at: sample_instant(),
        }
    }
}

impl Command for Open {
    type Reply = Seen<Vec<Alarm>>;
    const NAME: &'static str = "alarm.open";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/alarms"), Access::Power(Power::SeeHome));
    const HEARS: &'static [Hears] = &[Hears::Alarm];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Alarm::sample()], sample_instant())
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! alarm_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::alarm::Open;
        }
    };
}
