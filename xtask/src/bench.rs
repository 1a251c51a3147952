//! `cargo xtask bench NAME`: a release build, measured.
//!
//! Measures nothing itself: it builds what is measured and hands over to the
//! bench program of `hearth-tests`, whose exit code says whether a goal was missed.

use crate::place::{Build, Place};
use crate::setup;
use crate::step::step;
use crate::ui::{self, Mode};
use anyhow::{Context, Result, bail};
use std::process::{Command, ExitCode};

const NAMES: &[&str] = &["start", "door", "ui", "signin", "broker", "devices"];
/// Of them those that nobody looks at a page for.
const WITHOUT_PAGES: &[&str] = &["broker", "devices"];

/// Builds and measures.
///
/// # Errors
/// When the name is unknown or a build fails; a missed goal is no error but the
/// exit code.
pub fn bench(place: &Place, words: &[String]) -> Result<ExitCode> {
    let [name] = words else {
        bail!("bench needs one name of: {}", NAMES.join(", "));
    };
    if !NAMES.contains(&name.as_str()) {
        bail!("there is no bench `{name}`, only: {}", NAMES.join(", "));
    }
    setup::for_bench(place)?;
    if !WITHOUT_PAGES.contains(&name.as_str()) {
        ui::build(place, Mode::Release)?;
    }
    step(
        "building the home server and the measuring program",
        place.cargo("build").args([
            "--release",
            "-p",
            "hearth-hub",
            "-p",
            "hearth-tests",
            "--bin",
            "hearth-hub",
            "--bin",
            "bench",
            "--features",
            "hearth-hub/brinks",
        ]),
    )?;
    let mut bench = Command::new(place.binary("bench", Build::Release));
    bench
        .arg(name)
        .current_dir(&place.root)
        .env("HEARTH_HUB", place.binary("hearth-hub", Build::Release))
        .env("HEARTH_UI", place.ui())
        .envs(setup::Tools::at(place).variables());
    let status = bench.status().context("the bench can't be started")?;
    Ok(ExitCode::from(
        status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1)),
    ))
}
