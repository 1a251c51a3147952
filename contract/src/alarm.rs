//! Alarms: something needs somebody, now.
//!
//! The truth is the device's: it raises and clears, the cloud mirrors, and
//! speaks for a device only while that is away. Who stands at the device is told
//! first, gently; then everybody is called, and again, until somebody sees to it
//! and every window shows who, or it is over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    device::Device,
    family::sample_instant,
    ids::{AlarmId, DoorId, FamilyId, ThingName},
    power::Power,
    seen::Seen,
    session::sample_name,
    temperature::{Compartment, TOO_WARM_FOR},
    text::Name,
    units::{Celsius, Seconds},
};

/// How long a door may stand open until everybody is called, on a new device.
pub const DOOR_OPEN_FOR: Seconds = Seconds(600);
/// How long after a call everybody is called again.
pub const CALL_EVERY: Seconds = Seconds(600);
/// How long nobody is called while somebody sees to it: after that it was forgotten.
pub const SEEN_TO_FOR: Seconds = Seconds(1800);

/// After what share of its time it is told to whoever stands at the device.
#[must_use]
pub const fn gentle(limit: Seconds) -> Seconds {
    Seconds(limit.0 / 5)
}

/// Something that needs somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its id, as [`Cause::alarm`] makes it.
    pub id: AlarmId,
    /// The device.
    pub thing: ThingName,
    /// What is wrong.
    pub cause: Cause,
    /// When it was raised, gently or not.
    pub raised_at: Timestamp,
    /// How often everybody was called by now. 0: it was told gently, to whoever
    /// stands at the device.
    #[serde(default = "once")]
    pub calls: u32,
    /// When it was told last.
    #[serde(default)]
    pub told_at: Timestamp,
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
    /// A compartment is too warm for its food.
    TooWarm {
        /// Which.
        compartment: Compartment,
        /// Since when.
        since: Timestamp,
        /// What it had when that was told.
        temperature_c: Celsius,
    },
    /// The device is away, and its door stood open when it was last heard of.
    Vanished {
        /// Which door.
        door: DoorId,
        /// Open since when.
        opened_at: Timestamp,
        /// Away since when.
        since: Timestamp,
    },
}

impl Cause {
    /// The id of the alarm that this raises at a thing: device and cloud make
    /// the same one without asking each other.
    #[must_use]
    pub fn alarm(&self, thing: &ThingName) -> AlarmId {
        let since = self.since().as_millisecond();
        let seed = match self {
            Self::DoorOpen { door, .. } | Self::Vanished { door, .. } => format!("door {thing} {door} {since}"),
            Self::TooWarm { compartment, .. } => format!("warm {thing} {compartment:?} {since}"),
        };
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(seed)[..16]);
        AlarmId(uuid::Builder::from_custom_bytes(id).into_uuid())
    }

    /// Since when it is so.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        match self {
            Self::DoorOpen { opened_at, .. } | Self::Vanished { opened_at, .. } => *opened_at,
            Self::TooWarm { since, .. } => *since,
        }
    }

    /// The door that stands open.
    #[must_use]
    pub const fn door(&self) -> Option<&DoorId> {
        match self {
            Self::DoorOpen { door, .. } | Self::Vanished { door, .. } => Some(door),
            Self::TooWarm { .. } => None,
        }
    }
}

const fn once() -> u32 {
    1
}

/// What happened to an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmEvent {
    /// It began, or calls again: nobody sees to it.
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
    /// A new one, gentle or with its first call.
    #[must_use]
    pub fn raised(thing: &ThingName, cause: Cause, calls: u32, now: Timestamp) -> Self {
        Self {
            id: cause.alarm(thing),
            thing: thing.clone(),
            cause,
            raised_at: now,
            calls,
            told_at: now,
            acknowledged: None,
        }
    }

    /// Whether nobody was called: only who stands at the device is told.
    #[must_use]
    pub const fn is_gentle(&self) -> bool {
        self.calls == 0
    }

    /// When everybody is called next, if nothing happens until then.
    #[must_use]
    pub fn next_call(&self, limit: Seconds) -> Timestamp {
        let due = match self.calls {
            0 => limit.after(self.cause.since()),
            _ => CALL_EVERY.after(self.told_at),
        };
        match &self.acknowledged {
            Some(acknowledged) => due.max(SEEN_TO_FOR.after(acknowledged.at)),
            None => due,
        }
    }

    /// As it is with one more call: who saw to it has forgotten.
    #[must_use]
    pub fn called(self, now: Timestamp) -> Self {
        Self {
            calls: self.calls.saturating_add(1),
            told_at: now,
            acknowledged: None,
            ..self
        }
    }

    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        let door = "freezer"
            .parse()
            .unwrap_or_else(|_| unreachable!("samples are well-formed"));
        let opened_at = sample_instant();
        let cause = Cause::DoorOpen { door, opened_at };
        Self::raised(&Device::sample().thing, cause, 1, DOOR_OPEN_FOR.after(opened_at))
    }

    /// For samples: a freezer whose food thaws.
    #[must_use]
    pub fn sample_warm() -> Self {
        let cause = Cause::TooWarm {
            compartment: Compartment::Freezer,
            since: sample_instant(),
            temperature_c: Celsius::tenths(-94),
        };
        Self::raised(&Device::sample().thing, cause, 1, TOO_WARM_FOR.after(sample_instant()))
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
