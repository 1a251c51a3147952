//! Numbers, days and hours as the reader's language writes them.
//!
//! The browser's own `Intl` does it; no tables travel with the page.

use jiff::{Timestamp, civil::Date};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// A number that can be asked how it is written.
    type Numeral;
    #[wasm_bindgen(method, js_name = toLocaleString)]
    fn written(this: &Numeral, tag: &str, options: &JsValue) -> String;
}

/// Options of `Intl` as it takes them.
fn options(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

fn date(at: Timestamp) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(at.as_millisecond() as f64))
}

/// A number with this many digits behind the point.
#[must_use]
pub fn number(tag: &str, value: f64, digits: u32) -> String {
    let options = options(&[
        ("minimumFractionDigits", digits.into()),
        ("maximumFractionDigits", digits.into()),
    ]);
    JsValue::from_f64(value)
        .unchecked_into::<Numeral>()
        .written(tag, &options)
}

/// Which of two words comes first in a list.
#[must_use]
pub fn order(tag: &str, left: &str, right: &str) -> std::cmp::Ordering {
    let locales = js_sys::Array::of1(&tag.into());
    js_sys::JsString::from(left)
        .locale_compare(right, &locales, &Object::new())
        .cmp(&0)
}

/// An hour such as `18:04`, where the home is.
#[must_use]
pub fn hour(tag: &str, zone: &str, at: Timestamp) -> String {
    let options = options(&[
        ("hour", "2-digit".into()),
        ("minute", "2-digit".into()),
        ("hourCycle", "h23".into()),
        ("timeZone", zone.into()),
    ]);
    date(at).to_locale_time_string_with_options(tag, &options).into()
}

/// A day in words, such as `Saturday, 21 November`, where the home is.
#[must_use]
pub fn long_day(tag: &str, zone: &str, at: Timestamp) -> String {
    let options = options(&[
        ("weekday", "long".into()),
        ("day", "numeric".into()),
        ("month", "long".into()),
        ("timeZone", zone.into()),
    ]);
    date(at).to_locale_date_string(tag, &options).into()
}

/// A short day such as `24 Nov`, with the year when it is not this one.
#[must_use]
pub fn short_day(tag: &str, day: Date, this_year: i16) -> String {
    let mut wanted = vec![
        ("day", "numeric".into()),
        ("month", "short".into()),
        ("timeZone", "UTC".into()),
    ];
    if day.year() != this_year {
        wanted.push(("year", "numeric".into()));
    }
    let noon = js_sys::Date::utc(f64::from(day.year()), f64::from(day.month()) - 1.0);
    let at = noon + (f64::from(day.day()) - 0.5) * 86_400_000.0;
    js_sys::Date::new(&JsValue::from_f64(at))
        .to_locale_date_string(tag, &options(&wanted))
        .into()
}

/// The day it is at this instant where the home is.
#[must_use]
pub fn day_of(zone: &str, at: Timestamp) -> Date {
    let options = options(&[("timeZone", zone.into())]);
    let text: String = date(at).to_locale_date_string("en-CA", &options).into();
    text.parse().unwrap_or_default()
}

/// The hour of the day, 0 to 23, where the home is.
#[must_use]
pub fn hour_of(zone: &str, at: Timestamp) -> u32 {
    hour("en-GB", zone, at)
        .get(..2)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

/// The time zone this browser stands in, such as `Europe/Berlin`.
#[must_use]
pub fn zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::default();
    Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}
