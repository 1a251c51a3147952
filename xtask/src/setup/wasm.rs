//! A Rust that compiles for the browser.
//!
//! In order: its standard library is installed; rustup can add it; else Debian's
//! own compiler for wasm builds the standard library from source, with the linker
//! of the Rust that is there. `HEARTH_WASM_RUST=debian` asks for the last way.

use super::apt;
use crate::place::{Place, program};
use crate::step::ask;
use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

/// The way to compile for the browser on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WasmRust {
    /// The Rust that everything else is built with.
    Ours,
    /// Debian's, building its standard library, with this linker.
    Debian {
        /// `rust-lld` of our own toolchain, or Debian's `wasm-ld`.
        linker: PathBuf,
    },
}

impl WasmRust {
    /// Finds the way that works without installing anything.
    ///
    /// # Errors
    /// When there is none yet: `setup` was not run.
    pub fn find() -> Result<Self> {
        if !debian_is_wished() && has_standard_library() {
            return Ok(Self::Ours);
        }
        Ok(Self::Debian {
            linker: linker().context("no linker for wasm was found; run `cargo xtask setup`")?,
        })
    }

    /// A `cargo VERB` for the browser, and the folder its artefacts land in.
    /// Its target folder is its own, so that native builds don't wait for it.
    #[must_use]
    pub fn cargo(&self, place: &Place, verb: &str) -> (Command, PathBuf) {
        match self {
            Self::Ours => {
                let target = place.target.join("wasm");
                let mut cargo = place.cargo(verb);
                cargo.args(["--target", TARGET]).env("CARGO_TARGET_DIR", &target);
                (cargo, target.join(TARGET))
            }
            Self::Debian { linker } => {
                let target = place.target.join("wasm-debian");
                let path = env::var("PATH").unwrap_or_default();
                let mut cargo = Command::new("/usr/bin/cargo");
                cargo
                    .arg(verb)
                    .args(["--target", TARGET, "-Zbuild-std=std,panic_abort"])
                    .current_dir(&place.root)
                    .env("PATH", format!("/usr/bin:{path}"))
                    .env("CARGO_TARGET_DIR", &target)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env_remove("LD_LIBRARY_PATH")
                    .env_remove("RUSTC")
                    .env_remove("CARGO")
                    .env_remove("RUSTUP_TOOLCHAIN");
                (cargo, target.join(TARGET))
            }
        }
    }
}

/// Makes sure that there is a way, installing the first that can be had.
///
/// # Errors
/// When none is there and Debian's can't be installed from here.
pub fn provide() -> Result<()> {
    if !debian_is_wished() && (has_standard_library() || rustup_adds_it()) {
        return Ok(());
    }
    if !apt::are_installed(DEBIAN) || !Path::new("/usr/bin/cargo").exists() {
        apt::install("a Rust that compiles for the browser", DEBIAN)?;
    }
    if linker().is_none() {
        apt::install("a linker for wasm", &["lld"])?;
    }
    Ok(())
}

fn debian_is_wished() -> bool {
    env::var("HEARTH_WASM_RUST").is_ok_and(|way| way == "debian")
}

fn has_standard_library() -> bool {
    ask(rustc().args(["--print", "target-libdir", "--target", TARGET])).is_ok_and(|dir| {
        std::fs::read_dir(dir.trim()).is_ok_and(|files| {
            files
                .flatten()
                .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

fn rustup_adds_it() -> bool {
    let Some(rustup) = program("rustup") else {
        return false;
    };
    println!("installing the standard library for the browser (rustup target add {TARGET})");
    // In the workspace's toolchain: cargo names it in the environment.
    Command::new(rustup)
        .args(["target", "add", TARGET])
        .status()
        .is_ok_and(|status| status.success())
        && has_standard_library()
}

fn rustc() -> Command {
    Command::new("rustc")
}

/// `rust-lld` inside our own toolchain, else Debian's `wasm-ld`.
fn linker() -> Option<PathBuf> {
    let host = ask(rustc().args(["--print", "host-tuple"])).ok()?;
    let sysroot = ask(rustc().args(["--print", "sysroot"])).ok()?;
    let inside = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host.trim())
        .join("bin/rust-lld");
    if inside.exists() {
        return Some(inside);
    }
    program("wasm-ld")
}
