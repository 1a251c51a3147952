//! What ends by itself: quick cool after two hours, restocking after twenty minutes.

use std::collections::BTreeMap;

use hearth_contract::control::{Property, Setting};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Since when each mode is on that ends by itself. Kept on the device's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Modes(BTreeMap<Property, Timestamp>);

impl Modes {
    /// Since when they are on if the device is set to this now, and what has to be set.
    #[must_use]
    pub fn step(&self, settings: &[Setting], now: Timestamp) -> (Self, Vec<Setting>) {
        let (mut on, mut over) = (BTreeMap::new(), Vec::new());
        for setting in settings {
            let Some(span) = setting.ends_after() else { continue };
            let since = self.0.get(&setting.property()).copied().unwrap_or(now);
            if span.after(since) <= now {
                over.extend(setting.turned(false));
            } else {
                on.insert(setting.property(), since);
            }
        }
        (Self(on), over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_ends_when_its_time_is_over_and_begins_anew_when_it_was_off() {
        let at = |minutes: i64| Timestamp::from_second(1_800_000_000 + 60 * minutes).unwrap();
        let on = [Setting::Light(true), Setting::Restocking(true)];
        let (modes, over) = Modes::default().step(&on, at(0));
        assert_eq!(over, []);
        assert_eq!(modes.step(&on, at(19)), (modes.clone(), vec![]));
        let (after, over) = modes.step(&on, at(20));
        assert_eq!((after, over), (Modes::default(), vec![Setting::Restocking(false)]));

        let (modes, _) = modes.step(&[Setting::Restocking(false)], at(5));
        let (modes, _) = modes.step(&on, at(6));
        assert_eq!(modes.step(&on, at(25)).1, []);
        assert_eq!(modes.step(&on, at(26)).1, [Setting::Restocking(false)]);
    }
}
