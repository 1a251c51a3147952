//! What happened, and what is glimpsed.
//!
//! A [`JournalEntry`] is numbered, kept and delivered until it is known; a
//! [`Glance`] is lossy, unnumbered and only sent while somebody looks.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    alarm::AlarmEvent,
    command::Hears,
    control::ControlEvent,
    device::DeviceEvent,
    family::{Family, FamilyEvent, sample_instant},
    ids::{CallId, FamilyId, PersonId, ThingName},
    live::LiveEvent,
    meter::MeterEvent,
    pantry::PantryEvent,
    power::{Power, Role},
    units::Watts,
};

/// One numbered line of a family's journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Whose journal.
    pub family: FamilyId,
    /// 1, 2, 3, … without a gap within the family.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub by: Actor,
    /// The call that did it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
    /// What happened.
    pub event: HomeEvent,
}

impl JournalEntry {
    /// The line as somebody with this role may read it: whole, or hollow, which
    /// says no more than that there is one.
    #[must_use]
    pub fn read_by(self, role: Role) -> Self {
        if self.event.read_by().is_none_or(|power| role.may(power)) {
            return self;
        }
        Self {
            by: Actor::Home,
            call: None,
            event: HomeEvent::Hollow,
            ..self
        }
    }

    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            family: Family::sample().id,
            seq: 1,
            at: sample_instant(),
            by: Actor::Person(PersonId::sample(1)),
            call: Some(CallId::sample(1)),
            event: HomeEvent::Family(FamilyEvent::Created),
        }
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A member.
    Person(PersonId),
    /// A device of the family.
    Thing(ThingName),
    /// The home itself: a timer, a job.
    Home,
}

macro_rules! home_events {
    ($($(#[$doc:meta])* $name:ident($event:ty) => $hears:expr;)*) => {
        /// An event of one of the features.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum HomeEvent {
            $($(#[$doc])* $name($event),)*
            /// There is an entry, but the reader may not know it.
            Hollow,
            /// A newer sender's event.
            Unknown,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Known { $($name($event),)* Hollow }

        impl<'de> Deserialize<'de> for HomeEvent {
            fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(reader)?;
                Ok(match serde_json::from_value(value) {
                    $(Ok(Known::$name(event)) => Self::$name(event),)*
                    Ok(Known::Hollow) => Self::Hollow,
                    Err(_) => Self::Unknown,
                })
            }
        }

        impl HomeEvent {
            /// Who may read it; `None` for what nobody need read.
            #[must_use]
            pub const fn read_by(&self) -> Option<Power> {
                match self {
                    $(Self::$name(event) => Some(event.read_by()),)*
                    Self::Hollow | Self::Unknown => None,
                }
            }

            /// What it is about; `None` for what can't be known.
            #[must_use]
            pub const fn about(&self) -> Option<Hears> {
                match self {
                    $(Self::$name(_) => Some($hears),)*
                    Self::Hollow | Self::Unknown => None,
                }
            }
        }
    };
}

home_events! {
    /// The family and its members.
    Family(FamilyEvent) => Hears::Family;
    /// Devices.
    Device(DeviceEvent) => Hears::Device;
    /// Food.
    Pantry(PantryEvent) => Hears::Pantry;
    /// Doors and cameras.
    Live(LiveEvent) => Hears::Live;
    /// Energy.
    Meter(MeterEvent) => Hears::Meter;
    /// Alarms.
    Alarm(AlarmEvent) => Hears::Alarm;
    /// What devices are set to.
    Control(ControlEvent) => Hears::Control;
}

impl HomeEvent {
    /// Whether the family's audit list has it: who joined, left, became something
    /// else, was invited, paired, put out or looked.
    #[must_use]
    pub const fn is_audited(&self) -> bool {
        match self {
            Self::Family(_)
            | Self::Device(DeviceEvent::Paired { .. } | DeviceEvent::Removed { .. })
            | Self::Live(LiveEvent::Looked { .. }) => true,
            Self::Device(DeviceEvent::PresenceChanged { .. } | DeviceEvent::Changed { .. })
            | Self::Live(LiveEvent::Pictured { .. })
            | Self::Pantry(_)
            | Self::Meter(_)
            | Self::Alarm(_)
            | Self::Control(_)
            | Self::Hollow
            | Self::Unknown => false,
        }
    }
}

/// A live value that nobody needs tomorrow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Glance {
    /// What a meter measures this second.
    Power {
        /// The family.
        family: FamilyId,
        /// The meter.
        thing: ThingName,
        /// The power.
        power_w: Watts,
        /// When it was measured.
        at: Timestamp,
    },
    /// A newer sender's glance.
    #[serde(other)]
    Unknown,
}

/// What arrives at an inbox topic.
#[allow(clippy::large_enum_variant, reason = "they come one at a time and most are entries")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inbox {
    /// A line of the journal.
    Entry(JournalEntry),
    /// A glance.
    Glance(Glance),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_a_newer_sender_is_unknown_and_not_an_error() {
        let json = r#"{"garden":{"watered":{"by":"rain"}}}"#;
        assert_eq!(serde_json::from_str::<HomeEvent>(json).unwrap(), HomeEvent::Unknown);
        let json = r#"{"pantry":{"sang":{"song":"x"}}}"#;
        assert_eq!(serde_json::from_str::<HomeEvent>(json).unwrap(), HomeEvent::Unknown);
    }

    #[test]
    fn who_may_not_read_a_line_learns_only_that_there_is_one() {
        let invitation = crate::family::Invitation::sample();
        let entry = JournalEntry {
            event: HomeEvent::Family(FamilyEvent::Invited { invitation }),
            ..JournalEntry::sample()
        };
        assert_eq!(entry.clone().read_by(Role::Adult), entry);
        let hollow = entry.clone().read_by(Role::Child);
        assert_eq!(
            (hollow.seq, hollow.by, hollow.call, hollow.event),
            (entry.seq, Actor::Home, None, HomeEvent::Hollow)
        );
    }

    #[test]
    fn an_entry_survives_the_wire() {
        let entry = JournalEntry::sample();
        let json = serde_json::to_string(&Inbox::Entry(entry.clone())).unwrap();
        assert_eq!(serde_json::from_str::<Inbox>(&json).unwrap(), Inbox::Entry(entry));
    }
}
