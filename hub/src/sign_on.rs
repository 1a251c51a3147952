//! By whose pages people may sign in beside the home's own: what whoever runs
//! the hub has set.

use std::{fs, path::Path};

use hearth_contract::endpoints::SignOn;

use crate::trouble::Trouble;

/// Reads a file of providers: a JSON list, each with `name`, `issuer` and
/// `client`, and, where they differ from what is usual, `scopes` and `login`.
///
/// # Errors
/// It can't be read, or is no such list.
pub fn read(file: &Path) -> Result<Vec<SignOn>, Trouble> {
    let damaged = |why: String| Trouble::SignOn(file.to_owned(), why);
    let bytes = fs::read(file).map_err(|error| damaged(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_providers_is_read_and_what_is_wrong_with_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sign-on.json");
        fs::write(
            &file,
            r#"[{ "name": "Maker", "issuer": "https://id.example.org", "client": "app" }]"#,
        )
        .unwrap();
        let providers = read(&file).unwrap();
        assert_eq!((providers.len(), providers[0].login()), (1, "id.example.org"));
        fs::write(&file, r#"[{ "name": "Maker", "client": "app" }]"#).unwrap();
        let trouble = read(&file).unwrap_err().to_string();
        assert!(
            trouble.contains("issuer") && trouble.contains("sign-on.json"),
            "{trouble}"
        );
    }
}
