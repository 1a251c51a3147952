//! One style sheet out of many.
//!
//! Tokens first (they name the cascade layers in order), then the other shared
//! sheets, then those beside the components. It joins; it does not rewrite.

use super::files::walk;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The sheet that names the layers, and the only one with raw values.
const TOKENS: &str = "tokens.css";

/// The order of the cascade, used when the tokens don't name one.
const LAYERS: &str = "@layer base, components, pages;\n";

/// All style sheets, in the order they are joined.
///
/// # Errors
/// When a folder can't be read.
pub fn sheets(root: &Path) -> Result<Vec<PathBuf>> {
    let mut shared = walk(&root.join("assets/styles"))?;
    shared.sort_by_key(|path| !path.ends_with(TOKENS));
    let beside = walk(&root.join("ui/src"))?;
    Ok(shared
        .into_iter()
        .chain(beside)
        .filter(|path| path.extension().is_some_and(|ending| ending == "css"))
        .collect())
}

/// The sheets as one, each under a line that says where it came from.
///
/// # Errors
/// When a sheet can't be read.
pub fn join(sheets: &[PathBuf]) -> Result<String> {
    let mut texts = Vec::new();
    for sheet in sheets {
        let text = fs::read_to_string(sheet).with_context(|| format!("reading {}", sheet.display()))?;
        texts.push(text);
    }
    let mut all = String::new();
    if !texts.first().is_some_and(|first| names_layers(first)) {
        all += LAYERS;
    }
    for text in &texts {
        all += text;
        all += "\n";
    }
    Ok(all)
}

/// Whether a sheet has an `@layer a, b;` statement (not only `@layer a { … }` blocks).
fn names_layers(sheet: &str) -> bool {
    sheet
        .split("@layer")
        .skip(1)
        .any(|rest| rest.find(['{', ';']).is_some_and(|end| rest.as_bytes()[end] == b';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_block_names_no_order() {
        assert!(names_layers("/* x */ @layer a, b;\n@layer a { p {} }"));
        assert!(!names_layers("@layer a { p { color: red; } }"));
        assert!(!names_layers(":root {}"));
    }
}
