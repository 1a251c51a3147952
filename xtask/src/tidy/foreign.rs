//! Crates that only some places may name, so that they can be changed in a day.
//!
//! Tests may name any: they look from outside.

use super::source::{Fault, Tree, has_word};

/// A crate (or the beginning of crates' names), and the places that may name it.
struct Rule {
    name: &'static str,
    is_prefix: bool,
    places: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        name: "aws_",
        is_prefix: true,
        places: &["cloud/src/aws", "core/src/"],
    },
    Rule {
        name: "sqlx",
        is_prefix: false,
        places: &[
            "cloud/src/store",
            "core/src/replica",
            // Servers of their own, as Cognito and IoT Core are: accounts and
            // certificates are no family data.
            "embedded/src/identity/store",
            "embedded/src/jobs/store",
            "embedded/src/shadows/store",
            "embedded/src/things/store",
        ],
    },
    Rule {
        name: "sea_orm",
        is_prefix: false,
        places: &["cloud/src/store", "core/src/replica"],
    },
    Rule {
        name: "axum",
        is_prefix: false,
        places: &["hub/", "embedded/", "cloud/src/door"],
    },
    Rule {
        name: "tauri",
        is_prefix: false,
        places: &["src-tauri/"],
    },
    Rule {
        name: "web_sys",
        is_prefix: false,
        places: &["ui/src/host", "ui/src/browser"],
    },
];

/// Faults for every crate named where it does not belong.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let is_test = |path: &str| path.starts_with("tests/") || path.contains("/tests/");
    for file in tree.rust().filter(|file| !is_test(&file.path)) {
        for rule in RULES {
            if rule.places.iter().any(|place| file.path.starts_with(place)) {
                continue;
            }
            // One fault a file: a whole file in the wrong place is one mistake.
            let first = file.code(rule.name).find(|(_, line)| names(line, rule));
            if let Some((number, _)) = first {
                let what = format!("`{}` belongs in {}", rule.name, rule.places.join(", "));
                faults.push(file.fault(number, what));
            }
        }
    }
    faults
}

/// Whether a line uses the crate: a path into it, an import of it, a macro of it.
fn names(line: &str, rule: &Rule) -> bool {
    if rule.is_prefix {
        return line.match_indices(rule.name).any(|(at, _)| {
            let is_start = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let rest = line[at..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
            is_start && rest.starts_with("::")
        });
    }
    has_word(line, rule.name)
        && (line.contains(&format!("{}::", rule.name)) || line.trim_start().starts_with(&format!("use {}", rule.name)))
}

#[cfg(test)]
mod tests {
    use super::super::source::made_up;
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&made_up(&[(path, text)])).len()
    }

    #[test]
    fn a_database_is_named_in_the_store_only() {
        assert_eq!(faults("cloud/src/store/rows.rs", "use sqlx::Row;"), 0);
        assert_eq!(faults("cloud/src/pantry.rs", "use sqlx::Row;"), 1);
        assert_eq!(faults("cloud/tests/rules.rs", "use sqlx::Row;"), 0);
        assert_eq!(faults("cloud/src/pantry.rs", "// no sqlx::Row here"), 0);
        assert_eq!(
            faults(
                "embedded/src/x.rs",
                "// tidy: sqlx, because identity keeps its own file\nuse sqlx::Row;"
            ),
            0
        );
    }

    #[test]
    fn amazons_clients_stay_where_they_are() {
        assert_eq!(faults("cloud/src/aws/things.rs", "aws_sdk_iot::Client"), 0);
        assert_eq!(faults("hub/src/main.rs", "aws_sdk_iot::Client"), 1);
        assert_eq!(faults("hub/src/main.rs", "let aws_region = 1;"), 0);
    }
}
