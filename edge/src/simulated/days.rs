//! The days of a simulated home by its own clock, and its register over them.
//!
//! A day has 23 to 25 hours. The register only grows: what stands at a day's
//! beginning is the sum of all days before, remembered.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// The day from which on a register is summed.
const FIRST: Date = jiff::civil::date(2024, 1, 1);
/// What a register shows at the beginning of that day. Wh.
const REGISTER_WH: f64 = 4_182_000.0;

/// An instant by the home's clock.
pub struct Moment {
    /// The day it is in.
    pub day: Date,
    /// Seconds since the day began.
    pub second: i64,
    /// Seconds the whole day has.
    pub length: i64,
}

/// The days of one home.
pub struct Days {
    zone: TimeZone,
    /// Energy from [`FIRST`] to the beginning of the day, Wh.
    before: Mutex<BTreeMap<Date, f64>>,
}

impl Days {
    /// Days by this zone's clock.
    #[must_use]
    pub fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            before: Mutex::default(),
        }
    }

    /// Where an instant is.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> Moment {
        let day = at.to_zoned(self.zone.clone()).date();
        Moment {
            day,
            second: at.as_second() - self.begins(day),
            length: self.length(day),
        }
    }

    /// The register at the beginning of a day, Wh; `energy` tells what a whole
    /// day of that many seconds uses, Wh.
    pub fn register(&self, day: Date, energy: impl Fn(Date, i64) -> f64) -> f64 {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let known = before.range(..=day).next_back();
        let (mut at, mut sum) = known.map_or((FIRST, 0.0), |(at, sum)| (*at, *sum));
        while at < day {
            sum += energy(at, self.length(at));
            at = at.saturating_add(1.day());
            before.insert(at, sum);
        }
        REGISTER_WH + sum
    }

    fn length(&self, day: Date) -> i64 {
        self.begins(day.saturating_add(1.day())) - self.begins(day)
    }

    fn begins(&self, day: Date) -> i64 {
        day.to_zoned(self.zone.clone())
            .map_or(0, |midnight| midnight.timestamp().as_second())
    }
}
