//! The device's pairing button: whoever presses it stands before the device, so
//! that for a while the sticker on it is enough to bring it in.
//!
//! Nobody has paired the device then, so it can't connect. It says that it was
//! pressed by being provisioned again: the one thing that it may do. If somebody
//! has paired it meanwhile that is refused, and it goes on with what it has.

use hearth_contract::pairing::PRESSED_FOR;
use tokio::time::Instant;

use super::{Agent, Link, Shared};
use crate::fault::Fault;

impl Agent {
    /// Somebody presses the button. In a home it means nothing.
    ///
    /// # Errors
    /// The disk can't be written.
    pub async fn press(&self) -> Result<(), Fault> {
        let shared = &self.0;
        let is_outside = matches!(self.link(), Link::Waiting | Link::Provisioning);
        if shared.belonging.borrow().is_home() || !is_outside {
            return Ok(());
        }
        shared.on_identity(super::Identity::ask_again).await?;
        shared.pressed.send_replace(Some(Instant::now()));
        shared.link.send_replace(Link::Provisioning);
        shared.button.notify_one();
        Ok(())
    }
}

impl Shared {
    /// Whether the button was pressed just now and the cloud does not know it.
    pub(super) fn is_pressed(&self) -> bool {
        let lasts = PRESSED_FOR.unsigned_abs();
        self.pressed.borrow().is_some_and(|at| at.elapsed() < lasts)
    }
}
