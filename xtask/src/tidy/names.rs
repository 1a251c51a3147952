//! Names that say nothing: of types, of folders, of files.

use super::source::{Fault, Tree};

const TYPES: &[&str] = &["Manager", "Service", "Helper", "Util", "Utils", "Handler"];
const FOLDERS: &[&str] = &["common", "shared", "utils", "util", "helpers", "helper", "misc"];

/// Faults for types, folders and files with such names.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.rust() {
        if file.path.ends_with("/mod.rs") {
            faults.push(file.fault(1, "is called mod.rs: use `name.rs` beside `name/`"));
        }
        let parts = file.path.trim_end_matches(".rs").split('/');
        for part in parts.filter(|part| FOLDERS.contains(part)) {
            faults.push(file.fault(1, format!("`{part}` names no thing")));
        }
        for (number, line) in file.code("names") {
            if let Some(name) = defined(&line)
                && TYPES.iter().any(|word| name.ends_with(word))
            {
                faults.push(file.fault(number, format!("`{name}`: what is it really?")));
            }
        }
    }
    faults
}

/// The type that a line defines, if it does.
fn defined(line: &str) -> Option<&str> {
    let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.find(|word| ["struct", "enum", "trait", "type"].contains(word))?;
    words.find(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::source::made_up;
    use super::*;

    #[test]
    fn names_that_say_nothing_are_found() {
        let tree = made_up(&[
            ("core/src/mod.rs", ""),
            ("core/src/utils/x.rs", ""),
            ("core/src/a.rs", "pub struct PantryManager<T> {}\nimpl Service for X {}"),
        ]);
        assert_eq!(check(&tree).len(), 3);
    }
}
