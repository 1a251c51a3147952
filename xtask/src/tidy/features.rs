//! Who may use whom between the features inside cloud and core.
//!
//! A feature is one or more modules of a room's folder, by name. What is not a
//! feature (ports, the store, pictures on their way) may be used by all of them. An arrow that
//! two features really need is a row in the table, with its reason beside it.

use super::source::{Fault, File, Tree};

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
                for other in named.into_iter().filter_map(|module| room.feature(module)) {
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

/// Its lines of code, imports over several lines as one.
fn statements(file: &File) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut is_open = false;
    for (number, line) in file.code("features") {
        match all.last_mut() {
            Some((_, import)) if is_open => import.push_str(line.trim()),
            _ => {
                let is_import = line.trim_start().starts_with("use ") || line.contains(" use ");
                all.push((number, line.clone()));
                is_open = is_import;
            }
        }
        is_open &= !line.contains(';');
    }
    all
}

/// The modules named right after `path` in a line, one or a `{group}`.
fn after<'a>(line: &'a str, path: &str) -> Vec<&'a str> {
    let mut all = Vec::new();
    for (at, _) in line.match_indices(path) {
        let rest = &line[at + path.len()..];
        let group = rest.strip_prefix('{');
        for part in group.unwrap_or(rest).split([',', '{', '}']) {
            let name = part.trim().split("::").next().unwrap_or_default();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            all.push(&name[..end.unwrap_or(name.len())]);
            if group.is_none() {
                break;
            }
        }
    }
    all
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
        assert_eq!(faults(pantry, "let x = super::live::watch();"), 1);
        assert_eq!(faults(pantry, "use super::{stock, shelves::X};"), 0);
        assert_eq!(faults("cloud/src/door.rs", "use crate::rules::family::X;"), 0);
        assert_eq!(faults("core/src/pairing.rs", "use crate::scan::read;"), 0);
        assert_eq!(faults("core/src/scan.rs", "use crate::pairing::X;"), 1);
    }
}
