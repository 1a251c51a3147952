//! Formatting and lints, each one check.
//!
//! Left out with a line where rustfmt or clippy is not installed: they belong to
//! the toolchain, which xtask never changes. The ui is linted for the browser, in
//! its own target folder.

use super::count::Tally;
use crate::place::Place;
use crate::setup::WasmRust;
use crate::step::{ask, step};
use crate::ui;
use std::process::Command;

/// Runs what is there, for all but the native shell.
pub fn count(place: &Place) -> Tally {
    let mut tally = Tally::default();
    let mut check = |tool: &str, what: &str, command: &mut Command| {
        tally += self::check(place, tool, what, command);
    };
    check(
        "fmt",
        "formatting (cargo fmt mends it)",
        place.cargo("fmt").args(["--all", "--check"]),
    );
    check(
        "clippy",
        "lints",
        place.cargo("clippy").args([
            "--quiet",
            "--workspace",
            "--exclude",
            "hearth-shell",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    );
    if let Ok(WasmRust::Ours) = WasmRust::find() {
        for (what, features) in [
            ("lints of the ui", ""),
            ("lints of the ui with its gallery", ui::GALLERY),
        ] {
            let (mut cargo, _) = WasmRust::Ours.cargo(place, "clippy");
            cargo.args([
                "--quiet",
                "-p",
                "hearth-ui",
                "--lib",
                "--features",
                features,
                "--",
                "-D",
                "warnings",
            ]);
            check("clippy", what, &mut cargo);
        }
    }
    tally
}

/// Lints the native shell; apart, because it needs a window system.
pub fn shell(place: &Place) -> Tally {
    let mut cargo = place.cargo("clippy");
    cargo.args(["--quiet", "-p", "hearth-shell", "--all-targets", "--", "-D", "warnings"]);
    check(place, "clippy", "lints of the window", &mut cargo)
}

fn check(place: &Place, tool: &str, what: &str, command: &mut Command) -> Tally {
    if !is_there(place, tool) {
        eprintln!("    left out: {what} (this toolchain has no {tool})");
        return Tally::default();
    }
    match step(what, command) {
        Ok(()) => Tally::success(),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            Tally::failure()
        }
    }
}

fn is_there(place: &Place, tool: &str) -> bool {
    ask(place.cargo(tool).arg("--version")).is_ok()
}
