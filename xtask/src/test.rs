//! `cargo xtask test`: every ring, in the order in which one wants to hear of a fault.
//!
//! Builds once for all rings, counts what each executed, and closes with a table
//! and one line `N passed, N failed, N skipped`. A ring in which nothing was
//! executed is a failure.

mod count;
mod lint;
mod rings;
mod runner;

use crate::place::{Build, Place};
use crate::setup::{self, Tools};
use crate::step::{seconds, step};
use crate::tidy;
use crate::ui::{self, Mode};
use anyhow::{Context, Result, bail};
use count::Tally;
use rings::{Ring, Table};
use runner::Runner;
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Runs the rings named in `words`, all when there are none.
///
/// # Errors
/// When the machine lacks something that can't be installed from here, or a ring
/// has no such name. A failing test is no error but the exit code.
pub fn test(place: &Place, words: &[String]) -> Result<ExitCode> {
    let begun = Instant::now();
    let wanted = wanted(words)?;
    let is_wanted = |ring: Ring| wanted.contains(&ring);
    setup::for_tests(place)?;

    let mut table = Table::new(&wanted);
    if is_wanted(Ring::Tidy) {
        let (passed, failed) = tidy::count(place)?;
        table.add(
            Ring::Tidy,
            Tally {
                passed,
                failed,
                ..Tally::default()
            },
        );
        table.add(Ring::Tidy, lint::count(place));
    }
    let runner = Runner::new(place, variables(place)?)?;
    if let Some(first) = wanted.iter().find(|ring| ring.is_quick()) {
        attempt(&mut table, *first, runner.beside_the_code(&wanted));
    }
    if wanted.iter().any(|ring| ring.needs_home()) {
        match ui::build_as(place, Mode::Dev, "building the app").and_then(|()| runner.build_hub()) {
            Ok(()) => drive(place, &runner, &wanted, &mut table),
            Err(error) => attempt(&mut table, Ring::Surface, Err(error)),
        }
    }
    println!("\n{table}");
    println!("took {}", seconds(begun.elapsed()));
    println!("{}", table.closing());
    Ok(if table.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The rings that look at the home from outside.
fn drive(place: &Place, runner: &Runner, wanted: &[Ring], table: &mut Table) {
    if wanted.iter().any(|ring| ring.is_quick()) {
        attempt(table, Ring::Surface, runner.whole_home(wanted));
    }
    if wanted.contains(&Ring::Journeys) {
        attempt(table, Ring::Journeys, runner.journey("journeys"));
    }
    if wanted.contains(&Ring::Window) {
        table.add(Ring::Tidy, lint::shell(place));
        let built = step("building the window", place.cargo("build").args(["-p", "hearth-shell"]));
        attempt(table, Ring::Window, runner.shell());
        let tallies = built.and_then(|()| runner.journey("window"));
        attempt(table, Ring::Window, tallies);
    }
}

/// Adds what was counted; what could not even be built counts as one failure of
/// `ring`, so that the rings after it are still heard.
fn attempt(table: &mut Table, ring: Ring, tallies: Result<Vec<(Ring, Tally)>>) {
    match tallies {
        Ok(tallies) => {
            for (ring, tally) in tallies {
                table.add(ring, tally);
            }
        }
        Err(error) => {
            eprintln!("xtask: {error:#}");
            table.add(ring, Tally::failure());
        }
    }
}

fn wanted(words: &[String]) -> Result<Vec<Ring>> {
    if words.is_empty() {
        return Ok(Ring::ALL.to_vec());
    }
    let mut wanted = Vec::new();
    for word in words {
        match Ring::ALL.iter().find(|ring| ring.name() == word) {
            Some(ring) => wanted.push(*ring),
            None => bail!("there is no ring `{word}`; `cargo xtask help` lists them"),
        }
    }
    Ok(wanted)
}

/// What tests are told about the things built for them.
fn variables(place: &Place) -> Result<Vec<(&'static str, PathBuf)>> {
    let mut variables = Tools::at(place).variables();
    variables.push(("HEARTH_UI", place.ui()));
    variables.push(("HEARTH_HUB", place.binary("hearth-hub", Build::Dev)));
    variables.push(("HEARTH_EDGE", place.binary("hearth-edge", Build::Dev)));
    variables.push(("HEARTH_SHELL", place.binary("hearth", Build::Dev)));
    if let Some(data) = env::var_os("HEARTH_DATA").filter(|data| !data.is_empty()) {
        // Tests run in their own package's folder, so a relative path would miss.
        let data = PathBuf::from(data);
        let data = data
            .canonicalize()
            .with_context(|| format!("HEARTH_DATA names {}, which can't be read", data.display()))?;
        variables.push(("HEARTH_DATA", data));
    }
    Ok(variables)
}
