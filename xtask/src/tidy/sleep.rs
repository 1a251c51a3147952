//! Tests wait for a condition, never for a duration.
//!
//! Looks at whole files below a `tests` folder, and elsewhere at what follows
//! `#[cfg(test)]`, which by our habit is the end of a file.

use super::source::{Fault, File, Tree};

/// Faults for every `sleep(` in a test.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.rust() {
        let from = first_test_line(file);
        for (number, line) in file.code("sleep") {
            if number >= from && line.contains("sleep(") {
                faults.push(file.fault(number, "sleeps in a test: wait for the condition"));
            }
        }
    }
    faults
}

fn first_test_line(file: &File) -> usize {
    if file.path.starts_with("tests/") || file.path.contains("/tests/") {
        return 0;
    }
    file.text
        .lines()
        .position(|line| line.trim() == "#[cfg(test)]")
        .map_or(usize::MAX, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::super::source::made_up;
    use super::*;

    #[test]
    fn sleeping_is_seen_in_tests_only() {
        let faults = |path: &str, text: &str| check(&made_up(&[(path, text)])).len();
        assert_eq!(faults("tests/tests/journeys.rs", "time::sleep(x).await;"), 1);
        assert_eq!(faults("core/src/link.rs", "time::sleep(x).await;"), 0);
        assert_eq!(
            faults("core/src/link.rs", "#[cfg(test)]\nmod t { fn a() { sleep(x) } }"),
            1
        );
        assert_eq!(
            faults(
                "tests/src/wait.rs",
                "// tidy: sleep, because a browser can't wake us\nsleep(x)"
            ),
            0
        );
    }
}
