//! Which files make up the served ui, and laying them out.
//!
//! The ui's own page, scripts and public files win over the plain ones that lie
//! beside this program; assets keep their folders (`assets/icons/egg.svg` is
//! served as `/icons/egg.svg`).

use super::style;
use crate::place::Place;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// What a browser may want from `assets`; catalogues and locales are compiled in.
const SERVED: &[&str] = &[
    "svg",
    "png",
    "jpg",
    "jpeg",
    "webp",
    "ico",
    "woff2",
    "mp3",
    "ogg",
    "wav",
    "webmanifest",
];

/// The page and the two scripts that start it.
const PAGE: &[&str] = &["index.html", "start.js", "theme.js"];

/// The name that all style sheets together are served under.
const STYLE: &str = "style.css";

/// Every file the ui is made of, with the place it is served from, in a fixed order.
///
/// # Errors
/// When a folder can't be read.
pub fn sources(place: &Place, bound: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut all = Vec::new();
    for name in PAGE {
        let own = place.root.join("ui").join(name);
        let plain = place.root.join("xtask/shell").join(name);
        all.push((if own.exists() { own } else { plain }, name.into()));
    }
    for sheet in style::sheets(&place.root)? {
        all.push((sheet, STYLE.into()));
    }
    let assets = place.root.join("assets");
    for file in walk(&assets)? {
        if has_ending(&file, SERVED) {
            let to = file.strip_prefix(&assets)?.to_path_buf();
            all.push((file, to));
        }
    }
    for (folder, endings) in [
        (place.root.join("ui/public"), None),
        (bound.to_path_buf(), Some(["js", "wasm"].as_slice())),
    ] {
        for file in walk(&folder)? {
            if endings.is_none_or(|endings| has_ending(&file, endings)) {
                let to = file.strip_prefix(&folder)?.to_path_buf();
                all.push((file, to));
            }
        }
    }
    Ok(all)
}

/// Lays the sources out below `folder`; what shares a place is joined in order.
///
/// # Errors
/// When a file can't be read or written.
pub fn lay(folder: &Path, sources: &[(PathBuf, PathBuf)]) -> Result<()> {
    let mut sheets = Vec::new();
    for (from, to) in sources {
        if to == Path::new(STYLE) {
            sheets.push(from.clone());
            continue;
        }
        let to = folder.join(to);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
        }
        fs::copy(from, &to).with_context(|| format!("copying {}", from.display()))?;
    }
    fs::write(folder.join(STYLE), style::join(&sheets)?).context("writing the style sheet")
}

/// All files below a folder, sorted; none when there is no such folder.
///
/// # Errors
/// When a folder can't be read.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.exists() {
        return Ok(files);
    }
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        .with_context(|| format!("reading {}", folder.display()))?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            files.extend(walk(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn has_ending(file: &Path, endings: &[&str]) -> bool {
    file.extension()
        .is_some_and(|ending| endings.iter().any(|known| ending == *known))
}
