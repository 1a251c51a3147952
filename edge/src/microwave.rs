//! The microwave: heats when somebody at it or from afar says so, and always
//! stops when told. It reaches its cloud through the fridge it stands behind.
//!
//! The hardware is behind [`MicrowaveBody`].

pub mod oven;

use std::sync::Arc;

use hearth_contract::control::{Because, Setting};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::oven::Guard;
use crate::{
    agent::Agent,
    control::{self, Controlled},
    disk::Disk,
};

/// A microwave's hardware.
pub trait MicrowaveBody: Controlled {
    /// What there is to know before it is started from afar.
    fn guard(&self) -> Guard;
}

/// Starts the microwave's tasks; they end with `cancel`. `touches` changes when
/// somebody does something at it.
pub fn start(
    agent: &Agent,
    body: &Arc<dyn MicrowaveBody>,
    disk: Disk,
    touches: watch::Receiver<()>,
    (tasks, cancel): (&TaskTracker, &CancellationToken),
) {
    let controlled = control::serve(agent.clone(), body.clone(), disk, touches, judge);
    let cancel = cancel.clone();
    tasks.spawn(async move {
        tokio::select! { () = controlled => {} () = cancel.cancelled() => {} }
    });
}

/// Why something is not done from afar.
fn judge(body: &dyn MicrowaveBody, setting: Setting) -> Option<Because> {
    match setting {
        Setting::Heating(wish) => oven::refused(wish, body.guard()),
        _ => Some(Because::Unknown),
    }
}
