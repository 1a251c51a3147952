//! Mail nobody delivers: codes go to the terminal and to a folder.
//!
//! At home there is usually no mail server; whoever runs the hub reads the codes.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use hearth_embedded::identity::{self, Letter, NotPosted};

use super::about;

/// The folder and the terminal.
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// An outbox in this folder.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Appends a letter to the recipient's file and prints it.
    fn keep(&self, letter: &Letter) -> io::Result<()> {
        let why = about(letter.subject).english;
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "@.-_".contains(c) {
                c
            } else {
                '_'
            }
        };
        let name: String = letter.to.chars().map(plain).collect();
        let path = self.folder.join(format!("{name}.txt"));
        let mut file = fs::OpenOptions::new().create(true).append(true).open(path)?;
        writeln!(file, "{why}: {}", letter.code)?;
        println!("  mail to {}: {why}: {}", letter.to, letter.code);
        Ok(())
    }
}

#[async_trait]
impl identity::Outbox for Outbox {
    async fn post(&self, letter: Letter) -> Result<(), NotPosted> {
        self.keep(&letter).map_err(|error| {
            tracing::error!(%error, "a letter could not be kept");
            NotPosted
        })
    }
}
