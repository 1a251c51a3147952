//! Running tests: cargo-nextest where it is installed, plain `cargo test` elsewhere.
//!
//! Every call names the same packages, so that cargo resolves the same features
//! and builds nothing twice. The ui runs in a browser only and the native shell
//! is a workspace of its own; both are tested by driving them.

use super::count::{Reader, Tally};
use super::rings::Ring;
use crate::place::{Place, program};
use crate::run::REPLAY;
use crate::step::{ask, step};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Packages whose tests are not run by cargo.
const DRIVEN: &[&str] = &["hearth-shell"];
/// The package whose tests need a built home.
const WHOLE: &str = "hearth-tests";
/// What the tests turn on in a room that others are built with: asked for in
/// every call, or the hub would be built once with and once without.
const SUITE: &str = "hearth-cloud/suite";

/// How tests are run on this machine.
pub struct Runner<'a> {
    place: &'a Place,
    variables: Vec<(&'static str, PathBuf)>,
    packages: Vec<Package>,
    has_nextest: bool,
}

struct Package {
    name: String,
    /// Its integration tests.
    programs: Vec<String>,
}

impl<'a> Runner<'a> {
    /// Looks at the workspace and at what is installed.
    ///
    /// # Errors
    /// When cargo can't read the workspace.
    pub fn new(place: &'a Place, variables: Vec<(&'static str, PathBuf)>) -> Result<Self> {
        Ok(Self {
            place,
            variables,
            packages: packages(place)?,
            has_nextest: program("cargo-nextest").is_some(),
        })
    }

    /// The tests beside the code, counted by ring.
    ///
    /// # Errors
    /// When they can't be built.
    pub fn beside_the_code(&self, wanted: &[Ring]) -> Result<Vec<(Ring, Tally)>> {
        eprintln!("==> building and running the tests of the rooms …");
        self.programs(wanted, |package| package != WHOLE, &["--lib", "--bins"])
    }

    /// The home server, with the features that the tests' own build gave its parts.
    ///
    /// # Errors
    /// When it can't be built.
    pub fn build_hub(&self) -> Result<()> {
        let mut cargo = self.cargo(&["build"]);
        cargo.args(["--bin", "hearth-hub", "--bin", "hearth-edge"]);
        step("building the home server", &mut cargo)
    }

    /// The tests of the whole home that need no browser, counted by ring.
    ///
    /// # Errors
    /// As above.
    pub fn whole_home(&self, wanted: &[Ring]) -> Result<Vec<(Ring, Tally)>> {
        eprintln!("==> building and running the tests of the whole home …");
        self.programs(wanted, |package| package == WHOLE, &[])
    }

    /// The quick rings' test programs of some packages; `beside` selects, for
    /// plain cargo, the tests that are no programs of their own.
    fn programs(
        &self,
        wanted: &[Ring],
        is_meant: impl Fn(&str) -> bool,
        beside: &[&str],
    ) -> Result<Vec<(Ring, Tally)>> {
        let is_wanted = |package: &str, program: Option<&str>| {
            let ring = Ring::of(package, program);
            ring.is_quick() && wanted.contains(&ring)
        };
        let mut parts = Vec::new();
        let mut cargo = self.cargo(&["test", "--no-fail-fast"]);
        cargo.args(beside);
        for Package { name, programs } in self.packages.iter().filter(|package| is_meant(&package.name)) {
            if is_wanted(name, None) {
                parts.push(format!("(package(={name}) and not kind(test))"));
            }
            for program in programs.iter().filter(|program| is_wanted(name, Some(program))) {
                parts.push(format!("binary_id(={name}::{program})"));
                cargo.args(["--test", program]);
            }
        }
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        if self.has_nextest {
            let filter = parts.join(" or ");
            let mut tallies = self.read(&mut self.nextest(&filter))?;
            tallies.extend(self.ignored(&filter)?);
            return Ok(tallies);
        }
        self.read(cargo.args(["--", "--show-output"]))
    }

    /// One integration test that drives the whole system, one journey at a time:
    /// two browsers at once starve each other on a small machine.
    ///
    /// # Errors
    /// When it can't be built.
    pub fn journey(&self, binary: &str) -> Result<Vec<(Ring, Tally)>> {
        eprintln!("==> building and running {binary} …");
        if !self
            .packages
            .iter()
            .any(|package| package.programs.iter().any(|program| program == binary))
        {
            bail!("there is no integration test called {binary}");
        }
        let mut cargo = if self.has_nextest {
            let mut cargo = self.nextest(&format!("binary_id(={WHOLE}::{binary})"));
            cargo.args(["--test-threads", "1"]);
            cargo
        } else {
            let mut cargo = self.cargo(&["test", "--no-fail-fast", "--test", binary]);
            cargo.args(["--", "--show-output", "--test-threads", "1"]);
            cargo
        };
        self.read(&mut cargo)
    }

    /// The native shell's own tests, apart: it is built only for the window.
    ///
    /// # Errors
    /// When they can't be built.
    pub fn shell(&self) -> Result<Vec<(Ring, Tally)>> {
        self.read(self.place.cargo("test").args(["-p", DRIVEN[0], "--color", "never"]))
    }

    fn nextest(&self, filter: &str) -> Command {
        let mut cargo = self.cargo(&["nextest", "run", "--no-fail-fast"]);
        cargo
            .args(["--config-file", "xtask/nextest.toml"])
            .args(["--success-output", "immediate", "--no-tests", "pass"])
            .args(["-E", filter]);
        cargo
    }

    /// What is marked `#[ignore]`: nextest only sums it with what the filter left out.
    fn ignored(&self, filter: &str) -> Result<Vec<(Ring, Tally)>> {
        let mut cargo = self.cargo(&["nextest", "list", "--message-format", "json"]);
        let listed = ask(cargo.args(["-E", filter]))?;
        let listed: Value = serde_json::from_str(&listed).context("reading nextest's list")?;
        let suites = listed["rust-suites"].as_object();
        Ok(suites
            .into_iter()
            .flatten()
            .map(|(_, suite)| {
                let program = suite["binary-name"].as_str();
                let program = program.filter(|_| suite["kind"] == "test");
                let ring = Ring::of(suite["package-name"].as_str().unwrap_or_default(), program);
                let tests = suite["testcases"].as_object();
                let is_ignored = |test: &&Value| test["filter-match"]["reason"] == "ignored";
                let ignored = tests.into_iter().flat_map(|tests| tests.values());
                let ignored = ignored.filter(is_ignored).count() as u64;
                let tally = Tally {
                    ignored,
                    ..Tally::default()
                };
                (ring, tally)
            })
            .collect())
    }

    /// Runs and counts, passing on the lines worth seeing.
    fn read(&self, cargo: &mut Command) -> Result<Vec<(Ring, Tally)>> {
        let (ours, theirs) = std::io::pipe().context("opening a pipe")?;
        let mut child = cargo
            .stdout(theirs.try_clone().context("sharing a pipe")?)
            .stderr(theirs)
            .stdin(Stdio::null())
            .spawn()
            .context("cargo can't be started")?;
        // The command holds the pipe's other end; without it the reading ends.
        cargo.stdout(Stdio::null()).stderr(Stdio::null());
        let mut reader = Reader::default();
        for line in BufReader::new(ours).split(b'\n') {
            let line = line.context("reading what the tests print")?;
            let line = String::from_utf8_lossy(&line);
            if reader.take(&line) {
                println!("{line}");
            }
        }
        let status = child.wait().context("waiting for the tests")?;
        let tallies = reader.finish();
        if !status.success() && tallies.iter().all(|(_, tally)| tally.failed == 0) {
            bail!("the tests did not run to their end ({status}); the lines above say why");
        }
        Ok(tallies)
    }

    fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = self.place.cargo(words[0]);
        cargo.args(&words[1..]).args(["--color", "never"]);
        for package in &self.packages {
            cargo.args(["-p", &package.name]);
        }
        cargo.args(["--features", SUITE]);
        cargo.envs(self.variables.iter().cloned());
        if self.variables.iter().any(|(name, _)| *name == "HEARTH_DATA") {
            cargo.args(["--features", REPLAY]);
        }
        cargo
    }
}

/// The workspace's packages whose tests cargo runs, with their integration tests.
fn packages(place: &Place) -> Result<Vec<Package>> {
    let metadata = ask(place.cargo("metadata").args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading cargo's metadata")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    Ok(list(&metadata["packages"])
        .iter()
        .filter(|package| !DRIVEN.contains(&name(package).as_str()))
        .map(|package| Package {
            name: name(package),
            programs: list(&package["targets"])
                .iter()
                .filter(|target| target["kind"][0] == "test")
                .map(name)
                .collect(),
        })
        .collect())
}
