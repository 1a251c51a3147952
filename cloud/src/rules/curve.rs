//! A day's curve out of the readings of a register. Pure.

use hearth_contract::meter::{Reading, SLOT};
use jiff::Timestamp;

/// Between readings further apart nothing is known: what was used in between
/// can't be put into slots.
pub(super) const LONGEST_GAP_S: f64 = 3.0 * 300.0;

/// `[slot]`, oldest first: Wh used in each slot from `starts_at` on; `None`
/// where the readings do not cover the slot. Between two readings the power is
/// taken as constant; where the register went backwards the meter was reset,
/// and nothing is known.
pub(super) fn used_wh(readings: &[Reading], starts_at: Timestamp, slots: usize) -> Vec<Option<f64>> {
    let slot_s = SLOT.0 as f64;
    let mut used = vec![0.0; slots];
    let mut covered_s = vec![0.0; slots];
    let since_start = |at: Timestamp| (at.as_microsecond() - starts_at.as_microsecond()) as f64 / 1e6;
    for pair in readings.windows(2) {
        let (from, to) = (since_start(pair[0].at), since_start(pair[1].at));
        let energy = pair[1].energy_wh.0 - pair[0].energy_wh.0;
        let span = to - from;
        let known = span > 0.0 && span <= LONGEST_GAP_S && energy >= 0.0;
        if !known || to <= 0.0 {
            continue;
        }
        let first = (from.max(0.0) / slot_s) as usize;
        let last = (to / slot_s) as usize;
        for slot in first..=last.min(slots.saturating_sub(1)) {
            let (begin, end) = (slot as f64 * slot_s, (slot + 1) as f64 * slot_s);
            let overlap = (to.min(end) - from.max(begin)).max(0.0);
            used[slot] += energy * overlap / span;
            covered_s[slot] += overlap;
        }
    }
    used.into_iter()
        .zip(covered_s)
        .map(|(used, covered)| (covered > slot_s - 1.0).then_some(used))
        .collect()
}

#[cfg(test)]
mod tests {
    use hearth_contract::units::{WattHours, Watts};

    use super::*;

    fn reading(second: i64, energy_wh: f64) -> Reading {
        let at = Timestamp::from_second(second).unwrap();
        Reading {
            at,
            power_w: Watts(0.0),
            energy_wh: WattHours(energy_wh),
            simulated: true,
        }
    }

    fn check(readings: &[(i64, f64)], wanted: &[Option<f64>]) {
        let readings: Vec<Reading> = readings.iter().map(|(at, wh)| reading(*at, *wh)).collect();
        let curve = used_wh(&readings, Timestamp::UNIX_EPOCH, wanted.len());
        let round = |value: &Option<f64>| value.map(|value: f64| (value * 1e6).round() as i64);
        assert_eq!(
            curve.iter().map(round).collect::<Vec<_>>(),
            wanted.iter().map(round).collect::<Vec<_>>()
        );
    }

    #[test]
    fn energy_goes_to_the_slots_it_was_used_in() {
        check(
            &[(0, 100.0), (300, 110.0), (600, 140.0)],
            &[Some(10.0), Some(30.0), None],
        );
        check(
            &[(-150, 0.0), (150, 10.0), (450, 30.0), (700, 40.0)],
            &[Some(15.0), Some(16.0)],
        );
    }

    #[test]
    fn a_reset_and_a_long_gap_are_unknown_and_never_negative() {
        check(
            &[(0, 100.0), (300, 110.0), (600, 3.0), (900, 8.0)],
            &[Some(10.0), None, Some(5.0)],
        );
        check(
            &[(0, 0.0), (300, 1.0), (1800, 9.0), (2100, 10.0)],
            &[Some(1.0), None, None, None, None, None, Some(1.0)],
        );
    }
}
