//! The native window beside the hub.
//!
//! A companion process waits until the hub answers, opens the window, and keeps
//! the two together: when the window is closed the hub is asked to end, when the
//! hub ends the window does. The hub itself is the process one started, so that
//! signals need no forwarding.

use anyhow::{Context, Result, bail};
use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, Instant};

/// How long the hub may take to answer; a first start makes keys and a home.
const READY: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(200);

/// Starts the companion for the hub that this process is about to become.
///
/// # Errors
/// When it can't be started.
pub fn open_when_ready(shell: &Path, port: u16, ui: &Path) -> Result<()> {
    Command::new(env::current_exe().context("finding xtask itself")?)
        .arg("window")
        .arg(shell)
        .arg(port.to_string())
        .arg(std::process::id().to_string())
        .env("HEARTH_UI", ui)
        .spawn()
        .context("the window's companion can't be started")?;
    Ok(())
}

/// The companion: `window SHELL PORT HUB_PID`.
///
/// # Errors
/// When the hub does not come up or the window can't be started.
pub fn accompany(words: &[String]) -> Result<ExitCode> {
    let [shell, port, hub] = words else {
        bail!("window is for xtask itself; use `cargo xtask run`");
    };
    let port: u16 = port.parse().context("reading the port")?;
    let hub = Path::new("/proc").join(hub);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let begun = Instant::now();
    while TcpStream::connect_timeout(&address, LOOK).is_err() {
        if !hub.exists() {
            return Ok(ExitCode::FAILURE);
        }
        if begun.elapsed() > READY {
            bail!("the home server does not answer on port {port}; no window is opened");
        }
        wait();
    }
    let mut window = Command::new(shell)
        .env("HEARTH_CONNECT", format!("http://localhost:{port}"))
        .spawn()
        .context("the window can't be opened")?;
    stay_together(&mut window, &hub)?;
    Ok(ExitCode::SUCCESS)
}

fn stay_together(window: &mut Child, hub: &Path) -> Result<()> {
    loop {
        if window.try_wait().context("waiting for the window")?.is_some() {
            if let Some(hub) = hub.file_name().filter(|_| hub.exists()) {
                Command::new("kill").arg("-TERM").arg(hub).status()?;
            }
            return Ok(());
        }
        if !hub.exists() {
            window.kill().context("closing the window")?;
            window.wait()?;
            return Ok(());
        }
        wait();
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "two foreign processes are watched, and neither can wake this one"
)]
fn wait() {
    std::thread::sleep(LOOK);
}
