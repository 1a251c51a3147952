//! `hearth-edge` as a process: a device by itself, that comes into the cloud its
//! file names, and whose power can be cut.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use anyhow::Result;
use hearth_contract::{FamilyId, ThingName, device::List, pairing::Pair, text::CodeText};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    hub::Hub,
    page::Page,
    programs::{Running, named},
    wait::until,
};

/// How long new software may take here before the former one is back, seconds.
const TRIAL_S: u64 = 15;
/// What it says comes by then.
const SAYS_WITHIN: Duration = Duration::from_secs(60);

/// A device that is switched on.
pub struct Device {
    words: Vec<String>,
    folder: TempDir,
    process: Running,
}

impl Device {
    /// A fridge with this serial number; the rest as for [`Self::start`].
    ///
    /// # Errors
    /// It can't be started.
    pub fn fridge(serial: &str, cloud: &Value, files: &[(&str, &str)], cut: Option<usize>) -> Result<Self> {
        Self::start(&["fridge", "--serial", serial], cloud, files, cut)
    }

    /// Writes down where it comes in (`cloud`, with `files` beside it), and
    /// switches it on with these words. Its power goes when its disk has changed `cut` times.
    ///
    /// # Errors
    /// It can't be started.
    pub fn start(words: &[&str], cloud: &Value, files: &[(&str, &str)], cut: Option<usize>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            fs::write(folder.path().join(name), text)?;
        }
        fs::write(folder.path().join("cloud.json"), cloud.to_string())?;
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let process = switch_on(&folder, &words, cut)?;
        Ok(Self { words, folder, process })
    }

    /// Off and on with other words: its cable is somewhere else.
    ///
    /// # Errors
    /// It can't be started.
    pub fn again_with(&mut self, words: &[&str]) -> Result<()> {
        self.words = words.iter().map(|word| (*word).to_owned()).collect();
        self.again(None)
    }

    /// Off and on, as by a power cut; `cut` as for [`Self::start`].
    ///
    /// # Errors
    /// It can't be started.
    pub fn again(&mut self, cut: Option<usize>) -> Result<()> {
        self.off()?;
        self.process = switch_on(&self.folder, &self.words, cut)?;
        Ok(())
    }

    /// The power goes.
    ///
    /// # Errors
    /// The system refuses.
    pub fn off(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Somebody presses its pairing button.
    ///
    /// # Errors
    /// Its power is gone.
    pub fn press(&self) -> Result<()> {
        self.process.signal("-USR1")
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

fn switch_on(folder: &TempDir, words: &[String], cut: Option<usize>) -> Result<Running> {
    let folder = folder.path();
    let mut command = Command::new(named("HEARTH_EDGE")?);
    command.args(words).args(["--trial", &TRIAL_S.to_string()]);
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

/// Where a device of this hub comes in.
///
/// # Errors
/// It does not say its devices' port.
pub fn at(hub: &Hub) -> Result<Value> {
    let authority = hub.folder().join("authority");
    Ok(json!({
        "host": "localhost",
        "port": hub.devices_port()?,
        "ca": authority.join("ca.pem"),
        "claim": authority.join("claim.pem"),
        "claim_key": authority.join("claim.key"),
    }))
}

/// Takes a device in by the last code that it said; `None`: it is not there yet.
///
/// # Errors
/// The home can't be asked.
pub async fn taken_in(page: &Page, family: FamilyId, thing: &ThingName, said: &str) -> Result<Option<()>> {
    let all = page.call(List { family }).await?.value;
    if let Some(device) = all.into_iter().find(|device| device.thing == *thing) {
        return Ok(device.presence.online.then_some(()));
    }
    let code = said.lines().rev().find_map(|line| line.strip_prefix("code HEARTH"));
    if let Some(code) = code {
        let code = CodeText::parse(&format!("HEARTH{code}"))?;
        // A code may be too old, or of the life before.
        let _ = page.call(Pair { family, code }).await;
    }
    Ok(None)
}
