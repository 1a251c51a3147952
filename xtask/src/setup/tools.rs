//! Tools that only tests need and that no system package brings: what is injected
//! into pages, other people's clients of the home's wire, and tauri-driver.
//!
//! They live below the target folder, at the versions named here, and are
//! fetched again only when this file names others.

use crate::place::{Place, program};
use crate::step::step;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// From npm: the accessibility checker, and Amazon's own clients and verifier.
const NPM: &[&str] = &[
    "axe-core@4",
    "amazon-cognito-identity-js@6.3.21",
    "aws-jwt-verify@5.2.1",
];

/// From PyPI: Amazon's client for everything and its SDK for devices, and a second
/// proof of passwords.
const PYTHON: &[&str] = &["boto3==1.44.8", "awsiotsdk==1.31.0", "pycognito==2024.5.1"];

/// AWS without AWS, in an environment of its own: it brings half of PyPI along.
const MINISTACK: &[&str] = &["ministack[full]==1.5.33"];

/// An authenticator for passkeys: a program around the `passkey` crate, with a lock of its own.
const PASSKEY: &str = "tests/clients/passkey";

/// Where the tests find what they drive.
#[derive(Debug, Clone)]
pub struct Tools {
    npm: PathBuf,
    python: PathBuf,
    ministack: PathBuf,
    cargo: PathBuf,
    passkey: PathBuf,
}

impl Tools {
    /// Their places below the target folder; nothing is looked at yet.
    #[must_use]
    pub fn at(place: &Place) -> Self {
        Self {
            npm: place.tools().join("npm"),
            python: place.tools().join("python"),
            ministack: place.tools().join("ministack"),
            cargo: place.tools(),
            passkey: place.tools().join("passkey"),
        }
    }

    /// The accessibility checker that is injected into pages.
    #[must_use]
    pub fn axe(&self) -> PathBuf {
        self.npm.join("node_modules/axe-core/axe.min.js")
    }

    /// The WebDriver server in front of the native window.
    #[must_use]
    pub fn tauri_driver(&self) -> PathBuf {
        self.cargo.join("bin/tauri-driver")
    }

    /// The authenticator for passkeys.
    #[must_use]
    pub fn authenticator(&self) -> PathBuf {
        self.passkey.join("debug/passkey-by-line")
    }

    /// The variables that tests and benches read, with what they point to;
    /// what is not there is left out.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        [
            ("HEARTH_AXE", Some(self.axe())),
            ("HEARTH_MINISTACK", Some(interpreter(&self.ministack))),
            ("HEARTH_NODE", program("node")),
            ("HEARTH_NODE_MODULES", Some(self.npm.join("node_modules"))),
            ("HEARTH_PASSKEY", Some(self.authenticator())),
            ("HEARTH_PYTHON", Some(interpreter(&self.python))),
            ("HEARTH_TAURI_DRIVER", Some(self.tauri_driver())),
            ("HEARTH_CHROMIUM", program("chromium")),
            ("HEARTH_CHROMEDRIVER", program("chromedriver")),
            ("HEARTH_WEBKIT_DRIVER", program("WebKitWebDriver")),
        ]
        .into_iter()
        .filter_map(|(name, path)| Some((name, path.filter(|path| path.exists())?)))
        .collect()
    }

    /// Fetches what is missing.
    ///
    /// # Errors
    /// When npm, pip or cargo fails.
    pub fn provide(&self, place: &Place) -> Result<()> {
        fetched(&self.npm, NPM, || {
            step(
                "fetching what tests use from npm",
                Command::new("npm")
                    .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
                    .arg(&self.npm)
                    .args(NPM),
            )
        })?;
        for (folder, packages) in [(&self.python, PYTHON), (&self.ministack, MINISTACK)] {
            fetched(folder, packages, || environment(folder, packages))?;
        }
        if !self.tauri_driver().exists() {
            println!("installing tauri-driver 2 into {}", self.cargo.display());
            step(
                "building tauri-driver",
                place
                    .cargo("install")
                    .args(["tauri-driver", "--version", "^2", "--locked", "--root"])
                    .arg(&self.cargo),
            )?;
        }
        step(
            "building an authenticator for passkeys",
            place
                .cargo("build")
                .args(["--locked", "--manifest-path"])
                .arg(place.root.join(PASSKEY).join("Cargo.toml"))
                .arg("--target-dir")
                .arg(&self.passkey),
        )?;
        let tools = [
            self.axe(),
            interpreter(&self.python),
            self.tauri_driver(),
            self.authenticator(),
        ];
        for tool in tools {
            if !tool.exists() {
                bail!("{} is still missing after installing it", tool.display());
            }
        }
        Ok(())
    }
}

/// Fetches into a folder unless it holds exactly this already.
fn fetched(folder: &Path, packages: &[&str], fetch: impl FnOnce() -> Result<()>) -> Result<()> {
    let (note, named) = (folder.join("fetched"), packages.join("\n"));
    if std::fs::read_to_string(&note).is_ok_and(|there| there == named) {
        return Ok(());
    }
    println!("installing {} into {}", packages.join(" "), folder.display());
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    fetch()?;
    std::fs::write(&note, named).with_context(|| format!("writing {}", note.display()))
}

/// A Python environment of its own, so that the system's packages stay as they are.
fn environment(folder: &Path, packages: &[&str]) -> Result<()> {
    step(
        "making a Python environment",
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder),
    )?;
    step(
        "fetching what tests use from PyPI",
        Command::new(interpreter(folder))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(packages),
    )
}

fn interpreter(folder: &Path) -> PathBuf {
    folder.join("bin/python")
}
