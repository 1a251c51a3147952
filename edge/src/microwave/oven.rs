//! What a microwave does as time goes by: a pure machine.
//!
//! It takes its time from outside, and heats nothing by itself: the hardware
//! asks it what to do.

use hearth_contract::control::{Because, Heating, HeatingTime, Oven};
use jiff::Timestamp;

/// How a microwave stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cooking {
    /// The program as it was chosen.
    program: Heating,
    /// What it did at this instant, with what was left then.
    was: Heating,
    at: Timestamp,
}

/// What there is to know before it is started from afar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Its door stands open.
    pub is_open: bool,
    /// Somebody stands at it and has it in hand.
    pub is_in_hand: bool,
}

impl Cooking {
    /// One that has just got its power: it never goes on by itself.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self {
            program: Heating::NEW,
            was: Heating::NEW,
            at: now,
        }
    }

    /// What it does now.
    #[must_use]
    pub fn now(self, now: Timestamp) -> Heating {
        match self.was.oven {
            Oven::Off => self.program.put(Oven::Off),
            Oven::Paused => self.was,
            Oven::On => match self.left(now) {
                Some(run_for) => Heating { run_for, ..self.was },
                None => self.program.put(Oven::Off),
            },
        }
    }

    fn left(self, now: Timestamp) -> Option<HeatingTime> {
        // A second that has begun is still shown.
        let passed = now.duration_since(self.at).as_millis().max(0) / 1000;
        let left = i128::from(self.was.run_for.seconds()) - passed;
        u16::try_from(left).ok().and_then(HeatingTime::new)
    }

    /// As it stands after this was chosen, at it or from afar.
    #[must_use]
    pub fn choose(self, wish: Heating, now: Timestamp) -> Self {
        let is = self.now(now);
        let (program, was) = match (is.oven, wish.oven) {
            // A program that goes on is still the one that was chosen.
            (Oven::Off, Oven::On) => (wish, wish),
            (Oven::Paused | Oven::On, Oven::On) => (self.program, wish),
            (Oven::On, Oven::Paused) => (self.program, is.put(Oven::Paused)),
            (Oven::Off | Oven::Paused, Oven::Paused) => (self.program, is),
            (_, Oven::Off) => (self.program, is.put(Oven::Off)),
        };
        Self { program, was, at: now }
    }
}

/// Why this can't be done from afar; `None`: it can. Pausing and stopping always can.
#[must_use]
pub const fn refused(wish: Heating, guard: Guard) -> Option<Because> {
    match (wish.oven, guard) {
        (Oven::On, Guard { is_open: true, .. }) => Some(Because::DoorOpen),
        (Oven::On, Guard { is_in_hand: true, .. }) => Some(Because::InHand),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hearth_contract::control::HeatingPower;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn heating(oven: Oven, watts: u16, seconds: u16) -> Heating {
        Heating {
            oven,
            power: HeatingPower::new(watts).unwrap(),
            run_for: HeatingTime::new(seconds).unwrap(),
        }
    }

    #[test]
    fn it_heats_for_its_time_and_then_shows_its_program_again() {
        let cooking = Cooking::new(at(0)).choose(heating(Oven::On, 600, 90), at(10));
        assert_eq!(cooking.now(at(10)), heating(Oven::On, 600, 90));
        assert_eq!(cooking.now(at(99)), heating(Oven::On, 600, 1));
        assert_eq!(cooking.now(at(100)), heating(Oven::Off, 600, 90));
        assert_eq!(cooking.now(at(0)), heating(Oven::On, 600, 90), "a clock may go back");
    }

    #[test]
    fn a_pause_keeps_what_is_left_and_what_goes_on_ends_as_the_same_program() {
        let cooking = Cooking::new(at(0)).choose(heating(Oven::On, 600, 90), at(0));
        let paused = cooking.choose(heating(Oven::Paused, 600, 90), at(30));
        assert_eq!(paused.now(at(1000)), heating(Oven::Paused, 600, 60));
        let on = paused.choose(paused.now(at(1000)).put(Oven::On), at(1000));
        assert_eq!(on.now(at(1059)), heating(Oven::On, 600, 1));
        assert_eq!(on.now(at(1060)), heating(Oven::Off, 600, 90));
        let off = paused.choose(heating(Oven::Off, 600, 60), at(1000));
        assert_eq!(off.now(at(1000)), heating(Oven::Off, 600, 90));
        assert_eq!(
            off.choose(heating(Oven::Paused, 600, 60), at(1001)).now(at(1001)).oven,
            Oven::Off
        );
    }

    #[test]
    fn it_is_not_started_open_or_in_somebodys_hand_but_always_stopped() {
        let guard = |is_open, is_in_hand| Guard { is_open, is_in_hand };
        let on = heating(Oven::On, 600, 90);
        assert_eq!(refused(on, guard(false, false)), None);
        assert_eq!(refused(on, guard(true, true)), Some(Because::DoorOpen));
        assert_eq!(refused(on, guard(false, true)), Some(Because::InHand));
        for oven in [Oven::Paused, Oven::Off] {
            assert_eq!(refused(on.put(oven), guard(true, true)), None);
        }
    }
}
