//! The geometry of a day's curve: energy per slot in, lines in a square of
//! [`WIDE`] × [`HIGH`] out. Pure; it knows no colours and draws nothing.

use std::fmt::Write as _;

use hearth_contract::{
    meter::{Day, SLOT},
    units::{WattHours, Watts},
};

/// Width of the drawing, in its own units.
pub const WIDE: f64 = 1000.0;
/// Height of the drawing, in its own units.
pub const HIGH: f64 = 300.0;

/// The mean power in a slot.
#[must_use]
pub fn power(used: WattHours) -> Watts {
    Watts(used.0 * 3600.0 / SLOT.0 as f64)
}

/// The power at the top of the drawing, W: a round number above all that is drawn.
#[must_use]
pub fn top(days: &[&Day]) -> f64 {
    let most = days
        .iter()
        .flat_map(|day| &day.used_wh)
        .flatten()
        .map(|used| power(*used).0)
        .fold(100.0, f64::max);
    let step = 10f64.powf(most.log10().floor());
    [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0]
        .iter()
        .map(|factor| factor * step)
        .find(|top| *top >= most)
        .unwrap_or(most)
}

/// Where a slot lies, as a share of the width.
#[must_use]
pub fn share(slot: usize, slots: usize) -> f64 {
    if slots < 2 {
        0.0
    } else {
        slot as f64 / (slots - 1) as f64
    }
}

/// The line of a day, as the path data of an SVG; broken where nothing is known.
#[must_use]
pub fn line(day: &Day, top: f64) -> String {
    let mut path = String::new();
    let mut is_drawing = false;
    for (slot, used) in day.used_wh.iter().enumerate() {
        let Some(used) = used else {
            is_drawing = false;
            continue;
        };
        let (x, y) = point(slot, day.used_wh.len(), power(*used).0, top);
        let _ = write!(path, "{}{x:.1} {y:.1}", if is_drawing { "L" } else { "M" });
        is_drawing = true;
    }
    path
}

/// The area below the line, one closed piece for each unbroken stretch.
#[must_use]
pub fn area(day: &Day, top: f64) -> String {
    let mut path = String::new();
    let slots = day.used_wh.len();
    let mut last_x = None;
    for (slot, used) in day.used_wh.iter().enumerate() {
        match (used, last_x) {
            (Some(used), before) => {
                let (x, y) = point(slot, slots, power(*used).0, top);
                let _ = match before {
                    None => write!(path, "M{x:.1} {HIGH}L{x:.1} {y:.1}"),
                    Some(_) => write!(path, "L{x:.1} {y:.1}"),
                };
                last_x = Some(x);
            }
            (None, Some(x)) => {
                let _ = write!(path, "L{x:.1} {HIGH}Z");
                last_x = None;
            }
            (None, None) => {}
        }
    }
    if let Some(x) = last_x {
        let _ = write!(path, "L{x:.1} {HIGH}Z");
    }
    path
}

/// The last slot of which something is known.
#[must_use]
pub fn last(day: &Day) -> Option<(usize, Watts)> {
    let slot = day.used_wh.iter().rposition(Option::is_some)?;
    Some((slot, power(day.used_wh[slot]?)))
}

/// `[hour]`, oldest first: what was used in each hour of the day; `None` where nothing is known.
#[must_use]
pub fn hours(day: &Day) -> Vec<Option<WattHours>> {
    let slots = (3600 / SLOT.0) as usize;
    day.used_wh
        .chunks(slots)
        .map(|hour| {
            hour.iter()
                .flatten()
                .copied()
                .reduce(|sum, used| WattHours(sum.0 + used.0))
        })
        .collect()
}

fn point(slot: usize, slots: usize, power: f64, top: f64) -> (f64, f64) {
    (WIDE * share(slot, slots), HIGH * (1.0 - (power / top).clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use hearth_contract::{Command, meter::AskDay};

    use super::*;

    fn day(used: &[Option<f64>]) -> Day {
        Day {
            used_wh: used.iter().map(|used| used.map(WattHours)).collect(),
            ..AskDay::sample_reply().value
        }
    }

    #[test]
    fn a_line_breaks_where_nothing_is_known() {
        let day = day(&[Some(0.0), Some(10.0), None, Some(10.0)]);
        assert_eq!(line(&day, 120.0), "M0.0 300.0L333.3 0.0M1000.0 0.0");
        assert_eq!(area(&day, 120.0).matches('Z').count(), 2);
    }

    #[test]
    fn the_top_is_round_and_above_everything() {
        assert!((top(&[&day(&[Some(20.0), None])]) - 300.0).abs() < 1e-6);
        assert!((top(&[&day(&[None])]) - 100.0).abs() < 1e-6);
    }

    #[test]
    fn an_hour_is_the_sum_of_its_slots_and_unknown_only_when_all_are() {
        let mut used = vec![Some(1.0); 12];
        used.extend([None; 12]);
        used.push(Some(5.0));
        assert_eq!(hours(&day(&used)), [Some(WattHours(12.0)), None, Some(WattHours(5.0))]);
    }
}
