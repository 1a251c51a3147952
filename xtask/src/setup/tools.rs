//! Tools that only tests need and that no system package brings: axe-core and tauri-driver.
//!
//! They live below the target folder and are fetched once.

use crate::place::{Place, program};
use crate::step::step;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// Where the tests find what they drive.
#[derive(Debug, Clone)]
pub struct Tools {
    npm: PathBuf,
    cargo: PathBuf,
}

impl Tools {
    /// Their places below the target folder; nothing is looked at yet.
    #[must_use]
    pub fn at(place: &Place) -> Self {
        Self {
            npm: place.tools().join("npm"),
            cargo: place.tools(),
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

    /// The variables that tests and benches read, with what they point to;
    /// what is not there is left out.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        [
            ("HEARTH_AXE", Some(self.axe())),
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
    /// When npm or cargo fails.
    pub fn provide(&self, place: &Place) -> Result<()> {
        if !self.axe().exists() {
            println!("installing axe-core into {}", self.npm.display());
            std::fs::create_dir_all(&self.npm).with_context(|| format!("making {}", self.npm.display()))?;
            step(
                "fetching axe-core",
                Command::new("npm")
                    .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
                    .arg("--prefix")
                    .arg(&self.npm)
                    .arg("axe-core@4"),
            )?;
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
        for tool in [self.axe(), self.tauri_driver()] {
            if !tool.exists() {
                bail!("{} is still missing after installing it", tool.display());
            }
        }
        Ok(())
    }
}
