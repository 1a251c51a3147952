//! What a simulated home uses: a pure function of seed and instant.
//!
//! Each day has a plan: stretches of constant power of one appliance each.
//! Power is their sum, energy their integral, so a month is summed as quickly
//! as a minute and both always agree.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use hearth_contract::units::{WattHours, Watts};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    days::{Days, Moment},
    life::mix,
};

/// What is never off: router, stand-by, heating pump. W.
const BASE_W: f64 = 72.0;
/// Up and down of everything together from second to second. W.
const RIPPLE_W: f64 = 6.0;

/// An appliance that runs for a while, seconds of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    from: i64,
    to: i64,
    watts: f64,
}

/// A home's load.
pub struct Load {
    seed: u64,
    days: Days,
    plans: Mutex<BTreeMap<Date, Vec<Run>>>,
}

impl Load {
    /// The home with this seed, living by this zone's clock.
    #[must_use]
    pub fn new(seed: u64, zone: TimeZone) -> Self {
        Self {
            seed,
            days: Days::new(zone),
            plans: Mutex::default(),
        }
    }

    /// The power at an instant.
    #[must_use]
    pub fn power(&self, at: Timestamp) -> Watts {
        let Moment { day, second, length } = self.days.moment(at);
        let runs = self.plan(day, length);
        let on: f64 = runs
            .iter()
            .filter(|run| (run.from..run.to).contains(&second))
            .map(|run| run.watts)
            .sum();
        Watts(BASE_W + on + self.ripple(at.as_second()))
    }

    /// The register at an instant: it only grows.
    #[must_use]
    pub fn energy(&self, at: Timestamp) -> WattHours {
        let Moment { day, second, length } = self.days.moment(at);
        let before = self
            .days
            .register(day, |day, length| of_day(&plan(self.seed, day, length), length));
        let today = of_day(&self.plan(day, length), second);
        // Ripple comes in pairs that cancel; only half a pair can be left.
        let half = if at.as_second().rem_euclid(2) == 1 {
            self.ripple(at.as_second() - 1) / 3600.0
        } else {
            0.0
        };
        WattHours(before + today + half)
    }

    /// One draw for each pair of seconds: up in one, down in the other.
    fn ripple(&self, second: i64) -> f64 {
        let draw = mix(self.seed ^ second.div_euclid(2).cast_unsigned());
        let up = (draw % 1000) as f64 / 1000.0 * RIPPLE_W;
        if second.rem_euclid(2) == 0 { up } else { -up }
    }

    fn plan(&self, day: Date, length: i64) -> Vec<Run> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.entry(day).or_insert_with(|| plan(self.seed, day, length)).clone()
    }
}

/// Energy of a day's plan up to a second, Wh.
fn of_day(runs: &[Run], second: i64) -> f64 {
    let on: f64 = runs
        .iter()
        .map(|run| run.watts * (second.min(run.to) - run.from).max(0) as f64)
        .sum();
    (on + BASE_W * second as f64) / 3600.0
}

/// What runs on one day.
fn plan(seed: u64, day: Date, length: i64) -> Vec<Run> {
    let mut dice = Dice(mix(seed ^ days_of(day)));
    let weekend = day.weekday().to_monday_one_offset() > 5;
    let mut runs = Vec::with_capacity(160);
    let mut run = |from: i64, seconds: i64, watts: f64| {
        let (from, to) = (from.clamp(0, length), (from + seconds).clamp(0, length));
        if from < to {
            runs.push(Run { from, to, watts });
        }
    };
    // The fridge's compressor, a third of the time.
    let mut at = -dice.upto(1500);
    while at < length {
        run(at, 780 + dice.upto(240), 92.0 + dice.upto(12) as f64);
        at += 2300 + dice.upto(420);
    }
    let wakes = if weekend {
        8 * 3600 + dice.upto(5400)
    } else {
        6 * 3600 + dice.upto(2700)
    };
    let sleeps = 22 * 3600 + dice.upto(5400);
    // Coffee, then kettles through the day.
    run(wakes + 600, 300, 1150.0);
    for cup in [wakes + 1500, 10 * 3600, 15 * 3600 + 1800, 20 * 3600] {
        if dice.upto(10) < 7 {
            run(cup + dice.upto(2400), 150 + dice.upto(90), 2050.0);
        }
    }
    // Lights: in the morning, and from dusk until bed.
    run(wakes, 5400, 130.0);
    run(16 * 3600 + 1800 + dice.upto(1800), sleeps - 17 * 3600, 165.0);
    // Screens: work on weekdays, television in the evening.
    if weekend {
        run(14 * 3600 + dice.upto(3600), 5400, 120.0);
    } else {
        run(9 * 3600, 3 * 3600, 65.0);
        run(13 * 3600, 4 * 3600, 65.0);
    }
    run(19 * 3600 + 1800 + dice.upto(2700), 2 * 3600 + dice.upto(3600), 118.0);
    // Cooking: hob most days, the oven with its thermostat on some.
    run(
        if weekend { 12 * 3600 } else { 18 * 3600 } + dice.upto(2700),
        1200 + dice.upto(900),
        1400.0,
    );
    if dice.upto(10) < if weekend { 8 } else { 4 } {
        let begins = 18 * 3600 + dice.upto(3600);
        run(begins, 540, 2400.0);
        for beat in 0..6 + dice.upto(5) {
            run(begins + 780 + beat * 330, 120, 2400.0);
        }
    }
    // The dishwasher: heats twice.
    if dice.upto(10) < 6 {
        let begins = 20 * 3600 + 1800 + dice.upto(3600);
        run(begins, 5400, 70.0);
        run(begins + 300, 960, 1850.0);
        run(begins + 3600, 720, 1850.0);
    }
    // The washing machine: heats, turns to and fro, spins.
    if dice.upto(10) < if weekend { 7 } else { 2 } {
        let begins = 9 * 3600 + 1800 + dice.upto(5 * 3600);
        run(begins, 1020, 2000.0);
        for turn in 0..60 {
            run(begins + 1020 + turn * 60, 38, 210.0);
        }
        run(begins + 4700, 420, 520.0);
    }
    runs
}

fn days_of(day: Date) -> u64 {
    let (year, of_year) = (i64::from(day.year()), i64::from(day.day_of_year()));
    (year * 1000 + of_year).cast_unsigned()
}

struct Dice(u64);

impl Dice {
    /// A number from 0 to below `most`.
    fn upto(&mut self, most: i64) -> i64 {
        self.0 = mix(self.0);
        (self.0 % most.max(1).unsigned_abs()).cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn load(zone: &str) -> Load {
        Load::new(42, TimeZone::get(zone).unwrap())
    }

    #[test]
    fn energy_is_the_integral_of_power_second_by_second() {
        let load = load("Europe/Berlin");
        for from in ["2026-11-21T17:59:57Z", "2026-11-21T22:58:00Z", "2026-10-25T00:30:00Z"] {
            let from = at(from).as_second();
            let instant = |second: i64| Timestamp::from_second(from + second).unwrap();
            let mut sum = load.energy(instant(0)).0;
            for second in 0..600 {
                sum += load.power(instant(second)).0 / 3600.0;
                let register = load.energy(instant(second + 1)).0;
                assert!((register - sum).abs() < 1e-3, "{second}: {register} {sum}");
            }
        }
    }

    #[test]
    fn the_register_only_grows_over_a_year_and_its_clock_changes() {
        let load = load("Europe/Berlin");
        let first = at("2026-01-01T00:00:00Z").as_second();
        let mut last = 0.0;
        for slot in 0..365 * 288 {
            let register = load.energy(Timestamp::from_second(first + slot * 300).unwrap()).0;
            assert!(register > last, "slot {slot}: {register} after {last}");
            last = register;
        }
    }

    #[test]
    fn a_day_is_one_of_a_home_and_days_differ() {
        let load = load("Asia/Shanghai");
        let used = |day: &str| {
            let begins = at(&format!("{day}T16:00:00Z"));
            load.energy(begins + 24.hours()).0 - load.energy(begins).0
        };
        let days: Vec<f64> = (10..24).map(|day| used(&format!("2026-11-{day}"))).collect();
        assert!(days.iter().all(|wh| (4_000.0..16_000.0).contains(wh)), "{days:?}");
        let spread = days.iter().copied().fold(0.0, f64::max) - days.iter().copied().fold(f64::MAX, f64::min);
        assert!(spread > 1_000.0, "{days:?}");
        assert_eq!(used("2026-11-10"), used("2026-11-10"));
    }
}
