//! `cargo xtask ui`: the page as files, in `target/ui`, ready to be served.
//!
//! Compiles the ui for the browser, binds it to JavaScript, gathers styles and
//! assets, and for a release precompresses. Each part is skipped when nothing it
//! is made of has changed. What needs heavy libraries is done by xtask's own
//! features in a second process.

pub mod files;
mod style;

use crate::place::Place;
use crate::setup::WasmRust;
use crate::step::{step, timed};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

/// What only test builds of the ui have.
pub const GALLERY: &str = "gallery";

/// How the ui is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Quickly, for working on it and for the journeys.
    Dev,
    /// As small as it gets, and precompressed.
    Release,
}

impl Mode {
    /// Reads the words after `ui`; a release when there are none.
    ///
    /// # Errors
    /// When a word is unknown.
    pub fn read(words: &[String]) -> Result<Self> {
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] | ["--release"] => Ok(Self::Release),
            ["--dev"] => Ok(Self::Dev),
            other => bail!("ui knows --release and --dev, not {}", other.join(" ")),
        }
    }

    /// Cargo's profile, which is also the folder its artefacts land in.
    fn profile(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm",
        }
    }
}

/// Builds the ui into [`Place::ui`].
///
/// # Errors
/// When compiling, binding or copying fails.
pub fn build(place: &Place, mode: Mode) -> Result<()> {
    build_as(place, mode, "building the app")
}

/// [`build`], announced with these words.
///
/// # Errors
/// As [`build`].
pub fn build_as(place: &Place, mode: Mode, what: &str) -> Result<()> {
    let compiled = compile(place, mode, what)?;
    let bound = bind(place, mode, &compiled)?;
    gather(place, mode, &bound)
}

/// The module as the compiler makes it.
fn compile(place: &Place, mode: Mode, what: &str) -> Result<PathBuf> {
    let (mut cargo, artefacts) = WasmRust::find()?.cargo(place, "rustc");
    cargo.args(["-p", "hearth-ui", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--profile", mode.profile()]);
    if mode == Mode::Dev {
        cargo.args(["--features", GALLERY]);
    }
    step(what, &mut cargo)?;
    Ok(artefacts.join(mode.profile()).join("hearth_ui.wasm"))
}

/// Makes the JavaScript side and the module it loads; answers their folder.
fn bind(place: &Place, mode: Mode, compiled: &Path) -> Result<PathBuf> {
    let folder = place.target.join("ui-bound").join(mode.profile());
    let stamp = folder.join(".made-of");
    let key = print_of(std::slice::from_ref(&compiled.to_path_buf()), mode, place)?;
    if fs::read_to_string(&stamp).is_ok_and(|old| old == key) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    step(
        "binding it to the browser",
        heavy(place, "bind").arg(compiled).arg(&folder),
    )?;
    fs::write(&stamp, key).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(folder)
}

/// Puts everything into a folder beside the served one and swaps the two, so
/// that a running hub never serves half of an old and half of a new ui.
fn gather(place: &Place, mode: Mode, bound: &Path) -> Result<()> {
    let ui = place.ui();
    let next = place.target.join("ui-next");
    let sources = files::sources(place, bound)?;
    let paths: Vec<PathBuf> = sources.iter().map(|(from, _)| from.clone()).collect();
    let key = print_of(&paths, mode, place)?;
    let stamp = place.target.join("ui.made-of");
    if ui.exists() && fs::read_to_string(&stamp).is_ok_and(|old| old == key) {
        return Ok(());
    }
    if next.exists() {
        fs::remove_dir_all(&next).with_context(|| format!("emptying {}", next.display()))?;
    }
    timed("gathering styles and pictures", || files::lay(&next, &sources))?;
    if mode == Mode::Release {
        step("compressing", heavy(place, "compress").arg(&next))?;
    }
    if ui.exists() {
        fs::remove_dir_all(&ui).with_context(|| format!("emptying {}", ui.display()))?;
    }
    fs::rename(&next, &ui).with_context(|| format!("putting {} in place", ui.display()))?;
    fs::write(&stamp, key).with_context(|| format!("writing {}", stamp.display()))
}

/// xtask itself with the libraries of one of its features, which has the same
/// name as what it then does. Its target folder is its own, so that it does not
/// wait for other builds.
fn heavy(place: &Place, feature: &str) -> Command {
    let mut cargo = place.cargo("run");
    cargo.env("CARGO_TARGET_DIR", place.target.join("pack"));
    cargo.args(["-p", "xtask", "--features", feature, "--", "pack", feature]);
    cargo
}

/// What tells whether files have changed: their places, lengths and times.
fn print_of(paths: &[PathBuf], mode: Mode, place: &Place) -> Result<String> {
    let mut lines = format!("{mode:?} {}\n", place.root.display());
    for path in paths {
        let meta = fs::metadata(path).with_context(|| format!("looking at {}", path.display()))?;
        let changed = meta
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .unwrap_or_default();
        lines += &format!("{} {} {}\n", path.display(), meta.len(), changed.as_nanos());
    }
    Ok(lines)
}
