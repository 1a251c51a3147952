//! Where things are: the workspace, the target folder and what xtask keeps in it.
//!
//! Everything built goes below one target folder, the one this binary was itself
//! built into, so that `CARGO_TARGET_DIR` holds for the ui and the tools too.

use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The folders every verb needs.
#[derive(Debug, Clone)]
pub struct Place {
    /// The workspace, absolute.
    pub root: PathBuf,
    /// Cargo's target folder, absolute.
    pub target: PathBuf,
}

/// Which build of our own binaries is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// Cargo's dev profile.
    Dev,
    /// Cargo's release profile.
    Release,
}

impl Place {
    /// Finds the workspace xtask was started in, and its target folder.
    ///
    /// Cargo says at the start which package it runs. Two clones that share a target
    /// folder share this binary, so where it was once built says nothing.
    ///
    /// # Errors
    /// When the current folder can't be read.
    pub fn find() -> Result<Self> {
        let package =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().context("xtask lies in no workspace")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => env::current_dir().context("reading the current folder")?.join(dir),
            None => built_into().unwrap_or_else(|| root.join("target")),
        };
        Ok(Self { root, target })
    }

    /// Where the finished ui lies: what the hub serves and the window shows.
    #[must_use]
    pub fn ui(&self) -> PathBuf {
        self.target.join("ui")
    }

    /// Where tools that only tests need are installed.
    #[must_use]
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// A binary that cargo built, by its name.
    #[must_use]
    pub fn binary(&self, name: &str, build: Build) -> PathBuf {
        let folder = match build {
            Build::Dev => "debug",
            Build::Release => "release",
        };
        self.target.join(folder).join(name)
    }

    /// A cargo command in the workspace, with its target folder.
    #[must_use]
    pub fn cargo(&self, verb: &str) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .arg(verb)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target);
        cargo
    }
}

/// The target folder by where this binary lies: `TARGET/debug/xtask`.
fn built_into() -> Option<PathBuf> {
    let exe = env::current_exe().ok()?;
    let target = exe.parent()?.parent()?;
    target.join("CACHEDIR.TAG").exists().then(|| target.to_path_buf())
}

/// The first program of that name on the search path.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
