//! What every Rust file looks like: it opens by saying what it is for, and it ends.

use super::source::{Fault, Tree, excepts};

/// Lines after which there is a second idea in a file.
const LONGEST: usize = 400;
/// The same for the ui, whose files are small.
const LONGEST_UI: usize = 200;

/// Faults for files without `//!` in their first three lines.
pub fn opening(tree: &Tree) -> Vec<Fault> {
    tree.rust()
        .filter(|file| !file.text.lines().take(3).any(|line| line.starts_with("//!")))
        .map(|file| file.fault(1, "does not open with `//!`: what it is for, what it leaves alone"))
        .collect()
}

/// Faults for files that are too long.
pub fn length(tree: &Tree) -> Vec<Fault> {
    tree.rust()
        .filter_map(|file| {
            let lines = file.text.lines().count();
            let longest = if file.path.starts_with("ui/") {
                LONGEST_UI
            } else {
                LONGEST
            };
            let is_excepted = file.text.lines().take(20).any(|line| excepts(line, "length"));
            (lines > longest && !is_excepted).then(|| {
                file.fault(
                    lines,
                    format!("has {lines} lines, {longest} are the limit: give the second idea a file"),
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::source::made_up;
    use super::*;

    #[test]
    fn a_file_says_what_it_is_for() {
        let tree = made_up(&[("a.rs", "//! Why.\n"), ("b.rs", "\n\n\n//! Late.\n")]);
        assert_eq!(opening(&tree).len(), 1);
    }

    #[test]
    fn the_ui_has_the_shorter_limit() {
        let long = "x\n".repeat(201);
        let tree = made_up(&[("ui/src/a.rs", &long), ("core/src/a.rs", &long)]);
        let faults = length(&tree);
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].place, "ui/src/a.rs:201");
    }
}
