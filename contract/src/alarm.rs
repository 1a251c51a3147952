//! Alarms: something needs somebody, now.
//!
//! The truth is the device's: it raises and clears, the cloud mirrors. Whoever
//! sees to it says so, and every window shows who.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    device::Device,
    family::sample_instant,
    ids::{AlarmId, DoorId, FamilyId, ThingName},
    power::Power,
    seen::Seen,
    session::sample_name,
    text::Name,
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
    /// Who sees to it, if somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
}

/// Somebody sees to an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// What they were called then, a member or the tablet in the door.
    pub by: Name,
    /// When they said so.
    pub at: Timestamp,
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
    /// Somebody sees to it.
    Acknowledged {
        /// Which.
        alarm: AlarmId,
        /// Who, and since when.
        acknowledged: Acknowledgement,
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
            Self::Raised { .. } | Self::Acknowledged { .. } | Self::Cleared { .. } => Power::SeeHome,
        }
    }
}

/// `GET /families/{family}/alarms`: what is not over, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// The family.
    pub family: FamilyId,
}

/// `POST /families/{family}/alarms/{alarm}/acknowledgement`: I see to it. The
/// first one counts; an alarm that is over is `NotFound`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledge {
    /// The family.
    pub family: FamilyId,
    /// Which.
    pub alarm: AlarmId,
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
            acknowledged: None,
        }
    }

    /// For samples: another one, that somebody sees to.
    #[must_use]
    pub fn sample_acknowledged() -> Self {
        let acknowledged = Acknowledgement {
            by: sample_name("Ana"),
            at: sample_instant(),
        };
        Self {
            id: AlarmId::sample(2),
            acknowledged: Some(acknowledged),
            ..Self::sample()
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

impl Command for Acknowledge {
    type Reply = Alarm;
    const NAME: &'static str = "alarm.acknowledge";
    const GOES: Goes = Goes::Cloud(
        Route::post("/families/{family}/alarms/{alarm}/acknowledgement"),
        Access::Power(Power::SeeHome),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            alarm: AlarmId::sample(2),
        }
    }
    fn sample_reply() -> Alarm {
        Alarm::sample_acknowledged()
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! alarm_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::alarm::Open;
            cloud $crate::alarm::Acknowledge;
        }
    };
}
