//! The rings of tests: which test belongs to which, and the table at the end.

use super::count::Tally;
use std::fmt;

/// From the laws outwards; each ring trusts the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    /// The sources themselves: tidy, formatting, lints, and xtask's own tests.
    Tidy,
    /// `contract`.
    Language,
    /// `core`, `cloud`, `edge`.
    Rules,
    /// `embedded`, and the ports' contracts elsewhere (`tests/contract*`).
    Adapters,
    /// `hub`, and the whole home from outside but without a browser.
    Surface,
    /// Other people's programs against a running home.
    Clients,
    /// The whole system in a browser.
    Journeys,
    /// The whole system in the native window.
    Window,
}

impl Ring {
    /// All of them, innermost first.
    pub const ALL: [Self; 8] = [
        Self::Tidy,
        Self::Language,
        Self::Rules,
        Self::Adapters,
        Self::Surface,
        Self::Clients,
        Self::Journeys,
        Self::Window,
    ];

    /// Its name, as typed and as shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tidy => "tidy",
            Self::Language => "language",
            Self::Rules => "rules",
            Self::Adapters => "adapters",
            Self::Surface => "surface",
            Self::Clients => "clients",
            Self::Journeys => "journeys",
            Self::Window => "window",
        }
    }

    /// Whether its tests need no browser and may run side by side.
    #[must_use]
    pub const fn is_quick(self) -> bool {
        !self.is_driven()
    }

    /// Whether some of its tests need a built ui and hub.
    #[must_use]
    pub const fn needs_home(self) -> bool {
        matches!(self, Self::Adapters | Self::Surface | Self::Clients) || self.is_driven()
    }

    const fn is_driven(self) -> bool {
        matches!(self, Self::Journeys | Self::Window)
    }

    /// The ring of a test program: its package, and its own name where that is
    /// an integration test (`None` for the tests beside the code).
    #[must_use]
    pub fn of(package: &str, program: Option<&str>) -> Self {
        match (package, program) {
            ("xtask", _) => Self::Tidy,
            ("hearth-contract", _) => Self::Language,
            (_, Some(name)) if name.starts_with("contract") => Self::Adapters,
            ("hearth" | "hearth-shell", _) => Self::Window,
            ("hearth-hub", _) => Self::Surface,
            ("hearth-embedded", _) => Self::Adapters,
            ("hearth-tests", Some("clients")) => Self::Clients,
            ("hearth-tests", Some("journeys")) => Self::Journeys,
            ("hearth-tests", Some("window")) => Self::Window,
            ("hearth-tests", _) => Self::Surface,
            _ => Self::Rules,
        }
    }
}

/// What each ring executed.
#[derive(Debug)]
pub struct Table {
    rows: Vec<(Ring, Tally)>,
}

impl Table {
    /// A table with a row for each of these rings, in order.
    #[must_use]
    pub fn new(rings: &[Ring]) -> Self {
        let mut rows: Vec<_> = rings.iter().map(|ring| (*ring, Tally::default())).collect();
        rows.dedup_by_key(|(ring, _)| *ring);
        Self { rows }
    }

    /// Adds to a ring; one that was not asked for is not shown.
    pub fn add(&mut self, ring: Ring, tally: Tally) {
        if let Some((_, sum)) = self.rows.iter_mut().find(|(known, _)| *known == ring) {
            *sum += tally;
        }
    }

    /// Whether nothing failed and every ring executed something.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let sum = self.sum();
        sum.failed == 0 && self.rows.iter().all(|(_, tally)| tally.passed > 0)
    }

    /// The one line that says it all; a ring that executed nothing is one failure.
    #[must_use]
    pub fn closing(&self) -> String {
        let Tally {
            passed,
            failed,
            ignored,
            recorded,
        } = self.sum();
        let is_empty = |(_, tally): &&(Ring, Tally)| tally.passed + tally.failed == 0;
        let failed = failed + self.rows.iter().filter(is_empty).count() as u64;
        format!("{passed} passed, {failed} failed, {} skipped", ignored + recorded)
    }

    fn sum(&self) -> Tally {
        let mut sum = Tally::default();
        for (_, tally) in &self.rows {
            sum += *tally;
        }
        sum
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "ring       passed  failed  ignored")?;
        for (ring, tally) in &self.rows {
            let remark = match tally.passed + tally.failed {
                0 => "  nothing was executed: that is a failure",
                _ => "",
            };
            writeln!(
                f,
                "{:<9} {:>7} {:>7} {:>8}{remark}",
                ring.name(),
                tally.passed,
                tally.failed,
                tally.ignored
            )?;
        }
        match self.sum().recorded {
            0 => Ok(()),
            skipped => writeln!(f, "recorded: skipped {skipped} (set HEARTH_DATA to run them)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Tally = Tally {
        passed: 1,
        failed: 0,
        ignored: 0,
        recorded: 0,
    };

    #[test]
    fn a_ring_that_executed_nothing_is_a_failure() {
        let mut table = Table::new(&[Ring::Language, Ring::Rules]);
        table.add(Ring::Language, ONE);
        assert!(!table.is_good());
        assert_eq!(table.closing(), "1 passed, 1 failed, 0 skipped");
        table.add(Ring::Rules, ONE);
        assert!(table.is_good());
        assert_eq!(table.closing(), "2 passed, 0 failed, 0 skipped");
    }

    #[test]
    fn every_package_has_its_ring() {
        assert_eq!(Ring::of("hearth-core", None), Ring::Rules);
        assert_eq!(Ring::of("hearth-cloud", Some("strangers")), Ring::Rules);
        assert_eq!(Ring::of("hearth-tests", Some("journeys")), Ring::Journeys);
        assert_eq!(Ring::of("hearth-tests", Some("kill")), Ring::Surface);
        assert_eq!(Ring::of("hearth-tests", Some("clients")), Ring::Clients);
        assert_eq!(Ring::of("hearth-tests", Some("contract_store")), Ring::Adapters);
        assert_eq!(Ring::of("hearth-cloud", Some("contract")), Ring::Adapters);
    }
}
