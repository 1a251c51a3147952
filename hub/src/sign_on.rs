//! By whose pages people may sign in beside the home's own: what whoever runs
//! the hub has set.

use std::{fs, path::Path};

use hearth_contract::{endpoints::SignOn, text::Name};
use hearth_embedded::identity::Names;

use crate::trouble::Trouble;

/// What the home's own page is called among the providers.
const HERE: &str = "Hearth";
/// The last one opens the account's own pages.
const SCOPES: [&str; 4] = ["openid", "email", "profile", "aws.cognito.signin.user.admin"];

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

/// The home's own sign-in page, as other apps know it.
///
/// # Errors
/// What it is called here is no name.
pub fn here(names: &Names) -> Result<SignOn, Trouble> {
    let name = Name::parse(HERE).map_err(|bad| Trouble::Server("sign-on", bad.to_string()))?;
    Ok(SignOn {
        name,
        issuer: names.issuer.clone(),
        client: names.client_id.clone(),
        scopes: SCOPES.map(str::to_owned).into(),
        login: None,
    })
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
