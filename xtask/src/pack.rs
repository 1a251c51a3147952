//! The heavy part of building the ui: binding and compression.
//!
//! Called by `cargo xtask ui` in processes of their own, because each needs
//! libraries that take a while to build; features keep them out of the rest.

#[cfg(feature = "bind")]
mod bind;
#[cfg(feature = "compress")]
mod compress;

use anyhow::{Result, anyhow};
use std::process::ExitCode;

/// `pack bind MODULE FOLDER` or `pack compress FOLDER`, as far as built in.
///
/// # Errors
/// When the module can't be bound or a file can't be read or written.
pub fn pack(words: &[String]) -> Result<ExitCode> {
    let packed = match words {
        #[cfg(feature = "bind")]
        [what, module, folder] if what == "bind" => bind::bind(module, folder),
        #[cfg(feature = "compress")]
        [what, folder] if what == "compress" => compress::compress(folder.as_ref()),
        _ => Err(anyhow!("pack is for xtask itself; use `cargo xtask ui`")),
    };
    packed.map(|()| ExitCode::SUCCESS)
}
