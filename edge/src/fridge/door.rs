//! When an open door becomes an alarm: a pure machine, one for each door.
//!
//! It takes its time from outside and says what to tell; it tells nobody.

use hearth_contract::{
    alarm::{Alarm, DOOR_OPEN_FOR},
    ids::AlarmId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a door stands. Kept on the device's disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorWatch {
    /// It is closed.
    #[default]
    Closed,
    /// It is open.
    Open {
        /// Since when.
        since: Timestamp,
    },
    /// It has been open too long: the alarm is due and has no id yet.
    Due {
        /// Open since.
        since: Timestamp,
    },
    /// It is open and the alarm was raised.
    Alarmed {
        /// Open since.
        since: Timestamp,
        /// The alarm.
        alarm: Alarm,
    },
}

/// What a watch sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorSigns {
    /// The door was opened.
    Opened,
    /// The door was closed.
    Closed,
    /// Nothing moved.
    TimeGoesBy,
}

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A new alarm.
    Raise,
    /// This alarm is over.
    Clear(AlarmId),
}

impl DoorWatch {
    /// How the door stands after this was seen at this instant, and what is to be told.
    #[must_use]
    pub fn step(self, signs: DoorSigns, now: Timestamp) -> (Self, Option<Told>) {
        match (self, signs) {
            (Self::Alarmed { alarm, .. }, DoorSigns::Closed) => (Self::Closed, Some(Told::Clear(alarm.id))),
            (_, DoorSigns::Closed) => (Self::Closed, None),
            (Self::Closed, DoorSigns::Opened) => (Self::Open { since: now }, None),
            (Self::Open { since } | Self::Due { since }, _) if too_long(since, now) => {
                (Self::Due { since }, Some(Told::Raise))
            }
            (stands, _) => (stands, None),
        }
    }
}

fn too_long(since: Timestamp, now: Timestamp) -> bool {
    let open_s = now.as_second() - since.as_second();
    u64::try_from(open_s).is_ok_and(|open_s| open_s >= DOOR_OPEN_FOR.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(clock: &str) -> Timestamp {
        format!("2026-11-21T{clock}Z").parse().unwrap()
    }

    fn check(seen: &[(&str, DoorSigns)]) -> Vec<Option<Told>> {
        let mut watch = DoorWatch::Closed;
        seen.iter()
            .map(|(clock, signs)| {
                let (after, told) = watch.clone().step(*signs, at(clock));
                watch = match (after, told) {
                    (DoorWatch::Due { since }, Some(Told::Raise)) => DoorWatch::Alarmed {
                        since,
                        alarm: Alarm::sample(),
                    },
                    (after, _) => after,
                };
                told
            })
            .collect()
    }

    #[test]
    fn a_door_open_for_ten_minutes_alarms_once_and_closing_clears() {
        use DoorSigns::{Closed, Opened, TimeGoesBy};
        let told = check(&[
            ("18:00:00", Opened),
            ("18:09:59", TimeGoesBy),
            ("18:10:00", TimeGoesBy),
            ("18:30:00", TimeGoesBy),
            ("18:31:00", Closed),
            ("18:45:00", TimeGoesBy),
        ]);
        assert_eq!(
            told,
            [
                None,
                None,
                Some(Told::Raise),
                None,
                Some(Told::Clear(Alarm::sample().id)),
                None
            ]
        );
    }

    #[test]
    fn a_door_closed_in_time_says_nothing_and_counts_from_the_start_again() {
        use DoorSigns::{Closed, Opened, TimeGoesBy};
        let told = check(&[
            ("18:00:00", Opened),
            ("18:09:00", Closed),
            ("18:09:30", Opened),
            ("18:12:00", TimeGoesBy),
            ("18:19:30", TimeGoesBy),
        ]);
        assert_eq!(told, [None, None, None, None, Some(Told::Raise)]);
    }

    #[test]
    fn opening_an_open_door_does_not_start_again() {
        let (watch, _) = DoorWatch::Open { since: at("18:00:00") }.step(DoorSigns::Opened, at("18:05:00"));
        assert_eq!(watch, DoorWatch::Open { since: at("18:00:00") });
    }
}
