//! `hearth-edge` as a process: a fridge by itself, that comes into the cloud its
//! file names, and whose power can be cut.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use anyhow::Result;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    programs::{Running, named},
    wait::until,
};

/// How long new software may take here before the former one is back, seconds.
const TRIAL_S: u64 = 15;
/// What it says comes by then.
const SAYS_WITHIN: Duration = Duration::from_secs(60);

/// A fridge that is switched on.
pub struct Fridge {
    serial: String,
    folder: TempDir,
    process: Running,
}

impl Fridge {
    /// Writes down where it comes in (`cloud`, with `files` beside it), and
    /// switches it on. Its power goes when its disk has changed `cut` times.
    ///
    /// # Errors
    /// It can't be started.
    pub fn start(cloud: &Value, files: &[(&str, &str)], serial: &str, cut: Option<usize>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            fs::write(folder.path().join(name), text)?;
        }
        fs::write(folder.path().join("cloud.json"), cloud.to_string())?;
        let process = switch_on(&folder, serial, cut)?;
        let serial = serial.to_owned();
        Ok(Self {
            serial,
            folder,
            process,
        })
    }

    /// Off and on, as by a power cut; `cut` as for [`Self::start`].
    ///
    /// # Errors
    /// It can't be started.
    pub fn again(&mut self, cut: Option<usize>) -> Result<()> {
        self.off()?;
        self.process = switch_on(&self.folder, &self.serial, cut)?;
        Ok(())
    }

    /// The power goes.
    ///
    /// # Errors
    /// The system refuses.
    pub fn off(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Whether its power is gone.
    ///
    /// # Errors
    /// The system refuses.
    pub fn is_off(&mut self) -> Result<bool> {
        self.process.ended()
    }

    /// Everything it has said.
    ///
    /// # Errors
    /// It can't be read.
    pub fn said(&self) -> Result<String> {
        Ok(fs::read_to_string(self.log())?)
    }

    /// Where what it says is written.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.path().join(SAID)
    }

    /// Waits until it has said this.
    ///
    /// # Errors
    /// It does not, with what it said.
    pub async fn says(&self, line: &str) -> Result<()> {
        let waited = until(line, SAYS_WITHIN, || async {
            Ok(self.said()?.contains(line).then_some(()))
        });
        let waited = waited.await;
        waited.map_err(|error| error.context(self.said().unwrap_or_default()))
    }
}

const SAID: &str = "said";

fn switch_on(folder: &TempDir, serial: &str, cut: Option<usize>) -> Result<Running> {
    let folder = folder.path();
    let mut command = Command::new(named("HEARTH_EDGE")?);
    command.args(["fridge", "--serial", serial, "--trial", &TRIAL_S.to_string()]);
    command.arg("--cloud").arg(folder.join("cloud.json"));
    command.arg("--data").arg(folder.join("disk"));
    // Its programs go together when the power does, and nobody else.
    command.process_group(0);
    if let Some(cut) = cut {
        let left = folder.join("cut");
        fs::write(&left, cut.to_string())?;
        command.env("HEARTH_CUT_DISK", left);
    }
    let log = File::options().create(true).append(true).open(folder.join(SAID))?;
    Running::start(&mut command, Some(log))
}
