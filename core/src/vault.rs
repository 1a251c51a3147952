//! A vault of files, for bodies that have nothing better: one secret a file,
//! readable by its user only, replaced whole or not at all.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::PathBuf,
};

use hearth_contract::{Failure, Reason};

/// Secrets as files in one folder, made with the first secret.
#[derive(Clone, Debug)]
pub struct FolderVault {
    folder: PathBuf,
}

impl FolderVault {
    /// A vault in this folder, which need not be there.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Reads a secret; `None` if there is none of that name.
    ///
    /// # Errors
    /// `Unavailable` when the file can't be read.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        match fs::read(self.path(key)) {
            Ok(secret) => Ok(Some(secret)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Keeps a secret in place of the one that was there.
    ///
    /// # Errors
    /// `Unavailable` when the folder can't be written; the old secret stays.
    pub fn set(&self, key: &str, secret: &[u8]) -> Result<(), Failure> {
        self.write(key, secret).map_err(|error| unavailable(&error))
    }

    /// Forgets a secret.
    ///
    /// # Errors
    /// `Unavailable` when the file can't be removed.
    pub fn delete(&self, key: &str) -> Result<(), Failure> {
        match fs::remove_file(self.path(key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unavailable(&error)),
            _ => Ok(()),
        }
    }

    fn write(&self, key: &str, secret: &[u8]) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let path = self.path(key);
        let fresh = path.with_extension("new");
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)?;
        file.write_all(secret)?;
        file.sync_all()?;
        fs::rename(fresh, path)
    }

    /// Keys are words of ours; anything else in them becomes a hyphen.
    fn path(&self, key: &str) -> PathBuf {
        let name: String = key
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' })
            .collect();
        self.folder.join(name + ".secret")
    }
}

fn unavailable(error: &io::Error) -> Failure {
    tracing::error!(%error, "the vault does not answer");
    Reason::HubUnreachable.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_kept_for_its_user_only_and_forgotten_on_request() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let vault = FolderVault::new(folder.path().join("vault"));
        assert_eq!(vault.get("tokens").unwrap(), None);
        vault.set("tokens", b"one").unwrap();
        vault.set("tokens", b"two").unwrap();
        assert_eq!(vault.get("tokens").unwrap().as_deref(), Some(b"two".as_slice()));
        let mode = fs::metadata(folder.path().join("vault/tokens.secret"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        vault.delete("tokens").unwrap();
        vault.delete("tokens").unwrap();
        assert_eq!(vault.get("tokens").unwrap(), None);
    }
}
