//! Quantities, ages and days as people say them: the one place that writes numbers.

use hearth_contract::units::{WattHours, Watts};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    browser::{dom, intl},
    language::{spoken, told},
    words::{Language, say as w},
};

/// The tag numbers and days are written by: the browser's own where it is of the
/// language that is spoken (`en-GB`), else that language's.
fn tag() -> String {
    let own = dom::language();
    if Language::of_tag(&own) == spoken() && own.starts_with(&spoken().tag()[..2]) {
        own
    } else {
        spoken().tag().to_owned()
    }
}

/// Which of two words comes first in a list.
#[must_use]
pub fn order(left: &str, right: &str) -> std::cmp::Ordering {
    intl::order(&tag(), left, right)
}

/// A whole number.
#[must_use]
pub fn whole(value: f64) -> String {
    intl::number(&tag(), value, 0)
}

/// Power without its unit, in W.
#[must_use]
pub fn watts(power: Watts) -> String {
    whole(power.0.round())
}

/// Energy with its unit, in kWh.
#[must_use]
pub fn kwh(energy: WattHours) -> String {
    format!("{} kWh", intl::number(&tag(), energy.0 / 1000.0, 2))
}

/// The same, or a dash where nothing is known.
#[must_use]
pub fn kwh_known(energy: Option<WattHours>) -> String {
    energy.map_or_else(|| "–".to_owned(), kwh)
}

/// A temperature with so many decimals, and its unit.
#[must_use]
pub fn celsius(degrees: f64, decimals: u32) -> String {
    format!("{} °C", intl::number(&tag(), degrees, decimals))
}

/// So many seconds as a kitchen clock has them: `1:30`.
#[must_use]
pub fn run_time(seconds: u16) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// How long ago that was, in a few letters. What lies ahead is now.
#[must_use]
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let (text, count) = match now.duration_since(at).as_secs() {
        ..1 => return told(w::AGO_NOW, &[]),
        seconds @ 1..60 => (w::AGO_SECONDS, seconds),
        seconds @ 60..3600 => (w::AGO_MINUTES, seconds / 60),
        seconds @ 3600..172_800 => (w::AGO_HOURS, seconds / 3600),
        seconds => (w::AGO_DAYS, seconds / 86_400),
    };
    told(text, &[("n", &whole(count as f64))])
}

/// A span in whole minutes: `11 minutes`.
#[must_use]
pub fn minutes(span: SignedDuration) -> String {
    let minutes = span.as_mins().max(1);
    let text = if minutes == 1 { w::SPAN_MINUTE } else { w::SPAN_MINUTES };
    told(text, &[("n", &whole(minutes as f64))])
}

/// An hour where the home is.
#[must_use]
pub fn hour(zone: &str, at: Timestamp) -> String {
    intl::hour(&tag(), zone, at)
}

/// A day in words.
#[must_use]
pub fn long_day(zone: &str, at: Timestamp) -> String {
    intl::long_day(&tag(), zone, at)
}

/// A short day.
#[must_use]
pub fn short_day(day: Date, today: Date) -> String {
    intl::short_day(&tag(), day, today.year())
}

/// Days from today to `day`; negative when it has passed.
#[must_use]
pub fn days_to(day: Date, today: Date) -> i64 {
    day.duration_since(today).as_hours() / 24
}

/// When something should be eaten by: `tomorrow`, `3 days`, `24 Nov`.
#[must_use]
pub fn until(day: Date, today: Date) -> String {
    match days_to(day, today) {
        ..-1 => told(w::UNTIL_PAST, &[("day", &short_day(day, today))]),
        -1 => told(w::UNTIL_YESTERDAY, &[]),
        0 => told(w::UNTIL_TODAY, &[]),
        1 => told(w::UNTIL_TOMORROW, &[]),
        days @ 2..8 => told(w::UNTIL_DAYS, &[("n", &whole(days as f64))]),
        _ => short_day(day, today),
    }
}
