//! Starts the software that a device runs, and ends what is on trial and hangs.
//!
//! It is the program that left the factory. As long as no release is in a slot
//! it is the device itself; from then on it starts the one that runs, and waits.
//! A release knows by its environment that it was started so, and ends when its
//! standard input does: then the launcher is gone, or wants it to end.

use std::{
    env, io,
    os::unix::process::CommandExt,
    process::{ExitCode, ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    process::{Child, ChildStdin, Command},
    sync::oneshot,
    time::timeout,
};

use super::slots::{Note, Slot, Slots, Trial};
use crate::fault::Fault;

/// Tells a release where it lies.
const SLOT: &str = "HEARTH_SLOT";
/// How a program ends that wants to be started again: `EX_TEMPFAIL` of sysexits.
pub const AGAIN: u8 = 75;
/// How long a release may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// Where the program that asks lies; `None`: it is the one of the factory.
#[must_use]
pub fn own() -> Option<Slot> {
    Slot::named(env::var(SLOT).ok()?.as_str())
}

/// Until the launcher wants this release to end, or is gone.
pub async fn called_back() {
    let (gone, told) = oneshot::channel();
    // A thread of its own: the runtime would wait for one of its to read to the end.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = gone.send(());
    });
    let _ = told.await;
}

/// Becomes the program of the factory again, from its beginning; comes back only if it can't.
#[must_use]
pub fn begin_again() -> Fault {
    let begun =
        env::current_exe().map(|program| std::process::Command::new(program).args(env::args_os().skip(1)).exec());
    Fault::Disk(begun.unwrap_or_else(|error| error))
}

/// Runs what is in the slots until it ends, for good or by `stop`. What is on
/// trial may take `trial` to reach the cloud. `None`: the factory's program is to run.
///
/// # Errors
/// The disk can't be used.
pub async fn supervise(
    slots: &Slots,
    trial: Duration,
    stop: impl Future<Output = ()>,
) -> Result<Option<ExitCode>, Fault> {
    let mut stop = std::pin::pin!(stop);
    loop {
        let note = slots.change(Note::started)?;
        let Some(runs) = note.runs() else { return Ok(None) };
        let is_tried = note.trial.is_some();
        let (mut child, leash) = match start(slots, runs.slot) {
            Ok(started) => started,
            Err(error) => {
                tracing::error!(%error, version = %runs.version, "software can't be started");
                slots.change(|note| Note {
                    // What ran and does not any more is no better than none.
                    active: note.active.filter(|active| *active != runs),
                    ..note.given_up()
                })?;
                continue;
            }
        };
        let ended = tokio::select! {
            () = &mut stop => {
                end(child, leash).await;
                return Ok(Some(ExitCode::SUCCESS));
            }
            ended = watch(slots, &mut child, is_tried.then_some(trial)) => ended?,
        };
        if ended.is_none() {
            end(child, leash).await;
        }
        match (slots.note()?.trial, ended) {
            // It was confirmed, and has brought the next one.
            (Some(Trial { starts: 0, .. }), Some(_)) => {}
            // It ended by itself, or hangs, before it reached the cloud.
            (Some(_), _) => drop(slots.change(Note::given_up)?),
            (None, Some(status)) if status.code() != Some(AGAIN.into()) => return Ok(Some(code(status))),
            (None, _) => {}
        }
    }
}

/// Until the release ends, which is how, or its time is over.
async fn watch(slots: &Slots, child: &mut Child, trial: Option<Duration>) -> Result<Option<ExitStatus>, Fault> {
    if let Some(trial) = trial {
        match timeout(trial, child.wait()).await {
            Ok(ended) => return Ok(Some(ended?)),
            Err(_) if slots.note()?.trial.is_some() => return Ok(None),
            Err(_) => {}
        }
    }
    Ok(Some(child.wait().await?))
}

/// A running release, and what it ends by when that is dropped.
fn start(slots: &Slots, slot: Slot) -> io::Result<(Child, Option<ChildStdin>)> {
    let mut child = Command::new(slots.program(slot))
        .args(env::args_os().skip(1))
        .env(SLOT, slot.name())
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    // Taken out, because whoever waits for a child closes its input.
    let leash = child.stdin.take();
    Ok((child, leash))
}

/// Asks it to end, and ends it.
async fn end(mut child: Child, leash: Option<ChildStdin>) {
    drop(leash);
    if timeout(ENDS_WITHIN, child.wait()).await.is_err() {
        // Only one that has ended can't be killed.
        let _ = child.kill().await;
    }
}

fn code(status: ExitStatus) -> ExitCode {
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from)
}
