//! Who may use whom between the features inside cloud and core.
//!
//! A feature is one or more modules of a room's folder, by name. What is not a
//! feature (ports, the store, pictures on their way) may be used by all of them. An arrow that
//! two features really need is a row in the table, with its reason beside it.

use super::source::{Fault, File, Tree};
use std::collections::BTreeSet;

/// A room's folder of features, as files and as a path.
struct Room {
    folder: &'static str,
    path: &'static str,
    /// Each feature with all its modules, its own name first.
    features: &'static [&'static [&'static str]],
    /// Which other feature a feature may use.
    may_use: &'static [(&'static str, &'static str)],
}

const ROOMS: &[Room] = &[
    Room {
        folder: "cloud/src/rules/",
        path: "crate::rules::",
        features: &[
            &["alarm"],
            &["device", "goodbye"],
            &["family"],
            &["live"],
            &["meter", "curve"],
            &["pairing"],
            &["pantry", "shelves", "stock"],
        ],
        may_use: &[
            // One that is away is missed, and one that was let go alarms nobody.
            ("device", "alarm"),
            // What a fridge vouches for is a device that stands behind it from then on.
            ("pairing", "device"),
            // One lease says that somebody looks, at pictures or at watts.
            ("meter", "live"),
        ],
    },
    Room {
        folder: "core/src/",
        path: "crate::",
        features: &[&["live"], &["pairing"], &["pantry"], &["picture"], &["scan"]],
        may_use: &[
            // A code is read from a picture before one can pair with it.
            ("pairing", "scan"),
        ],
    },
];

/// Faults for every arrow between features that the table does not have.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for room in ROOMS {
        for file in tree.rust() {
            let inside = file.path.strip_prefix(room.folder);
            let module = inside.and_then(|inside| inside.split(['/', '.']).next());
            let Some(feature) = module.and_then(|module| room.feature(module)) else {
                continue;
            };
            // In a file right in the folder, `super` is the folder itself.
            let is_direct = inside.is_some_and(|inside| !inside.contains('/'));
            for (number, line) in statements(file) {
                let mut named = after(&line, room.path);
                if is_direct {
                    named.extend(after(&line, "super::"));
                }
                let others: BTreeSet<_> = named.into_iter().filter_map(|module| room.feature(module)).collect();
                for other in others {
                    if other != feature && !room.may_use.contains(&(feature, other)) {
                        faults.push(file.fault(number, format!("{feature} may not use {other}")));
                    }
                }
            }
        }
    }
    faults
}

impl Room {
    /// The feature a module belongs to.
    fn feature(&self, module: &str) -> Option<&'static str> {
        let feature = self.features.iter().find(|modules| modules.contains(&module))?;
        feature.first().copied()
    }
}

/// Its lines of code; an import, over however many lines, as all its paths in full.
fn statements(file: &File) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut import: Option<(usize, String)> = None;
    for (number, line) in file.code("features") {
        let is_import = line.trim_start().starts_with("use ") || line.contains(" use ");
        match &mut import {
            Some((_, text)) => text.push_str(&line),
            None if is_import => import = Some((number, line.clone())),
            None => all.push((number, line.clone())),
        }
        if let Some((number, text)) = import.take_if(|_| line.contains(';')) {
            all.push((number, paths(&text)));
        }
    }
    all
}

/// The paths of an import in full, with spaces between.
fn paths(import: &str) -> String {
    let tree = import.split_once("use ").map_or(import, |(_, tree)| tree);
    let (mut all, mut prefixes, mut path) = (String::new(), vec![String::new()], String::new());
    for letter in tree.chars().filter(|letter| !letter.is_whitespace()) {
        let prefix = prefixes.last().cloned().unwrap_or_default();
        match letter {
            '{' => prefixes.push(prefix + &std::mem::take(&mut path)),
            ',' | '}' | ';' => {
                if !path.is_empty() {
                    all.push_str(&format!("{prefix}{} ", std::mem::take(&mut path)));
                }
                if letter == '}' {
                    prefixes.pop();
                }
            }
            letter => path.push(letter),
        }
    }
    all
}

/// The modules named right after `path` in a line.
fn after<'a>(line: &'a str, path: &str) -> Vec<&'a str> {
    let named = line.match_indices(path).map(|(at, _)| {
        let rest = &line[at + path.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::super::source::made_up;
    use super::*;

    #[test]
    fn features_know_each_other_only_by_the_table() {
        let faults = |path: &str, text: &str| check(&made_up(&[(path, text)])).len();
        let pantry = "cloud/src/rules/pantry.rs";
        assert_eq!(faults(pantry, "use crate::rules::family::Member;"), 1);
        assert_eq!(faults(pantry, "use crate::rules::{stock, alarm::X};"), 1);
        assert_eq!(faults(pantry, "use super::{\n    stock,\n    family::X,\n};\n"), 1);
        assert_eq!(
            faults(
                pantry,
                "use crate::{\n    rules::{family::{A, B}, stock},\n    unit::Work,\n};\n"
            ),
            1
        );
        assert_eq!(faults(pantry, "let x = super::live::watch();"), 1);
        assert_eq!(faults(pantry, "use super::{stock, shelves::X};"), 0);
        assert_eq!(faults("cloud/src/door.rs", "use crate::rules::family::X;"), 0);
        assert_eq!(faults("core/src/pairing.rs", "use crate::scan::read;"), 0);
        assert_eq!(faults("core/src/scan.rs", "use crate::pairing::X;"), 1);
    }
}
