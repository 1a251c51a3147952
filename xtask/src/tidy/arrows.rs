//! Who may use whom: the table of docs/architecture.md, held against the manifests.
//!
//! Dependencies of tests count too: a room that needs another one to be tested
//! is tested in `tests`.

use super::source::{Edge, Fault, Tree};

/// Each room, and the rooms it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("hearth-contract", &[]),
    ("hearth-core", &["hearth-contract"]),
    ("hearth-ui", &["hearth-contract"]),
    ("hearth-cloud", &["hearth-contract"]),
    ("hearth-embedded", &["hearth-contract", "hearth-cloud"]),
    ("hearth-edge", &["hearth-contract"]),
    ("hearth-shell", &["hearth-contract", "hearth-core", "hearth-edge"]),
    (
        "hearth-hub",
        &[
            "hearth-contract",
            "hearth-core",
            "hearth-cloud",
            "hearth-embedded",
            "hearth-edge",
        ],
    ),
    (
        "hearth-tests",
        &[
            "hearth-contract",
            "hearth-core",
            "hearth-cloud",
            "hearth-embedded",
            "hearth-edge",
            "hearth-hub",
        ],
    ),
    ("xtask", &[]),
];

/// Faults for every arrow the table does not have.
pub fn check(tree: &Tree) -> Vec<Fault> {
    tree.edges.iter().filter_map(judge).collect()
}

fn judge(Edge { from, to }: &Edge) -> Option<Fault> {
    if !to.starts_with("hearth-") || from == to {
        return None;
    }
    let fault = |what: String| {
        Some(Fault {
            place: from.clone(),
            what,
        })
    };
    match MAY_USE.iter().find(|(room, _)| room == from) {
        None => fault("is a new room: say in xtask/src/tidy/arrows.rs whom it may use".into()),
        Some((_, rooms)) if rooms.contains(&to.as_str()) => None,
        Some(_) => fault(format!("may not use {to}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(from: &str, to: &str) -> usize {
        let edge = Edge {
            from: from.into(),
            to: to.into(),
        };
        let tree = Tree {
            files: Vec::new(),
            edges: vec![edge],
        };
        check(&tree).len()
    }

    #[test]
    fn only_the_arrows_of_the_table_are_allowed() {
        assert_eq!(check_one("hearth-core", "hearth-contract"), 0);
        assert_eq!(check_one("hearth-core", "serde"), 0);
        assert_eq!(check_one("hearth-core", "hearth-cloud"), 1);
        assert_eq!(check_one("hearth-ui", "hearth-core"), 1);
        assert_eq!(check_one("hearth-new", "hearth-contract"), 1);
    }
}
