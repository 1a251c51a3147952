//! System packages: Debian's, installed as root or asked for in one line.
//!
//! On a system without apt it looks for the same programs and libraries and
//! says which are missing; their names there it leaves to the reader.

use crate::place::program;
use crate::step::{ask, step};
use anyhow::{Result, bail};
use std::os::unix::fs::MetadataExt;
use std::process::Command;

/// One thing that must be there, and the packages that bring it.
pub struct Need {
    /// In words, for the line that announces the installation.
    pub what: &'static str,
    /// Debian's names.
    pub packages: &'static [&'static str],
    /// How to tell that it is there.
    pub there: There,
}

/// How to tell that something is there.
pub enum There {
    /// All these programs are on the search path.
    Programs(&'static [&'static str]),
    /// This program, with these words, ends well.
    Answers(&'static str, &'static [&'static str]),
    /// The packages themselves are installed (libraries, fonts, plug-ins).
    Packages,
}

/// Installs what is missing of all these lists.
///
/// # Errors
/// When something is missing and this is not root, or apt-get fails.
pub fn provide(lists: &[&[Need]]) -> Result<()> {
    let missing = missing(lists);
    if missing.is_empty() {
        return Ok(());
    }
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    install(&what.join(", "), &packages)?;
    if let Some(still) = self::missing(lists).first() {
        bail!(
            "{} is still missing after installing {}",
            still.what,
            still.packages.join(" ")
        );
    }
    Ok(())
}

/// Installs `packages`, announced as `what`.
///
/// # Errors
/// When this is not root (the line to run is in the message), when there is no
/// apt-get, or when it fails.
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if program("apt-get").is_none() {
        bail!("missing: {what}. Please install it (on Debian: {names}) and start again");
    }
    if !is_root() {
        bail!(
            "missing: {what}. Please run this and start again: \
             sudo apt-get install -y --no-install-recommends {names}"
        );
    }
    println!("installing {what} (apt-get install {names})");
    step("reading the package lists", apt_get().args(["-qq", "update"]))?;
    step(
        "installing",
        apt_get()
            .args(["-qq", "install", "-y", "--no-install-recommends"])
            .args(packages),
    )
}

/// Whether we may install: the owner of our own process entry is root.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn apt_get() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn missing<'a>(lists: &[&'a [Need]]) -> Vec<&'a Need> {
    lists
        .iter()
        .flat_map(|list| list.iter())
        .filter(|need| !is_there(need))
        .collect()
}

fn is_there(need: &Need) -> bool {
    match need.there {
        There::Programs(names) => names.iter().all(|name| program(name).is_some()),
        There::Answers(name, words) => ask(Command::new(name).args(words)).is_ok(),
        There::Packages => are_installed(need.packages),
    }
}

/// Whether dpkg knows all of them as installed. Where there is no dpkg, what
/// can't be looked up is left for the build to complain about.
pub fn are_installed(packages: &[&str]) -> bool {
    if program("dpkg-query").is_none() {
        return true;
    }
    ask(Command::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Abbrev}\n"])
        .args(packages))
    .is_ok_and(|lines| lines.lines().all(|line| line.starts_with("ii")))
}
