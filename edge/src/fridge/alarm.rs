//! When what is wrong is told gently, when everybody is called, and when again:
//! a pure machine, one for each door and each compartment.
//!
//! It takes its time from outside and says what to tell; it tells nobody.

use hearth_contract::{
    alarm::{Acknowledgement, Alarm, Cause, gentle},
    ids::{AlarmId, ThingName},
    text::Name,
    things::AlarmIs,
    units::Seconds,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How it stands. Kept on the device's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watch {
    /// All is well.
    #[default]
    #[serde(alias = "closed")]
    Well,
    /// A door is open, food is too warm, and nobody needs to know.
    #[serde(alias = "open")]
    Wrong {
        /// Since when.
        since: Timestamp,
    },
    /// It is wrong, and that was told.
    Told {
        /// As it was told last.
        alarm: Alarm,
    },
}

/// What a watch sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signs {
    /// It is wrong now.
    Wrong,
    /// All is well now.
    Well,
    /// Somebody sees to an alarm, perhaps another one.
    SeenTo {
        /// Which.
        alarm: AlarmId,
        /// Who.
        by: Name,
    },
    /// Nothing changed.
    TimeGoesBy,
}

/// What a watch goes by.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The device.
    pub thing: &'a ThingName,
    /// What is wrong, if it is so since then.
    pub cause: &'a (dyn Fn(Timestamp) -> Cause + Sync),
    /// How long it may be so until everybody is called.
    pub limit: Seconds,
    /// Whether it may be so for now: nobody is told.
    pub paused: bool,
}

/// How loud the device itself is.
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

impl Watch {
    /// How it stands after this was seen at this instant, and what is to be told.
    #[must_use]
    pub fn step(self, signs: &Signs, terms: &Terms<'_>, now: Timestamp) -> (Self, Option<AlarmIs>) {
        let over = |alarm: Alarm| AlarmIs::Cleared {
            alarm: alarm.id,
            at: now,
        };
        match (self, signs) {
            (Self::Told { alarm }, Signs::Well) => (Self::Well, Some(over(alarm))),
            (_, Signs::Well) => (Self::Well, None),
            (Self::Well, Signs::Wrong) => (Self::Wrong { since: now }, None),
            (Self::Told { alarm }, Signs::SeenTo { alarm: which, by }) if alarm.id == *which => {
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
            (Self::Told { alarm }, _) if terms.paused => {
                let since = alarm.cause.since();
                (Self::Wrong { since }, Some(over(alarm)))
            }
            (Self::Wrong { since }, _) if !terms.paused && gentle(terms.limit).after(since) <= now => {
                let calls = u32::from(terms.limit.after(since) <= now);
                Self::tell(Alarm::raised(terms.thing, (terms.cause)(since), calls, now))
            }
            (Self::Told { alarm }, _) if alarm.next_call(terms.limit) <= now => {
                let cause = (terms.cause)(alarm.cause.since());
                Self::tell(Alarm {
                    cause,
                    ..alarm.called(now)
                })
            }
            (stands, _) => (stands, None),
        }
    }

    /// What is wrong is so from now on.
    pub fn begin_anew(&mut self, now: Timestamp) {
        if !self.is_well() {
            *self = Self::Wrong { since: now };
        }
    }

    /// Whether all is well.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        matches!(self, Self::Well)
    }

    /// How loud it is.
    #[must_use]
    pub const fn chime(&self) -> Chime {
        match self {
            Self::Told { alarm } if alarm.acknowledged.is_some() => Chime::Silent,
            Self::Told { alarm } if alarm.is_gentle() => Chime::Gentle,
            Self::Told { .. } => Chime::Loud,
            Self::Well | Self::Wrong { .. } => Chime::Silent,
        }
    }

    fn tell(alarm: Alarm) -> (Self, Option<AlarmIs>) {
        let told = AlarmIs::Stands(alarm.clone());
        (Self::Told { alarm }, Some(told))
    }
}

#[cfg(test)]
mod tests {
    use hearth_contract::{alarm::DOOR_OPEN_FOR, temperature::Compartment, units::Celsius};

    use super::*;

    fn at(clock: &str) -> Timestamp {
        format!("2026-11-21T{clock}Z").parse().unwrap()
    }

    /// A watch over the freezer's door, and what it told so far.
    struct Stage {
        watch: Watch,
        restocking: bool,
        limit: Seconds,
    }

    impl Stage {
        fn new() -> Self {
            Self {
                watch: Watch::Well,
                restocking: false,
                limit: DOOR_OPEN_FOR,
            }
        }

        fn step(&mut self, clock: &str, signs: &Signs) -> Option<AlarmIs> {
            let thing = Alarm::sample().thing;
            let cause = |opened_at| Cause::DoorOpen {
                door: "freezer".parse().unwrap(),
                opened_at,
            };
            let terms = Terms {
                thing: &thing,
                cause: &cause,
                limit: self.limit,
                paused: self.restocking,
            };
            let (watch, told) = self.watch.clone().step(signs, &terms, at(clock));
            self.watch = watch;
            told
        }

        /// How often everybody was called by then, if that was told now.
        fn calls(&mut self, clock: &str) -> Option<u32> {
            match self.step(clock, &Signs::TimeGoesBy)? {
                AlarmIs::Stands(alarm) => Some(alarm.calls),
                AlarmIs::Cleared { .. } => panic!("it is not over"),
            }
        }

        fn is_over(&mut self, clock: &str, signs: &Signs) -> bool {
            matches!(self.step(clock, signs), Some(AlarmIs::Cleared { .. }))
        }

        fn seen_to(&mut self, clock: &str) {
            let Watch::Told { alarm } = &self.watch else {
                panic!("nothing was told")
            };
            let signs = Signs::SeenTo {
                alarm: alarm.id,
                by: Name::parse("Ana").unwrap(),
            };
            assert_eq!(self.step(clock, &signs), None);
        }
    }

    #[test]
    fn an_open_door_is_told_gently_then_everybody_is_called_and_called_again() {
        let mut door = Stage::new();
        assert_eq!(door.step("18:00:00", &Signs::Wrong), None);
        assert_eq!(door.calls("18:01:59"), None);
        assert_eq!(door.calls("18:02:00"), Some(0));
        assert_eq!(door.watch.chime(), Chime::Gentle);
        assert_eq!(door.calls("18:09:59"), None);
        assert_eq!(door.calls("18:10:00"), Some(1));
        assert_eq!(door.watch.chime(), Chime::Loud);
        assert_eq!(door.calls("18:19:59"), None);
        assert_eq!(door.calls("18:20:00"), Some(2));
        assert!(door.is_over("18:31:00", &Signs::Well));
        assert_eq!(door.watch.chime(), Chime::Silent);
        assert_eq!(door.calls("18:59:00"), None);
    }

    #[test]
    fn a_door_closed_in_time_says_nothing_and_counts_from_the_start_again() {
        let mut door = Stage::new();
        assert_eq!(door.step("18:00:00", &Signs::Wrong), None);
        assert_eq!(door.step("18:01:30", &Signs::Well), None);
        assert_eq!(door.step("18:01:40", &Signs::Wrong), None);
        assert_eq!(door.step("18:02:30", &Signs::Wrong), None, "it is open already");
        assert_eq!(door.calls("18:03:39"), None);
        assert_eq!(door.calls("18:03:40"), Some(0));
    }

    #[test]
    fn while_somebody_sees_to_it_nobody_is_called_until_it_was_forgotten() {
        let mut door = Stage::new();
        door.step("18:00:00", &Signs::Wrong);
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
        door.step("18:00:00", &Signs::Wrong);
        assert_eq!(door.calls("18:02:00"), Some(0));
        door.restocking = true;
        assert!(door.is_over("18:03:00", &Signs::TimeGoesBy));
        assert_eq!(door.calls("18:22:59"), None);
        door.restocking = false;
        assert_eq!(door.calls("18:23:00"), Some(1), "it had its time");
    }

    #[test]
    fn each_door_has_its_own_patience() {
        let mut door = Stage::new();
        door.limit = Seconds(120);
        door.step("18:00:00", &Signs::Wrong);
        assert_eq!(door.calls("18:00:24"), Some(0));
        assert_eq!(door.calls("18:02:00"), Some(1));
    }

    #[test]
    fn who_sees_to_another_alarm_does_not_see_to_this_one() {
        let mut door = Stage::new();
        door.step("18:00:00", &Signs::Wrong);
        assert_eq!(door.calls("18:10:00"), Some(1));
        let signs = Signs::SeenTo {
            alarm: AlarmId::sample(9),
            by: Name::parse("Ana").unwrap(),
        };
        assert_eq!(door.step("18:11:00", &signs), None);
        assert_eq!(door.watch.chime(), Chime::Loud);
    }

    #[test]
    fn each_call_says_how_it_is_by_then() {
        let thing = Alarm::sample().thing;
        let warm = |tenths| {
            move |since| Cause::TooWarm {
                compartment: Compartment::Freezer,
                since,
                temperature_c: Celsius::tenths(tenths),
            }
        };
        let step = |watch: Watch, tenths, clock: &str, signs: &Signs| {
            let terms = Terms {
                thing: &thing,
                cause: &warm(tenths),
                limit: Seconds(3600),
                paused: false,
            };
            watch.step(signs, &terms, at(clock))
        };
        let (watch, _) = step(Watch::Well, -110, "18:00:00", &Signs::Wrong);
        let (watch, _) = step(watch, -90, "18:12:00", &Signs::TimeGoesBy);
        let (_, told) = step(watch, -20, "19:00:00", &Signs::TimeGoesBy);
        let Some(AlarmIs::Stands(alarm)) = told else {
            panic!("everybody is called")
        };
        assert_eq!(alarm.cause, warm(-20)(at("18:00:00")));
        assert_eq!(alarm.id, warm(-90)(at("18:00:00")).alarm(&thing));
    }
}
