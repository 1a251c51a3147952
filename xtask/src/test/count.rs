//! Reading what test runners print: nextest's lines and `cargo test`'s.
//!
//! Pure; it also decides which lines are worth showing, since nextest has to be
//! asked for the output of passing tests (they say there what they skipped).

use super::rings::Ring;
use std::ops::AddAssign;

/// How many tests ended how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Executed and good.
    pub passed: u64,
    /// Executed and not good, or not even built.
    pub failed: u64,
    /// Marked `#[ignore]`.
    pub ignored: u64,
    /// Checks on recorded data that had no data.
    pub recorded: u64,
}

impl Tally {
    /// One check that was executed and is good.
    #[must_use]
    pub fn success() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    /// One failure.
    #[must_use]
    pub fn failure() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.recorded += other.recorded;
    }
}

/// Reads a runner's output line by line.
#[derive(Debug, Default)]
pub struct Reader {
    tallies: Vec<(Ring, Tally)>,
    /// The ring of the line before: output belongs to it.
    current: Option<Ring>,
    is_in_good_output: bool,
    is_in_summary: bool,
}

impl Reader {
    /// Takes one line without its end; answers whether to show it.
    pub fn take(&mut self, line: &str) -> bool {
        if let Some(skipped) = skipped_recorded(line) {
            let ring = self.current.unwrap_or(Ring::Rules);
            self.tally(ring).recorded += skipped;
        }
        if line.starts_with("────") {
            self.is_in_good_output = false;
            return false;
        }
        if let Some((word, rest)) = nextest_status(line) {
            self.is_in_good_output = word == "PASS";
            self.is_in_summary |= word == "Summary";
            if !self.is_in_summary
                && let Some(ring) = ring_of_nextest(rest)
            {
                self.current = Some(ring);
                match word {
                    "PASS" | "LEAK" | "FLAKY" => self.tally(ring).passed += 1,
                    "SLOW" | "TERMINATING" => {}
                    _ => self.tally(ring).failed += 1,
                }
            }
            return true;
        }
        if let Some(ring) = ring_of_cargo(line) {
            self.current = Some(ring);
        } else if let Some(tally) = cargo_result(line) {
            // nextest shows the inner result of each test; only real programs count.
            if !line.starts_with(' ') {
                let ring = self.current.unwrap_or(Ring::Rules);
                *self.tally(ring) += tally;
            }
        }
        !self.is_in_good_output
    }

    /// What was counted so far, by ring.
    #[must_use]
    pub fn finish(self) -> Vec<(Ring, Tally)> {
        self.tallies
    }

    /// The row of one ring.
    pub fn tally(&mut self, ring: Ring) -> &mut Tally {
        let at = match self.tallies.iter().position(|(known, _)| *known == ring) {
            Some(at) => at,
            None => {
                self.tallies.push((ring, Tally::default()));
                self.tallies.len() - 1
            }
        };
        &mut self.tallies[at].1
    }
}

/// nextest's status lines: a word that ends in column 12, then a time in brackets.
fn nextest_status(line: &str) -> Option<(&str, &str)> {
    let (word, rest) = line.split_at_checked(12)?;
    let word = word.trim_start();
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic());
    let (time, rest) = rest.strip_prefix(" [")?.split_once(']')?;
    (is_word && time.trim_end().ends_with('s')).then_some((word, rest.trim_start()))
}

/// `(1/5) hearth-cloud::suites a_name` or without the count.
fn ring_of_nextest(rest: &str) -> Option<Ring> {
    let rest = match rest.strip_prefix('(') {
        Some(counted) => counted.split_once(") ")?.1,
        None => rest,
    };
    let (program, _test) = rest.trim_start().split_once(' ')?;
    let (package, inner) = match program.split_once("::") {
        Some((package, inner)) => (package, Some(inner)),
        None => (program, None),
    };
    Some(Ring::of(package, inner.filter(|name| !name.contains('/'))))
}

/// `Running tests/journeys.rs (target/debug/deps/journeys-0f…)`; the package is
/// not named there, but our library and program names and the files tell it.
fn ring_of_cargo(line: &str) -> Option<Ring> {
    let rest = line.trim_start().strip_prefix("Running ")?;
    let (source, program) = rest.split_once(" (")?;
    let program = program.trim_end_matches(')').rsplit('/').next()?;
    let (program, _hash) = program.rsplit_once('-')?;
    if source.starts_with("unittests") {
        return Some(Ring::of(&program.replace('_', "-"), None));
    }
    Some(Ring::of("hearth-tests", Some(program)))
}

/// `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
fn cargo_result(line: &str) -> Option<Tally> {
    let (_, counts) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
    let count = |what: &str| {
        counts
            .split("; ")
            .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
            .unwrap_or(0)
    };
    Some(Tally {
        passed: count("passed"),
        failed: count("failed"),
        ignored: count("ignored"),
        recorded: 0,
    })
}

/// `recorded: skipped 3`, which a test prints that found no recorded data.
fn skipped_recorded(line: &str) -> Option<u64> {
    line.trim()
        .strip_prefix("recorded: skipped ")?
        .split(' ')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, expected: &[(Ring, Tally)]) -> Vec<String> {
        let mut reader = Reader::default();
        let shown = output
            .lines()
            .filter(|line| reader.take(line))
            .map(str::to_owned)
            .collect();
        assert_eq!(reader.finish(), expected);
        shown
    }

    fn tally(passed: u64, failed: u64, ignored: u64, recorded: u64) -> Tally {
        Tally {
            passed,
            failed,
            ignored,
            recorded,
        }
    }

    #[test]
    fn nextest_is_counted_once_and_good_output_is_hidden() {
        let shown = check(
            "   Compiling nx v0.1.0 (/nx)
────────────
    Starting 3 tests across 2 binaries (1 test skipped)
        PASS [   0.004s] (1/3) hearth-contract a_passes
  stdout ───

    running 1 test
    recorded: skipped 3
    test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out

        FAIL [   0.099s] (2/3) hearth-tests::journeys b_fails
  stdout ───

    what went wrong
        PASS [   0.004s] (3/3) hearth-tests::bin/bench c_passes
────────────
     Summary [   0.100s] 3 tests run: 2 passed, 1 failed, 1 skipped
        FAIL [   0.099s] (2/3) hearth-tests::journeys b_fails
error: test run failed",
            &[
                (Ring::Language, tally(1, 0, 0, 3)),
                (Ring::Journeys, tally(0, 1, 0, 0)),
                (Ring::Surface, tally(1, 0, 0, 0)),
            ],
        );
        assert!(shown.contains(&"    what went wrong".to_owned()));
        assert!(!shown.iter().any(|line| line.contains("running 1 test")));
    }

    #[test]
    fn cargo_test_is_counted_by_program() {
        check(
            "     Running unittests src/lib.rs (target/debug/deps/hearth_core-72ee6507dc2c5010)
test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.09s
     Running tests/journeys.rs (target/debug/deps/journeys-72ee6507dc2c5010)
test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
            &[(Ring::Rules, tally(5, 0, 1, 0)), (Ring::Journeys, tally(2, 1, 0, 0))],
        );
    }
}
