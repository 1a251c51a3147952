//! Other people's clients: scripts and programs of `tests/clients`, run against a
//! hub with the packages that xtask has installed.

use std::{path::PathBuf, process::Stdio};

use anyhow::{Context, Result, ensure};
use hearth_contract::endpoints::{Endpoints, WELL_KNOWN};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{hub::Hub, programs::named};

/// Runs a Python script (`.py`) or a Node one (`.mjs`) to its end; its one argument is
/// the hub's `Endpoints` document and the folder of its letters. Answers what it printed.
///
/// # Errors
/// The interpreter or the packages are missing, or the script failed; then with all
/// that it said.
pub async fn run(script: &str, hub: &Hub) -> Result<String> {
    let url = format!("{}{WELL_KNOWN}", hub.address);
    let endpoints: Endpoints = reqwest::get(&url).await?.error_for_status()?.json().await?;
    let mut home = json!(endpoints);
    home["outbox"] = json!(hub.folder().join("outbox"));
    run_with(script, &home.to_string()).await
}

/// Runs a script with this argument.
///
/// # Errors
/// As [`run`].
pub async fn run_with(script: &str, argument: &str) -> Result<String> {
    let path = self::script(script);
    let is_python = path.extension().is_some_and(|end| end == "py");
    let mut command = Command::new(named(if is_python { "HEARTH_PYTHON" } else { "HEARTH_NODE" })?);
    if is_python {
        // Its byte code would lie among the sources.
        command.arg("-B");
    } else {
        command.env("HEARTH_NODE_MODULES", named("HEARTH_NODE_MODULES")?);
    }
    command.arg(&path).arg(argument).stdin(Stdio::null()).kill_on_drop(true);
    let ended = command
        .output()
        .await
        .with_context(|| format!("starting {:?}", command.as_std().get_program()))?;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    let complained = String::from_utf8_lossy(&ended.stderr);
    ensure!(
        ended.status.success(),
        "{script}: {}\n{said}\n{complained}",
        ended.status
    );
    // The beginning: some print keys.
    println!("{script}: {}", said.trim().chars().take(80).collect::<String>());
    Ok(said)
}

/// Where a script lies.
#[must_use]
pub fn script(name: &str) -> PathBuf {
    // As cargo says it now: the clone this binary was once built in may be gone.
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.join("clients").join(name)
}

/// A browser with an authenticator in it, the `passkey` crate's.
pub struct Authenticator {
    _process: Child,
    asked: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Authenticator {
    /// Starts one that has no passkey yet.
    ///
    /// # Errors
    /// It was not built.
    pub fn start() -> Result<Self> {
        let mut command = Command::new(named("HEARTH_PASSKEY")?);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().context("starting the authenticator")?;
        let asked = process.stdin.take().context("no way in")?;
        let answers = process.stdout.take().context("no way out")?;
        Ok(Self {
            _process: process,
            asked,
            answers: BufReader::new(answers).lines(),
        })
    }

    /// What `navigator.credentials` would answer a page of `origin`: `deed` is
    /// `create` or `get`, with its options.
    ///
    /// # Errors
    /// It ended.
    pub async fn ask(&mut self, origin: &str, deed: &str, options: &Value) -> Result<Value> {
        let line = json!({ "origin": origin, deed: options });
        self.asked.write_all(format!("{line}\n").as_bytes()).await?;
        self.asked.flush().await?;
        let answer = self.answers.next_line().await?.context("the authenticator ended")?;
        Ok(serde_json::from_str(&answer)?)
    }
}
