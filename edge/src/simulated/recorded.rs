//! What a recorded household used, lived through again: its half hours on the
//! same weekdays and at the same times of day, over and over.
//!
//! Within a half hour the power is even, because nothing more was recorded; the
//! energy of every half hour is exactly what it was.

use std::{fs::File, path::Path};

use hearth_contract::units::{WattHours, Watts};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, Row},
};

use super::days::{Days, Moment};
use crate::{fault::Fault, meter::MeterBody};

/// Seconds of one recorded interval.
const INTERVAL_S: i64 = 1800;
/// Intervals of a day of 24 hours.
const OF_DAY: usize = 48;
/// Days after which the record begins again, in whole weeks.
const WEEK: usize = 7;

/// A household's record.
pub struct Recorded {
    /// `[day][half hour]`, Wh, in whole weeks; the first day is `first`.
    used_wh: Vec<[f64; OF_DAY]>,
    first: Date,
    days: Days,
}

impl Recorded {
    /// Reads one household (the first whose number is not below `home`) of a
    /// Parquet file with the columns `home`, `interval_start` (local time) and
    /// `kwh`, to be lived through by this zone's clock.
    ///
    /// # Errors
    /// The file can't be read, or holds less than a week of that household.
    pub fn read(file: &Path, home: i64, zone: TimeZone) -> Result<Self, Fault> {
        let unreadable = |why: String| Fault::Record(format!("{}: {why}", file.display()));
        let reader = File::open(file)
            .map_err(|error| unreadable(error.to_string()))
            .and_then(|open| SerializedFileReader::new(open).map_err(|error| unreadable(error.to_string())))?;
        let rows = reader
            .get_row_iter(None)
            .map_err(|error| unreadable(error.to_string()))?;
        let mut chosen = None;
        let mut intervals = Vec::new();
        for row in rows {
            let row = row.map_err(|error| unreadable(error.to_string()))?;
            let (of, start_s, wh) = interval(&row).ok_or_else(|| unreadable("not home, interval_start, kwh".into()))?;
            if of >= home && *chosen.get_or_insert(of) == of {
                intervals.push((start_s, wh));
            }
        }
        intervals.sort_by_key(|(start_s, _)| *start_s);
        let (used_wh, first) = whole_weeks(&intervals).ok_or_else(|| unreadable("less than a week of it".into()))?;
        Ok(Self {
            used_wh,
            first,
            days: Days::new(zone),
        })
    }

    /// The recorded day that is lived through on this one, of the same weekday:
    /// `[half hour]`, oldest first, Wh.
    #[must_use]
    pub fn day(&self, day: Date) -> &[f64; OF_DAY] {
        let since = day.duration_since(self.first).as_hours().div_euclid(24);
        let weeks = i64::try_from(self.used_wh.len()).unwrap_or(1);
        &self.used_wh[usize::try_from(since.rem_euclid(weeks)).unwrap_or(0)]
    }
}

impl MeterBody for Recorded {
    fn power(&self, at: Timestamp) -> Watts {
        let Moment { day, second, .. } = self.days.moment(at);
        Watts(self.day(day)[half_hour(second)] * 3600.0 / INTERVAL_S as f64)
    }

    fn register(&self, at: Timestamp) -> WattHours {
        let Moment { day, second, .. } = self.days.moment(at);
        let before = self.days.register(day, |day, length| up_to(self.day(day), length));
        WattHours(before + up_to(self.day(day), second))
    }

    fn simulated(&self) -> bool {
        true
    }
}

/// Which half hour of the record a second of a day is in; the 25th hour is as the 24th.
fn half_hour(second: i64) -> usize {
    usize::try_from(second / INTERVAL_S).unwrap_or(0).min(OF_DAY - 1)
}

/// Energy of a day up to a second, Wh.
fn up_to(day: &[f64; OF_DAY], second: i64) -> f64 {
    let whole: f64 = (0..second / INTERVAL_S).map(|n| day[half_hour(n * INTERVAL_S)]).sum();
    whole + day[half_hour(second)] * (second % INTERVAL_S) as f64 / INTERVAL_S as f64
}

/// Household, beginning (seconds by its own clock) and energy of a row.
fn interval(row: &Row) -> Option<(i64, i64, f64)> {
    let (mut home, mut start_s, mut wh) = (None, None, None);
    for (name, field) in row.get_column_iter() {
        match (name.as_str(), field) {
            ("home", Field::Int(n)) => home = Some(i64::from(*n)),
            ("home", Field::Long(n)) => home = Some(*n),
            ("home", Field::Short(n)) => home = Some(i64::from(*n)),
            ("home", Field::Str(text)) => home = text.parse().ok(),
            ("interval_start", Field::TimestampMillis(ms)) => start_s = Some(ms.div_euclid(1000)),
            ("interval_start", Field::TimestampMicros(us)) => start_s = Some(us.div_euclid(1_000_000)),
            ("interval_start", Field::Long(ns)) => start_s = Some(ns.div_euclid(1_000_000_000)),
            ("kwh", Field::Float(kwh)) => wh = Some(f64::from(*kwh) * 1000.0),
            ("kwh", Field::Double(kwh)) => wh = Some(kwh * 1000.0),
            _ => {}
        }
    }
    Some((home?, start_s?, wh?.max(0.0)))
}

/// The record as whole days from its first midnight on, cut to whole weeks.
fn whole_weeks(intervals: &[(i64, f64)]) -> Option<(Vec<[f64; OF_DAY]>, Date)> {
    let at = |second: i64| Some(Timestamp::from_second(second).ok()?.to_zoned(TimeZone::UTC).datetime());
    let begins = intervals
        .iter()
        .map(|(start, _)| *start)
        .find(|start| start % 86_400 == 0)?;
    let first = at(begins)?.date();
    let mut days: Vec<[f64; OF_DAY]> = Vec::new();
    for (start, wh) in intervals.iter().filter(|(start, _)| *start >= begins) {
        let day = usize::try_from((start - begins) / 86_400).ok()?;
        if days.len() <= day {
            days.resize(day + 1, [0.0; OF_DAY]);
        }
        days[day][half_hour((start - begins) % 86_400)] += wh;
    }
    days.truncate(days.len() / WEEK * WEEK);
    (!days.is_empty()).then_some((days, first))
}
