//! `home.json`: what is fixed when a home first starts, and must never change
//! after: names and ports that tokens, certificates and devices refer to.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::trouble::Trouble;

/// The fixed facts of a home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeFile {
    /// What the hub is called before a family names its home.
    pub name: String,
    /// The public name people reach it by; the issuer of tokens is made of it.
    pub public_url: String,
    /// The port of devices; 0 until it is known.
    pub devices_port: u16,
}

impl HomeFile {
    /// Reads the file, or makes it.
    ///
    /// # Errors
    /// The folder can't be written, or the file is not one of ours.
    pub fn open(folder: &Path, port: u16) -> Result<Self, Trouble> {
        let path = Self::path(folder);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| Trouble::Damaged(path, error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let home = Self {
                    name: "Hearth".to_owned(),
                    public_url: format!("http://localhost:{port}"),
                    devices_port: 0,
                };
                home.save(folder)?;
                Ok(home)
            }
            Err(error) => Err(Trouble::Folder(folder.to_owned(), error)),
        }
    }

    /// Writes the file so that a power cut leaves the old one or the new one.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn save(&self, folder: &Path) -> Result<(), Trouble> {
        let path = Self::path(folder);
        let fresh = path.with_extension("new");
        let write = || -> io::Result<()> {
            let mut file = fs::File::create(&fresh)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            fs::rename(&fresh, &path)
        };
        write().map_err(|error| Trouble::Folder(folder.to_owned(), error))
    }

    fn path(folder: &Path) -> PathBuf {
        folder.join("home.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_keeps_its_names_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let first = HomeFile::open(folder.path(), 8420).unwrap();
        assert_eq!(HomeFile::open(folder.path(), 9999).unwrap(), first);
        assert_eq!(first.public_url, "http://localhost:8420");
    }

    #[test]
    fn a_damaged_file_is_named_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("home.json"), b"{").unwrap();
        let trouble = HomeFile::open(folder.path(), 8420).unwrap_err().to_string();
        assert!(trouble.contains("home.json"), "{trouble}");
        assert_eq!(fs::read(folder.path().join("home.json")).unwrap(), b"{");
    }
}
