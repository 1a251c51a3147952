//! The sources as the checks see them, and reading Rust just well enough for them.
//!
//! No parser: lines with comments and the insides of strings taken out.

use crate::place::Place;
use crate::step::ask;
use crate::ui::files;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// What is read of the workspace.
#[derive(Debug, Default)]
pub struct Tree {
    /// Rust, styles, pages and scripts, sorted by place.
    pub files: Vec<File>,
    /// What each package declares to depend on.
    pub edges: Vec<Edge>,
}

/// One source file.
#[derive(Debug)]
pub struct File {
    /// Relative to the workspace, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// One declared dependency.
#[derive(Debug, PartialEq, Eq)]
pub struct Edge {
    /// The package that declares it.
    pub from: String,
    /// The package that is meant.
    pub to: String,
}

/// Something a check found.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// `path` or `path:line`.
    pub place: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl Tree {
    /// Reads the sources and the manifests.
    ///
    /// # Errors
    /// When a folder can't be read or cargo refuses a manifest.
    pub fn read(place: &Place) -> Result<Self> {
        let mut tree = Self::default();
        let entries = fs::read_dir(&place.root).context("reading the workspace")?;
        let mut rooms: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        rooms.sort();
        for room in rooms {
            let name = room.file_name().unwrap_or_default().to_string_lossy();
            if !room.is_dir() || name.starts_with(['.']) || name.starts_with("target") {
                continue;
            }
            for file in files::walk(&room)? {
                let path = file.strip_prefix(&place.root)?.to_string_lossy().into_owned();
                let is_built = path.contains("/target/") || path.contains("/node_modules/");
                let is_source = [".rs", ".css", ".html", ".js"]
                    .iter()
                    .any(|ending| path.ends_with(ending));
                if is_source && !is_built {
                    let text = fs::read_to_string(&file).with_context(|| format!("reading {path}"))?;
                    tree.files.push(File { path, text });
                }
            }
        }
        tree.edges = edges(&mut place.cargo("metadata"))?;
        Ok(tree)
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The style sheets of the ui. A page that stands for itself (the hub's
    /// controls of the simulated home) has no tokens and no components.
    pub fn styles(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| {
            let is_ui = file.path.starts_with("ui/") || file.path.starts_with("assets/styles/");
            is_ui && file.path.ends_with(".css")
        })
    }
}

impl File {
    /// Its lines of code with their numbers (from 1), without comments and without
    /// what is inside strings. Lines excepted from `check` are left out.
    pub fn code<'a>(&'a self, check: &'a str) -> impl Iterator<Item = (usize, String)> + 'a {
        let mut is_excepted = false;
        self.text.lines().enumerate().filter_map(move |(at, line)| {
            let here = excepts(line, check);
            let passed_by = here || is_excepted;
            is_excepted = here;
            (!passed_by).then(|| (at + 1, bare(line)))
        })
    }

    /// A fault on one of its lines.
    pub fn fault(&self, line: usize, what: impl Into<String>) -> Fault {
        Fault {
            place: format!("{}:{line}", self.path),
            what: what.into(),
        }
    }
}

/// Whether a line carries `tidy: CHECK, because …`.
pub fn excepts(line: &str, check: &str) -> bool {
    line.split_once("tidy: ")
        .and_then(|(_, rest)| rest.split_once(", because "))
        .is_some_and(|(name, reason)| name == check && !reason.trim().is_empty())
}

/// A line without its comment and without the insides of its strings.
fn bare(line: &str) -> String {
    let mut bare = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    let mut is_in_string = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_in_string => {
                letters.next();
            }
            '"' => {
                is_in_string = !is_in_string;
                bare.push('"');
            }
            _ if is_in_string => {}
            '\'' if letters.peek() == Some(&'"') => {
                letters.next();
            }
            '/' if letters.peek() == Some(&'/') => break,
            _ => bare.push(letter),
        }
    }
    bare
}

/// Whether `word` stands in `line` as a word of its own.
pub fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part)
    })
}

fn edges(cargo: &mut Command) -> Result<Vec<Edge>> {
    let metadata = ask(cargo.args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading cargo's metadata")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let mut edges = Vec::new();
    for package in list(&metadata["packages"]) {
        for dependency in list(&package["dependencies"]) {
            edges.push(Edge {
                from: name(&package),
                to: name(&dependency),
            });
        }
    }
    Ok(edges)
}

/// A tree of made-up files, for the checks' own tests.
#[cfg(test)]
pub fn made_up(files: &[(&str, &str)]) -> Tree {
    Tree {
        files: files
            .iter()
            .map(|(path, text)| File {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect(),
        edges: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_code() {
        assert_eq!(bare(r#"call("http://x \" // y"); // sqlx"#), r#"call(""); "#);
        assert_eq!(bare("let quote = '\"'; sqlx"), "let quote = '; sqlx");
    }

    #[test]
    fn an_exception_needs_a_reason() {
        assert!(excepts("// tidy: sleep, because the peer can't wake us", "sleep"));
        assert!(!excepts("// tidy: sleep, because ", "sleep"));
        assert!(!excepts("// tidy: sleep", "sleep"));
    }
}
