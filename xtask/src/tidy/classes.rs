//! Every class has a rule and a user.
//!
//! A rule is a selector in a style sheet. A user is a word in a string of the
//! ui's sources or a `class:name`; a name that is put together (`"tile-{kind}"`)
//! uses every class that begins like it. Classes in plain `class="…"` must have
//! a rule.

use super::source::{Fault, Tree, excepts};
use std::collections::{BTreeMap, BTreeSet};

/// Faults for classes that only one side knows.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut rules: BTreeMap<String, Fault> = BTreeMap::new();
    for file in tree.styles() {
        for (number, class) in selected(&file.text) {
            rules
                .entry(class.clone())
                .or_insert_with(|| file.fault(number, format!("nobody uses the class `{class}`")));
        }
    }
    let mut words = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    let mut faults = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.path.starts_with("ui/") && !file.path.ends_with(".css"))
    {
        for (at, line) in file.text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for word in strings(line) {
                match word.split_once('{') {
                    Some((beginning, _)) => beginnings.insert(beginning.to_owned()),
                    None => words.insert(word.to_owned()),
                };
            }
            for class in named(line) {
                words.insert(class.to_owned());
                if !rules.contains_key(class) && !class.contains('{') && !excepts(line, "classes") {
                    faults.push(file.fault(at + 1, format!("the class `{class}` has no rule")));
                }
            }
        }
    }
    faults.extend(rules.into_iter().filter_map(|(class, fault)| {
        let is_built = beginnings
            .iter()
            .any(|beginning| !beginning.is_empty() && class.starts_with(beginning));
        (!words.contains(&class) && !is_built).then_some(fault)
    }));
    faults
}

/// The classes in a sheet's selectors, with their lines.
fn selected(sheet: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    let mut piece = String::new();
    let (mut line, mut is_comment) = (1, false);
    let mut letters = sheet.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => line += 1,
            '/' if letters.peek() == Some(&'*') => is_comment = true,
            '*' if is_comment && letters.peek() == Some(&'/') => {
                is_comment = false;
                letters.next();
                continue;
            }
            _ => {}
        }
        if is_comment {
            continue;
        }
        match letter {
            '{' => {
                // `@layer a.b` names a layer, `@media` a condition.
                if !piece.trim_start().starts_with('@') {
                    all.extend(classes(&piece).into_iter().map(|class| (line, class)));
                }
                piece.clear();
            }
            '}' | ';' => piece.clear(),
            _ => piece.push(letter),
        }
    }
    all
}

fn classes(selector: &str) -> Vec<String> {
    selector
        .split('.')
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
            let name = &rest[..end.unwrap_or(rest.len())];
            name.starts_with(|c: char| c.is_alphabetic()).then(|| name.to_owned())
        })
        .collect()
}

/// The words inside a line's strings.
fn strings(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2).flat_map(str::split_whitespace)
}

/// The classes that a line names plainly: `class="a b"` and `class:a=`.
fn named(line: &str) -> Vec<&str> {
    let mut all = Vec::new();
    for (at, start) in line.match_indices("class=\"") {
        let is_attribute = line[..at].ends_with(|c: char| c.is_whitespace());
        if let Some((value, _)) = line[at + start.len()..].split_once('"')
            && (is_attribute || at == 0)
        {
            all.extend(value.split_whitespace());
        }
    }
    for (at, start) in line.match_indices("class:") {
        let rest = &line[at + start.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        if !name.is_empty() && line[..at].ends_with(|c: char| c.is_whitespace()) {
            all.push(name);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::source::made_up;
    use super::*;

    fn faults(sheet: &str, source: &str) -> Vec<String> {
        let tree = made_up(&[("ui/src/a.css", sheet), ("ui/src/a.rs", source)]);
        check(&tree).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn a_rule_needs_a_user() {
        assert_eq!(
            faults("/* .old */\n.tile, a.open:hover { top: 1.5em }", r#"<p class="tile"/>"#),
            ["nobody uses the class `open`"]
        );
        assert!(faults(".tile-fridge { top: 0 }", r#"format!("tile-{kind}")"#).is_empty());
    }

    #[test]
    fn a_user_needs_a_rule() {
        assert_eq!(
            faults(".tile {}", r#"<p class="tile big" class:open=move || true/>"#),
            ["the class `big` has no rule", "the class `open` has no rule"]
        );
    }
}
