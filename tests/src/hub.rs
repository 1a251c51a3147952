//! A hub with a simulated home, started as its users start it.

use std::{
    fs::File,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    programs::{Running, free_port, named},
    wait::until,
};

/// A simulated home in which nobody lives but the test.
const SIMULATED: &[&str] = &["--simulated", "--quiet"];

/// The named points at which it can be cut off, as `cloud/src/brink.rs` has them.
pub const BRINKS: [&str; 5] = [
    "unit.before_commit",
    "unit.after_commit",
    "job.before_outside",
    "job.after_outside",
    "object.before_naming",
];

/// A running hub and its data folder.
pub struct Hub {
    /// `http://localhost:PORT`.
    pub address: String,
    port: u16,
    folder: TempDir,
    process: Running,
    client: reqwest::Client,
}

impl Hub {
    /// Starts a hub on an empty folder; nobody lives in its simulated home but the test.
    ///
    /// # Errors
    /// It does not come up within half a minute.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// As [`start`](Self::start), with these arguments more until it is started again.
    ///
    /// # Errors
    /// As there.
    pub async fn start_with(more: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let process = Self::spawn(&folder, port, &[SIMULATED, more].concat())?;
        let address = format!("http://localhost:{port}");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
        let mut hub = Self {
            address,
            port,
            folder,
            process,
            client,
        };
        hub.answers(Duration::from_secs(60)).await?;
        Ok(hub)
    }

    fn spawn(folder: &TempDir, port: u16, more: &[&str]) -> Result<Running> {
        Self::spawn_cut(folder, port, more, None)
    }

    fn spawn_cut(folder: &TempDir, port: u16, more: &[&str], cut: Option<&str>) -> Result<Running> {
        let mut command = Command::new(named("HEARTH_HUB")?);
        if let Some(cut) = cut {
            command.env("HEARTH_CUT", cut);
        }
        command
            .arg("--data")
            .arg(folder.path())
            .arg("--port")
            .arg(port.to_string());
        command.arg("--ui").arg(named("HEARTH_UI")?).args(more);
        let log = File::options().create(true).append(true).open(log_file(folder))?;
        Running::start(&mut command, Some(log))
    }

    /// Where the screen of the tablet in the simulated fridge's door is.
    #[must_use]
    pub fn tablet_address(&self) -> String {
        self.address.replacen("localhost", "tablet.localhost", 1)
    }

    /// Waits until it answers.
    ///
    /// # Errors
    /// It ended, or does not answer in time.
    pub async fn answers(&mut self, limit: Duration) -> Result<()> {
        let url = format!("{}/.well-known/hearth.json", self.address);
        let client = self.client.clone();
        let asked = until("the hub to answer", limit, || async {
            Ok(client
                .get(&url)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
                .then_some(()))
        });
        let result = asked.await;
        ensure!(!self.process.ended()?, "the hub ended: {}", self.log());
        result
    }

    /// Ends it as a power cut does and starts it again on the same folder.
    ///
    /// # Errors
    /// It does not come back.
    pub async fn power_cut(&mut self) -> Result<()> {
        self.process.kill()?;
        self.start_again()?;
        self.answers(Duration::from_secs(60)).await
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// It does not end within ten seconds.
    pub async fn stop(&mut self) -> Result<()> {
        self.process.ask_to_end()?;
        let process = std::cell::RefCell::new(&mut self.process);
        until("the hub to end", Duration::from_secs(10), || async {
            Ok(process.borrow_mut().ended()?.then_some(()))
        })
        .await
    }

    /// Starts it again on the same folder, with its simulated home.
    ///
    /// # Errors
    /// The program is not there.
    pub fn start_again(&mut self) -> Result<()> {
        self.process = Self::spawn(&self.folder, self.port, SIMULATED)?;
        Ok(())
    }

    /// Ends it and starts it again to be killed at a named point: `unit.before_commit:3`,
    /// the third time it comes there (debug builds, and
    /// those with the feature `brinks`).
    ///
    /// # Errors
    /// It does not come back.
    pub async fn cut_at(&mut self, cut: &str) -> Result<()> {
        self.process.kill()?;
        self.process = Self::spawn_cut(&self.folder, self.port, SIMULATED, Some(cut))?;
        let url = format!("{}/.well-known/hearth.json", self.address);
        let (client, process) = (self.client.clone(), std::cell::RefCell::new(&mut self.process));
        until(
            "the hub to answer or to be cut off",
            Duration::from_secs(60),
            || async {
                let answered = client.get(&url).send().await.is_ok();
                let ended = process.borrow_mut().ended()?;
                Ok((answered || ended).then_some(()))
            },
        )
        .await
    }

    /// Whether the power is off.
    ///
    /// # Errors
    /// The system refuses to say.
    pub fn is_off(&mut self) -> Result<bool> {
        self.process.ended()
    }

    /// Starts it again on the same folder, without the simulated home.
    ///
    /// # Errors
    /// The program is not there.
    pub fn start_plain(&mut self) -> Result<()> {
        self.process = Self::spawn(&self.folder, self.port, &[])?;
        Ok(())
    }

    /// How long after `begun` the cloud's door answered a call.
    ///
    /// # Errors
    /// It does not within `limit`.
    pub async fn first_answer(&self, begun: Instant, limit: Duration) -> Result<Duration> {
        let url = format!("{}/v1/families", self.address);
        until("a REST answer", limit, || async {
            // Without a token the answer is a refusal; it is the door's all the same.
            let answer = self.client.get(&url).send().await?;
            Ok((answer.status() == 401).then(|| begun.elapsed()))
        })
        .await
    }

    /// The port of its devices.
    ///
    /// # Errors
    /// The hub has not written it down.
    pub fn devices_port(&self) -> Result<u16> {
        let home: Value = serde_json::from_slice(&std::fs::read(self.folder.path().join("home.json"))?)?;
        let port = home["devices_port"].as_u64().context("no port in home.json")?;
        Ok(u16::try_from(port)?)
    }

    /// What it said so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(log_file(&self.folder)).unwrap_or_default()
    }

    /// Its data folder.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The last six digits that were mailed to an address.
    ///
    /// # Errors
    /// None came within five seconds.
    pub async fn mailed_code(&self, mail: &str) -> Result<String> {
        let path = self.folder.path().join("outbox").join(format!("{mail}.txt"));
        until("a code in the mail", Duration::from_secs(5), || async {
            let Ok(text) = std::fs::read_to_string(&path) else {
                return Ok(None);
            };
            let mut digits = text.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 6);
            Ok(digits.next_back().map(str::to_owned))
        })
        .await
    }

    /// Uses the controls of the simulated home.
    ///
    /// # Errors
    /// They refuse.
    pub async fn control(&self, path: &str, body: Value) -> Result<()> {
        let url = format!("{}/simulated/{path}", self.address);
        let answer = self
            .client
            .post(&url)
            .header("x-hearth", "page")
            .json(&body)
            .send()
            .await?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.text().await?);
        Ok(())
    }

    /// What the simulated home says of itself.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn home(&self) -> Result<Value> {
        let url = format!("{}/simulated/state", self.address);
        Ok(self.client.get(&url).send().await?.error_for_status()?.json().await?)
    }

    /// A file of the simulated home: `fridge/code.png`, `view.jpg`.
    ///
    /// # Errors
    /// It is not there.
    pub async fn picture(&self, path: &str) -> Result<Vec<u8>> {
        let url = format!("{}/simulated/{path}", self.address);
        Ok(self
            .client
            .get(&url)
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await?
            .to_vec())
    }

    /// The code a device shows now: `fridge`, `meter`.
    ///
    /// # Errors
    /// It shows none within ten seconds.
    pub async fn code(&self, device: &str) -> Result<String> {
        until("a code on the screen", Duration::from_secs(20), || async {
            let code = self.home().await?[device]["code"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            Ok((!code.is_empty()).then_some(code))
        })
        .await
    }

    /// Opens the fridge, puts food in (or, negative, takes it out), and closes it.
    ///
    /// # Errors
    /// The controls refuse.
    pub async fn visit(&self, food: &str, delta: i32) -> Result<()> {
        self.control("door", json!({ "door": "fridge", "open": true })).await?;
        self.control("food", json!({ "food": food, "delta": delta })).await?;
        self.control("door", json!({ "door": "fridge", "open": false }))
            .await
            .context("closing the door")
    }

    /// Turns the home's clock forward.
    ///
    /// # Errors
    /// The controls refuse.
    pub async fn advance(&self, seconds: u32) -> Result<()> {
        self.control("clock", json!({ "advance_s": seconds })).await
    }
}

/// Beside the home's data, or, to be looked at later, in the folder `HEARTH_LOGS` names.
fn log_file(folder: &TempDir) -> PathBuf {
    match (std::env::var_os("HEARTH_LOGS"), folder.path().file_name()) {
        (Some(kept), Some(name)) => PathBuf::from(kept).join(name).with_extension("log"),
        _ => folder.path().join("hub.log"),
    }
}
