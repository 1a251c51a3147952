//! When an open door is told gently, when everybody is called, and when again: a
//! pure machine, one for each door.
//!
//! It takes its time from outside and says what to tell; it tells nobody.

use hearth_contract::{
    alarm::{Acknowledgement, Alarm, Cause, gentle},
    ids::{AlarmId, DoorId, ThingName},
    text::Name,
    things::AlarmIs,
    units::Seconds,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a door stands. Kept on the device's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorWatch {
    /// It is closed.
    #[default]
    Closed,
    /// It is open, and nobody needs to know.
    Open {
        /// Since when.
        since: Timestamp,
    },
    /// It is open, and that was told.
    Told {
        /// As it was told last.
        alarm: Alarm,
    },
}

/// What a watch sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorSigns {
    /// The door was opened.
    Opened,
    /// The door was closed.
    Closed,
    /// Somebody sees to an alarm, perhaps another door's.
    SeenTo {
        /// Which.
        alarm: AlarmId,
        /// Who.
        by: Name,
    },
    /// Nothing moved.
    TimeGoesBy,
}

/// What a watch goes by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The device.
    pub thing: &'a ThingName,
    /// Its door.
    pub door: &'a DoorId,
    /// How long it may stand open until everybody is called.
    pub limit: Seconds,
    /// Whether somebody puts food in: then it may stand open.
    pub restocking: bool,
}

/// How loud the device itself is about a door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chime {
    /// Not at all.
    #[default]
    Silent,
    /// So that who stands before it hears it.
    Gentle,
    /// So that the house hears it.
    Loud,
}

impl DoorWatch {
    /// How the door stands after this was seen at this instant, and what is to be told.
    #[must_use]
    pub fn step(self, signs: &DoorSigns, terms: &Terms<'_>, now: Timestamp) -> (Self, Option<AlarmIs>) {
        let over = |alarm: Alarm| AlarmIs::Cleared {
            alarm: alarm.id,
            at: now,
        };
        match (self, signs) {
            (Self::Told { alarm }, DoorSigns::Closed) => (Self::Closed, Some(over(alarm))),
            (_, DoorSigns::Closed) => (Self::Closed, None),
            (Self::Closed, DoorSigns::Opened) => (Self::Open { since: now }, None),
            (Self::Told { alarm }, DoorSigns::SeenTo { alarm: which, by }) if alarm.id == *which => {
                // By this device's clock, which it counts on from here.
                let acknowledged = Some(Acknowledgement {
                    by: by.clone(),
                    at: now,
                });
                (
                    Self::Told {
                        alarm: Alarm { acknowledged, ..alarm },
                    },
                    None,
                )
            }
            (Self::Told { alarm }, _) if terms.restocking => {
                let (_, since) = alarm.cause.door();
                (Self::Open { since }, Some(over(alarm)))
            }
            (Self::Open { since }, _) if !terms.restocking && gentle(terms.limit).after(since) <= now => {
                let calls = u32::from(terms.limit.after(since) <= now);
                Self::tell(Alarm::raised(terms.thing, open(terms.door, since), calls, now))
            }
            (Self::Told { alarm }, _) if alarm.next_call(terms.limit) <= now => Self::tell(alarm.called(now)),
            (stands, _) => (stands, None),
        }
    }

    /// How loud it is.
    #[must_use]
    pub const fn chime(&self) -> Chime {
        match self {
            Self::Told { alarm } if alarm.acknowledged.is_some() => Chime::Silent,
            Self::Told { alarm } if alarm.is_gentle() => Chime::Gentle,
            Self::Told { .. } => Chime::Loud,
            Self::Closed | Self::Open { .. } => Chime::Silent,
        }
    }

    fn tell(alarm: Alarm) -> (Self, Option<AlarmIs>) {
        let told = AlarmIs::Stands(alarm.clone());
        (Self::Told { alarm }, Some(told))
    }
}

fn open(door: &DoorId, opened_at: Timestamp) -> Cause {
    Cause::DoorOpen {
        door: door.clone(),
        opened_at,
    }
}

#[cfg(test)]
mod tests {
    use hearth_contract::alarm::DOOR_OPEN_FOR;

    use super::*;

    fn at(clock: &str) -> Timestamp {
        format!("2026-11-21T{clock}Z").parse().unwrap()
    }

    /// A watch over the freezer's door, and what it told so far.
    struct Stage {
        watch: DoorWatch,
        restocking: bool,
        limit: Seconds,
    }

    impl Stage {
        fn new() -> Self {
            Self {
                watch: DoorWatch::Closed,
                restocking: false,
                limit: DOOR_OPEN_FOR,
            }
        }

        fn step(&mut self, clock: &str, signs: &DoorSigns) -> Option<AlarmIs> {
            let (thing, door) = (Alarm::sample().thing, "freezer".parse().unwrap());
            let terms = Terms {
                thing: &thing,
                door: &door,
                limit: self.limit,
                restocking: self.restocking,
            };
            let (watch, told) = self.watch.clone().step(signs, &terms, at(clock));
            self.watch = watch;
            told
        }

        /// How often everybody was called by then, if that was told now.
        fn calls(&mut self, clock: &str) -> Option<u32> {
            match self.step(clock, &DoorSigns::TimeGoesBy)? {
                AlarmIs::Stands(alarm) => Some(alarm.calls),
                AlarmIs::Cleared { .. } => panic!("it is not over"),
            }
        }

        fn is_over(&mut self, clock: &str, signs: &DoorSigns) -> bool {
            matches!(self.step(clock, signs), Some(AlarmIs::Cleared { .. }))
        }

        fn seen_to(&mut self, clock: &str) {
            let DoorWatch::Told { alarm } = &self.watch else {
                panic!("nothing was told")
            };
            let signs = DoorSigns::SeenTo {
                alarm: alarm.id,
                by: Name::parse("Ana").unwrap(),
            };
            assert_eq!(self.step(clock, &signs), None);
        }
    }

    #[test]
    fn an_open_door_is_told_gently_then_everybody_is_called_and_called_again() {
        let mut door = Stage::new();
        assert_eq!(door.step("18:00:00", &DoorSigns::Opened), None);
        assert_eq!(door.calls("18:01:59"), None);
        assert_eq!(door.calls("18:02:00"), Some(0));
        assert_eq!(door.watch.chime(), Chime::Gentle);
        assert_eq!(door.calls("18:09:59"), None);
        assert_eq!(door.calls("18:10:00"), Some(1));
        assert_eq!(door.watch.chime(), Chime::Loud);
        assert_eq!(door.calls("18:19:59"), None);
        assert_eq!(door.calls("18:20:00"), Some(2));
        assert!(door.is_over("18:31:00", &DoorSigns::Closed));
        assert_eq!(door.watch.chime(), Chime::Silent);
        assert_eq!(door.calls("18:59:00"), None);
    }

    #[test]
    fn a_door_closed_in_time_says_nothing_and_counts_from_the_start_again() {
        let mut door = Stage::new();
        assert_eq!(door.step("18:00:00", &DoorSigns::Opened), None);
        assert_eq!(door.step("18:01:30", &DoorSigns::Closed), None);
        assert_eq!(door.step("18:01:40", &DoorSigns::Opened), None);
        assert_eq!(door.step("18:02:30", &DoorSigns::Opened), None, "it is open already");
        assert_eq!(door.calls("18:03:39"), None);
        assert_eq!(door.calls("18:03:40"), Some(0));
    }

    #[test]
    fn while_somebody_sees_to_it_nobody_is_called_until_it_was_forgotten() {
        let mut door = Stage::new();
        door.step("18:00:00", &DoorSigns::Opened);
        assert_eq!(door.calls("18:10:00"), Some(1));
        door.seen_to("18:12:00");
        assert_eq!(door.watch.chime(), Chime::Silent);
        assert_eq!(door.calls("18:41:59"), None);
        assert_eq!(door.calls("18:42:00"), Some(2));
        assert_eq!(door.watch.chime(), Chime::Loud);
    }

    #[test]
    fn restocking_ends_what_was_told_and_the_pause_is_not_longer_than_it() {
        let mut door = Stage::new();
        door.step("18:00:00", &DoorSigns::Opened);
        assert_eq!(door.calls("18:02:00"), Some(0));
        door.restocking = true;
        assert!(door.is_over("18:03:00", &DoorSigns::TimeGoesBy));
        assert_eq!(door.calls("18:22:59"), None);
        door.restocking = false;
        assert_eq!(door.calls("18:23:00"), Some(1), "it had its time");
    }

    #[test]
    fn each_door_has_its_own_patience() {
        let mut door = Stage::new();
        door.limit = Seconds(120);
        door.step("18:00:00", &DoorSigns::Opened);
        assert_eq!(door.calls("18:00:24"), Some(0));
        assert_eq!(door.calls("18:02:00"), Some(1));
    }

    #[test]
    fn who_sees_to_another_alarm_does_not_see_to_this_one() {
        let mut door = Stage::new();
        door.step("18:00:00", &DoorSigns::Opened);
        assert_eq!(door.calls("18:10:00"), Some(1));
        let signs = DoorSigns::SeenTo {
            alarm: AlarmId::sample(9),
            by: Name::parse("Ana").unwrap(),
        };
        assert_eq!(door.step("18:11:00", &signs), None);
        assert_eq!(door.watch.chime(), Chime::Loud);
    }
}
