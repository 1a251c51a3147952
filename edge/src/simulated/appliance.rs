//! What somebody who stands before a simulated device sees of it: its plate, the
//! code on its screen, and whether it is connected.

use hearth_contract::{
    failure::{Failure, Reason},
    ids::Serial,
    pairing::Sticker,
};
use jiff::SignedDuration;

use crate::{
    agent::{Agent, Link},
    fridge::screen,
};

/// A simulated device, from outside.
pub trait Appliance {
    /// Its program's connection to the cloud.
    fn agent(&self) -> &Agent;

    /// The serial number on its plate.
    fn serial(&self) -> &Serial {
        self.agent().serial()
    }

    /// The text of the code on its screen; `None` until the cloud knows it.
    fn code_text(&self) -> Option<String> {
        self.agent().code().map(|code| code.to_string())
    }

    /// The code on its screen as a QR picture, PNG: now, or, as an old photograph shows it, that long ago.
    ///
    /// # Errors
    /// `DeviceSilent`: the cloud does not know it yet.
    fn code_png(&self, ago: SignedDuration) -> Result<Vec<u8>, Failure> {
        let code = self
            .agent()
            .code_before(ago)
            .ok_or_else(|| Failure::new(Reason::DeviceSilent))?;
        screen::code_png(&code).map_err(|fault| {
            tracing::error!(%fault, "a screen can't be drawn");
            Failure::new(Reason::Bug)
        })
    }

    /// What is printed on it.
    fn sticker(&self) -> Sticker {
        Sticker {
            hardware: Some(self.agent().hardware()),
            serial: self.serial().clone(),
        }
    }

    /// Whether a family has taken it in.
    fn paired(&self) -> bool {
        matches!(self.agent().link(), Link::Connected | Link::Away)
    }

    /// Whether it is connected now.
    fn connected(&self) -> bool {
        self.agent().link() == Link::Connected
    }
}
