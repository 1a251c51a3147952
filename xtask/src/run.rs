//! `cargo xtask run`: builds what will run, and nothing else, and starts it.
//!
//! The hub takes this process's place, so that Ctrl-C and termination reach it
//! directly; a native window is accompanied by a second small process (see
//! [`window`]). What the hub prints (address, demo sign-in) goes straight through.

pub mod window;

use crate::place::{Build, Place};
use crate::setup;
use crate::step::{seconds, step};
use crate::ui::{self, Mode};
use anyhow::{Context, Result, anyhow, bail};
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Instant;

/// Where the hub listens unless `--port` says otherwise.
const PORT: u16 = 8420;

/// What the hub is built with to replay a recorded household.
pub const REPLAY: &str = "hearth-hub/replay,hearth-edge/replay";

/// The household that is replayed, below the folder `HEARTH_DATA` names.
const RECORD: &str = "meter/uk_half_hourly.parquet";

/// Lies in every data folder that `run` made; only such a folder is ever emptied.
const MARK: &str = ".hearth-data";

/// What one asked `run` for.
#[derive(Debug, PartialEq, Eq)]
pub struct Wish {
    browser: bool,
    fresh: bool,
    data: Option<PathBuf>,
    port: u16,
    build: Build,
}

impl Wish {
    /// Reads the words after `run`.
    ///
    /// # Errors
    /// When a word is unknown or its value is missing or no port.
    pub fn read(words: &[String]) -> Result<Self> {
        let mut wish = Self {
            browser: false,
            fresh: false,
            data: None,
            port: PORT,
            build: Build::Dev,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--browser" => wish.browser = true,
                "--fresh" => wish.fresh = true,
                "--release" => wish.build = Build::Release,
                "--data" => wish.data = Some(value()?.into()),
                "--port" => {
                    let number = value()?;
                    wish.port = number
                        .parse()
                        .with_context(|| format!("--port {number} is no port (1 to 65535)"))?;
                }
                other => bail!("run knows no `{other}`; `cargo xtask help` lists what it knows"),
            }
        }
        Ok(wish)
    }
}

/// Whether a window could be opened here.
#[must_use]
pub fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Sets up, builds and starts. Comes back only with an error: the hub takes over.
///
/// # Errors
/// One line each for a taken port, a data folder that can't be written, a missing
/// library, a failed build.
pub fn run(place: &Place, wish: &Wish) -> Result<ExitCode> {
    let begun = Instant::now();
    let window = !wish.browser && has_display();
    check_port(wish.port)?;
    let data = match &wish.data {
        Some(dir) => env::current_dir().context("reading the current folder")?.join(dir),
        None => default_data()?,
    };
    prepare(&data, wish.fresh)?;
    let record = record()?;
    setup::for_run(place, window)?;

    let steps = if window { 3 } else { 2 };
    let mode = match wish.build {
        Build::Dev => Mode::Dev,
        Build::Release => Mode::Release,
    };
    // Side by side, in folders of their own: each has long stretches in which
    // only one crate can be compiled.
    thread::scope(|side| {
        let app = side.spawn(|| ui::build_as(place, mode, &format!("building the app (1/{steps})")));
        let what = format!("building the home server (2/{steps})");
        let built = step(&what, &mut profile(hub(place, record.is_some()), wish.build));
        let app = app.join().map_err(|_| anyhow!("building the app broke off"))?;
        built.and(app)
    })?;
    if window {
        step("building the window (3/3)", &mut profile(shell(place), wish.build))?;
    }
    // Building takes minutes; somebody may have taken the port meanwhile.
    check_port(wish.port)?;
    eprintln!("==> starting, {} after you asked", seconds(begun.elapsed()));
    if window {
        window::open_when_ready(&place.binary("hearth", wish.build), wish.port, &place.ui())?;
    }
    let mut hub = Command::new(place.binary("hearth-hub", wish.build));
    hub.arg("--data").arg(&data).args(["--port", &wish.port.to_string()]);
    hub.arg("--ui").arg(place.ui()).arg("--simulated");
    if let Some(record) = record {
        hub.arg("--replay").arg(record);
    }
    let failed = hub.exec();
    Err(failed).context("the home server can't be started")
}

fn hub(place: &Place, replays: bool) -> Command {
    let mut cargo = place.cargo("build");
    cargo.args(["-p", "hearth-hub", "--bin", "hearth-hub"]);
    if replays {
        cargo.args(["-p", "hearth-edge", "--features", REPLAY]);
    }
    cargo
}

fn shell(place: &Place) -> Command {
    let mut cargo = place.cargo("build");
    cargo.args(["-p", "hearth-shell"]);
    cargo
}

/// The recorded household that the simulated meter replays: only where `HEARTH_DATA` is set.
fn record() -> Result<Option<PathBuf>> {
    let Some(folder) = env::var_os("HEARTH_DATA").filter(|folder| !folder.is_empty()) else {
        return Ok(None);
    };
    let record = Path::new(&folder).join(RECORD);
    record.canonicalize().map(Some).with_context(|| {
        format!(
            "HEARTH_DATA is set, but {} can't be read: unset it, or mend it",
            record.display()
        )
    })
}

fn profile(mut cargo: Command, build: Build) -> Command {
    if build == Build::Release {
        cargo.arg("--release");
    }
    cargo
}

fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {port} is taken, perhaps by a Hearth that is running already: \
             end it, or choose another with --port"
        ),
        Err(error) => bail!("port {port} can't be used ({error}): choose another with --port"),
    }
}

fn default_data() -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| Path::new(&home).join(".local/share")))
        .map(|base| base.join("hearth"))
        .context("neither XDG_DATA_HOME nor HOME is set: say where to keep the data with --data")
}

/// Makes the data folder, empties it when asked, and proves that it can be written.
fn prepare(data: &Path, fresh: bool) -> Result<()> {
    let shown = data.display();
    let mark = data.join(MARK);
    let is_empty = fs::read_dir(data).map_or(true, |mut entries| entries.next().is_none());
    if fresh && !is_empty {
        if !mark.exists() {
            bail!(
                "{shown} holds something that Hearth did not make; --fresh leaves it alone. Choose another with --data"
            );
        }
        fs::remove_dir_all(data).with_context(|| format!("{shown} can't be emptied; choose another with --data"))?;
    }
    fs::create_dir_all(data)
        .and_then(|()| fs::write(&mark, "The data of a Hearth home.\n"))
        .with_context(|| format!("the data folder {shown} can't be written; choose another with --data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Wish> {
        Wish::read(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn every_option_is_read() {
        let wish = read("--browser --fresh --data /d --port 81 --release").unwrap();
        let expected = Wish {
            browser: true,
            fresh: true,
            data: Some("/d".into()),
            port: 81,
            build: Build::Release,
        };
        assert_eq!(wish, expected);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for words in ["--prot 1", "--port", "--port 70000", "--data"] {
            assert!(read(words).is_err(), "{words}");
        }
    }

    #[test]
    fn fresh_never_empties_a_folder_it_did_not_make() {
        let dir = env::temp_dir().join(format!("hearth-fresh-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("thesis.txt"), "years of work").unwrap();
        assert!(prepare(&dir, true).is_err());
        assert!(dir.join("thesis.txt").exists());
        fs::remove_file(dir.join("thesis.txt")).unwrap();

        prepare(&dir, true).unwrap();
        fs::write(dir.join("hearth.db"), "a home").unwrap();
        prepare(&dir, false).unwrap();
        assert!(dir.join("hearth.db").exists());
        prepare(&dir, true).unwrap();
        assert!(!dir.join("hearth.db").exists());
        fs::remove_dir_all(&dir).unwrap();
    }
}
