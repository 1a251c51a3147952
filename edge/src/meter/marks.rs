//! Which instants a meter tells readings of.

use hearth_contract::meter::SLOT;
use jiff::Timestamp;

/// The most readings in one message.
pub const MOST: usize = 500;
/// Seconds between readings of now.
const FINE_S: i64 = 60;
/// What is longer ago than this is told slot by slot.
const COARSE_BEFORE_S: i64 = 2 * 3600;

/// The instants after `from`, up to `now`, oldest first: whole minutes, and
/// whole slots for what is long ago. At most [`MOST`].
#[must_use]
pub fn due(from: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    let now = now.as_second();
    let slot_s = i64::try_from(SLOT.0).unwrap_or(300);
    let next = move |at: i64| {
        let step = if now - at > COARSE_BEFORE_S { slot_s } else { FINE_S };
        (at.div_euclid(step) + 1) * step
    };
    std::iter::successors(Some(next(from.as_second())), |at| Some(next(*at)))
        .take_while(|at| *at <= now)
        .take(MOST)
        .filter_map(|at| Timestamp::from_second(at).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-{text}Z").parse().unwrap()
    }

    #[test]
    fn eight_days_are_told_in_chunks_coarse_then_fine() {
        let (mut from, now) = (at("13T18:00:30"), at("21T18:00:30"));
        let mut all = Vec::new();
        loop {
            let chunk = due(from, now);
            let Some(last) = chunk.last() else { break };
            assert!(chunk.len() <= MOST);
            from = *last;
            all.extend(chunk);
        }
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(all[0], at("13T18:05:00"));
        assert_eq!(*all.last().unwrap(), at("21T18:00:00"));
        let fine = all
            .windows(2)
            .filter(|pair| pair[1].as_second() - pair[0].as_second() == 60)
            .count();
        assert!((115..=125).contains(&fine), "{fine}");
        assert!((2_200..2_450).contains(&all.len()), "{}", all.len());
    }

    #[test]
    fn nothing_is_due_within_the_minute_or_when_the_clock_went_back() {
        assert_eq!(due(at("21T18:00:00"), at("21T18:00:59")), []);
        assert_eq!(due(at("21T18:00:00"), at("21T18:01:00")), [at("21T18:01:00")]);
        assert_eq!(due(at("21T18:00:00"), at("21T17:00:00")), []);
    }
}
