//! Where the programs under test are, and how they are started and ended.
//!
//! `cargo xtask test` names them in the environment. A missing one is a
//! failure, never a skip.

use std::{
    env,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

/// A program that ends with its test, and with it what it has started: the
/// browser of a driver would go on for ever.
pub struct Running {
    child: Child,
}

impl Running {
    /// Starts it; its output goes to `log`, or nowhere.
    ///
    /// # Errors
    /// It is not there.
    pub fn start(command: &mut Command, log: Option<std::fs::File>) -> Result<Self> {
        let out = |file: Option<std::fs::File>| file.map_or_else(Stdio::null, Stdio::from);
        let copy = log.as_ref().map(std::fs::File::try_clone).transpose()?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out(log))
            .stderr(out(copy))
            .spawn()
            .with_context(|| format!("starting {:?}", command.get_program()))?;
        Ok(Self { child })
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it and what it has started at once, as a power cut does.
    ///
    /// # Errors
    /// The system refuses.
    pub fn kill(&mut self) -> Result<()> {
        // Found before anything ends: an orphan is nobody's child any more.
        let below = descendants(self.pid());
        self.child.kill()?;
        if !below.is_empty() {
            let mut killing = Command::new("kill");
            killing.arg("-KILL").args(below).stderr(Stdio::null()).status()?;
        }
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, as Ctrl-C does.
    ///
    /// # Errors
    /// The system refuses.
    pub fn ask_to_end(&self) -> Result<()> {
        self.signal("-INT")
    }

    /// Sends it a signal, by its option for `kill`.
    ///
    /// # Errors
    /// It has ended, or the system refuses.
    pub fn signal(&self, option: &str) -> Result<()> {
        let sent = Command::new("kill").arg(option).arg(self.pid().to_string()).status()?;
        anyhow::ensure!(sent.success(), "the signal was not sent");
        Ok(())
    }

    /// Whether it has ended.
    ///
    /// # Errors
    /// The system refuses to say.
    pub fn ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// What a process has started, and what that has started, as process ids.
fn descendants(pid: u32) -> Vec<String> {
    let mut found = Vec::new();
    let mut of = vec![pid.to_string()];
    while let Some(parent) = of.pop() {
        let Ok(listed) = Command::new("pgrep").args(["-P", &parent]).output() else {
            continue;
        };
        let children = String::from_utf8_lossy(&listed.stdout);
        for child in children.split_whitespace() {
            found.push(child.to_owned());
            of.push(child.to_owned());
        }
    }
    found
}

/// A path named by the environment.
///
/// # Errors
/// It is not named, or nothing is there.
pub fn named(variable: &str) -> Result<PathBuf> {
    let path =
        PathBuf::from(env::var_os(variable).with_context(|| format!("{variable} is not set: use cargo xtask test"))?);
    anyhow::ensure!(path.exists(), "{variable} names {}, which is not there", path.display());
    Ok(path)
}

/// A port nobody uses at this moment.
///
/// # Errors
/// The system has none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
