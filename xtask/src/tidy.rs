//! `cargo xtask tidy`: the rules of the house that can be read off the sources.
//!
//! Each check is a pure function from the sources to faults. A line that has a
//! good reason says so beside itself: `tidy: NAME, because …` in a comment on it
//! or on the line above lets the check NAME pass it by.

mod arrows;
mod classes;
mod features;
mod foreign;
mod names;
mod raw;
mod shape;
mod sleep;
mod source;

use crate::place::Place;
use anyhow::Result;
use source::{Fault, Tree};
use std::process::ExitCode;

/// A rule with its name, as it is shown and excepted.
type Check = (&'static str, fn(&Tree) -> Vec<Fault>);

const CHECKS: &[Check] = &[
    ("arrows between rooms", arrows::check),
    ("arrows between features", features::check),
    ("foreign crates in their places", foreign::check),
    ("every file says what it is for", shape::opening),
    ("file lengths", shape::length),
    ("names", names::check),
    ("raw values in styles", raw::check),
    ("classes have a rule and a user", classes::check),
    ("no sleep in tests", sleep::check),
];

/// Runs all checks and says what they found.
///
/// # Errors
/// When the sources or cargo's metadata can't be read.
pub fn tidy(place: &Place) -> Result<ExitCode> {
    let (_, failed) = count(place)?;
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// [`tidy`], answering how many checks passed and how many failed.
///
/// # Errors
/// As [`tidy`].
pub fn count(place: &Place) -> Result<(u64, u64)> {
    let tree = Tree::read(place)?;
    let (mut passed, mut failed) = (0, 0);
    for (name, check) in CHECKS {
        let faults = check(&tree);
        if faults.is_empty() {
            passed += 1;
            println!("tidy ok      {name}");
        } else {
            failed += 1;
            println!("tidy FAILED  {name}");
            for Fault { place, what } in faults {
                println!("    {place}: {what}");
            }
        }
    }
    Ok((passed, failed))
}
