//! Carrying out one step and saying so: what, how long, and what to do when it fails.
//!
//! The programs' own output goes straight through. Where nobody sees cargo's
//! progress bar (a log, a pipe), a line appears now and then, so that a long
//! build never looks like a hanging one.

use anyhow::{Context, Result, bail};
use std::io::IsTerminal;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a silent step may take before a line says that it still goes on.
const STILL: Duration = Duration::from_secs(30);

/// Runs `command`, saying `what` before and the time it took after.
///
/// # Errors
/// When it can't be started or ends with anything but success; the message
/// names `what`.
pub fn step(what: &str, command: &mut Command) -> Result<()> {
    let took = timed(what, || {
        let status = command
            .status()
            .with_context(|| format!("{what}: {:?} can't be started", command.get_program()))?;
        if !status.success() {
            bail!("{what} failed ({status}); the lines above say why");
        }
        Ok(())
    })?;
    eprintln!("    done: {what}, {}", seconds(took));
    Ok(())
}

/// Says `what`, does it, says now and then that it goes on; answers how long it took.
///
/// # Errors
/// Those of `work`.
pub fn timed(what: &str, work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    eprintln!("==> {what} …");
    let begun = Instant::now();
    let (done, waiting) = channel::<()>();
    let quiet = std::io::stderr().is_terminal();
    let label = what.to_owned();
    let watch = thread::spawn(move || {
        while waiting.recv_timeout(STILL) == Err(RecvTimeoutError::Timeout) {
            if !quiet {
                eprintln!("    {label}: {} so far", seconds(begun.elapsed()));
            }
        }
    });
    let result = work();
    drop(done);
    // The watching thread can only end; a panic in it would change nothing here.
    let _ = watch.join();
    result.map(|()| begun.elapsed())
}

/// Runs a command whose output is an answer; nothing of it is shown.
///
/// # Errors
/// When it can't be started or fails; the message carries what it complained.
pub fn ask(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{:?} can't be started", command.get_program()))?;
    if !status.success() {
        bail!(
            "{:?} failed: {}",
            command.get_program(),
            String::from_utf8_lossy(&stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// A duration as people read it: `4.2 s`, `3 min 20 s`.
#[must_use]
pub fn seconds(took: Duration) -> String {
    let whole = took.as_secs();
    match whole {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        10..60 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}
