//! Raw colours and sizes in styles: they belong in the tokens, where themes and
//! densities change them.
//!
//! Shares (`%`, `fr`, `em`, `ch`, viewport units) and hairlines (`1px`) are no
//! tokens. What stands in `@media (…)` can't be one, since `var()` is unknown there.

use super::source::{Fault, Tree, excepts};

const TOKENS: &str = "assets/styles/tokens.css";
const UNITS: &[&str] = &["px", "rem", "pt", "pc", "cm", "mm", "in"];
const FUNCTIONS: &[&str] = &[
    "rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch(", "color(",
];
const NAMED: &[&str] = &[
    "white", "black", "red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "gray", "grey", "silver",
    "gold", "navy", "teal", "maroon", "olive", "lime", "aqua", "fuchsia", "cyan", "magenta", "tomato", "crimson",
    "coral", "salmon", "beige", "ivory",
];

/// Faults for every raw value outside the tokens.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.styles().filter(|file| file.path != TOKENS) {
        for (number, property, value) in declarations(&file.text) {
            if let Some(raw) = raw_in(&value) {
                faults.push(file.fault(
                    number,
                    format!("{property}: {raw} is a raw value; it belongs in {TOKENS}"),
                ));
            }
        }
    }
    faults
}

/// `property: value` with the line it begins on, without comments.
fn declarations(sheet: &str) -> Vec<(usize, String, String)> {
    let text = without_comments(sheet);
    let mut all = Vec::new();
    let mut piece = String::new();
    let mut began = 1;
    let mut depth = 0_u32;
    for (at, line) in text.lines().enumerate() {
        for letter in line.chars().chain(['\n']) {
            match letter {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                // What stood before a brace was a selector or a condition.
                '{' => {
                    piece.clear();
                    continue;
                }
                ';' | '}' if depth == 0 => {
                    if let Some((property, value)) = piece.split_once(':')
                        && !piece.trim_start().starts_with('@')
                    {
                        all.push((began, property.trim().to_owned(), value.trim().to_owned()));
                    }
                    piece.clear();
                    continue;
                }
                _ => {}
            }
            if piece.trim().is_empty() {
                began = at + 1;
            }
            piece.push(letter);
        }
    }
    all
}

/// Comments as spaces, so that lines keep their numbers; excepted lines emptied.
fn without_comments(sheet: &str) -> String {
    let mut is_excepted = false;
    let kept: Vec<&str> = sheet
        .lines()
        .map(|line| {
            let here = excepts(line, "raw");
            let passed_by = is_excepted || here;
            is_excepted = here;
            if passed_by { "" } else { line }
        })
        .collect();
    let mut rest = kept.join("\n");
    while let Some(start) = rest.find("/*") {
        let end = rest[start..].find("*/").map_or(rest.len(), |at| start + at + 2);
        let blank: String = rest[start..end]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        rest.replace_range(start..end, &blank);
    }
    rest
}

/// The first raw value in what a property is set to.
fn raw_in(value: &str) -> Option<&str> {
    let lower = value.to_ascii_lowercase();
    if lower.contains("url(") {
        return None;
    }
    if let Some(function) = FUNCTIONS.iter().find(|function| lower.contains(**function)) {
        // `oklch(from var(--x) …)` derives from a token.
        if !lower.contains(&format!("{function}from var(")) {
            return Some(value);
        }
    }
    value
        .split(|c: char| c.is_whitespace() || "(),/".contains(c))
        .find(|word| is_raw(word))
}

fn is_raw(word: &str) -> bool {
    let word = word.trim_start_matches(['-', '+']).to_ascii_lowercase();
    if let Some(colour) = word.strip_prefix('#') {
        return colour.len() >= 3 && colour.chars().all(|c| c.is_ascii_hexdigit());
    }
    if NAMED.contains(&word.as_str()) {
        return true;
    }
    let Some(unit) = word.find(|c: char| !c.is_ascii_digit() && c != '.') else {
        return false;
    };
    let (number, unit) = word.split_at(unit);
    let is_hairline = unit == "px" && number == "1";
    UNITS.contains(&unit) && !is_hairline && number.parse::<f64>().is_ok_and(|n| n != 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::source::made_up;
    use super::*;

    fn faults(sheet: &str) -> usize {
        check(&made_up(&[("ui/src/a.css", sheet)])).len()
    }

    #[test]
    fn raw_values_are_found() {
        for raw in [
            "color: #fff",
            "margin: 0 3px",
            "gap: 1.5rem",
            "color: white",
            "background: oklch(0.7 0.1 200)",
            "width: calc(100% - 12px)",
        ] {
            assert_eq!(faults(&format!(".a {{\n  {raw};\n}}")), 1, "{raw}");
        }
    }

    #[test]
    fn shares_hairlines_and_tokens_are_fine() {
        for good in [
            "margin: 0",
            "border: 1px solid var(--line)",
            "inset: -1px",
            "width: 50%",
            "grid-template-columns: 1fr minmax(0, 2fr)",
            "padding: calc(var(--gap) * 2)",
            "color: transparent",
            "height: 100dvh",
            "background: url(#ab1)",
            "white-space: nowrap",
            "color: oklch(from var(--ink) l c h / 50%)",
        ] {
            assert_eq!(faults(&format!(".a {{ {good} }}")), 0, "{good}");
        }
        assert_eq!(faults("@media (min-width: 600px) { .a:hover { margin: 0 } }"), 0);
        assert_eq!(
            faults("/* tidy: raw, because the notch is measured */\n.a { top: 3px }"),
            0
        );
    }

    #[test]
    fn the_tokens_themselves_are_raw() {
        let tree = made_up(&[(TOKENS, ":root { --gap: 8px }")]);
        assert!(check(&tree).is_empty());
    }
}
