//! A folder of small files, each written whole or not at all; or no folder at
//! all, for a core that lives in memory.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use hearth_contract::{Failure, Reason};

/// A folder, or none.
#[derive(Clone)]
pub(crate) struct Disk {
    dir: Option<PathBuf>,
}

impl Disk {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// `Unavailable` when it can't be made.
    pub(crate) async fn open(dir: Option<PathBuf>) -> Result<Self, Failure> {
        let disk = Self { dir };
        disk.work(|dir| fs::create_dir_all(dir))
            .await
            .map_err(|error| failed(&error))?;
        Ok(disk)
    }

    /// A folder in this one.
    pub(crate) fn below(&self, name: &str) -> Self {
        Self {
            dir: self.dir.as_ref().map(|dir| dir.join(name)),
        }
    }

    /// Every file with its name, in the names' order; none when the folder is not
    /// there. Drafts of a run that was cut off are removed.
    ///
    /// # Errors
    /// `Unavailable` when a file can't be read.
    pub(crate) async fn read_all(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let files = self.work(read_folder).await.map_err(|error| failed(&error))?;
        Ok(files.unwrap_or_default())
    }

    /// One file; `None` when it is not there.
    pub(crate) async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let name = name.to_owned();
        self.work(move |dir| fs::read(dir.join(name))).await.ok().flatten()
    }

    /// Writes a file that can be fetched again: whole or not at all, but a
    /// failure is only logged.
    pub(crate) async fn write(&self, name: &str, bytes: Vec<u8>) {
        let name = name.to_owned();
        if let Err(error) = self.work(move |dir| write_whole(dir, &name, &bytes, false)).await {
            tracing::warn!(%error, "the replica could not be written");
        }
    }

    /// Writes a file that must not be lost: returns when it is on the disk.
    ///
    /// # Errors
    /// `Unavailable` when it is not.
    pub(crate) async fn write_safe(&self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let name = name.to_owned();
        let written = self.work(move |dir| write_whole(dir, &name, &bytes, true)).await;
        written.map(|_| ()).map_err(|error| failed(&error))
    }

    /// Removes a file.
    pub(crate) async fn remove(&self, name: &str) {
        let name = name.to_owned();
        let _ = self.work(move |dir| fs::remove_file(dir.join(name))).await;
    }

    /// Removes a folder in this one with everything in it.
    pub(crate) async fn remove_all(&self, name: &str) {
        let name = name.to_owned();
        let _ = self.work(move |dir| fs::remove_dir_all(dir.join(name))).await;
    }

    /// Removes this folder with everything in it.
    pub(crate) async fn wipe(&self) {
        if let Err(error) = self.work(|dir| fs::remove_dir_all(dir)).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the replica could not be wiped");
        }
    }

    /// Keeps the folder's files below `most` bytes altogether; the oldest leave first.
    pub(crate) async fn trim(&self, most: u64) {
        let _ = self.work(move |dir| trim_folder(dir, most)).await;
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> io::Result<Option<T>> {
        let Some(dir) = self.dir.clone() else { return Ok(None) };
        let done = tokio::task::spawn_blocking(move || work(&dir)).await;
        done.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()))
            .map(Some)
    }
}

fn read_folder(dir: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if name.starts_with('.') {
            // It was being written when the power went.
            fs::remove_file(entry.path())?;
        } else if entry.file_type()?.is_file() {
            files.push((name, fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}

fn write_whole(dir: &Path, name: &str, bytes: &[u8], safe: bool) -> io::Result<()> {
    static DRAFT: AtomicU64 = AtomicU64::new(0);
    fs::create_dir_all(dir)?;
    let draft = dir.join(format!(".{name}.{}", DRAFT.fetch_add(1, Ordering::Relaxed)));
    let mut file = fs::File::create(&draft)?;
    file.write_all(bytes)?;
    if safe {
        file.sync_all()?;
    }
    fs::rename(&draft, dir.join(name))?;
    if safe {
        fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}

fn trim_folder(dir: &Path, most: u64) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_file() {
            files.push((about.modified()?, about.len(), entry.path()));
        }
    }
    files.sort();
    let mut all: u64 = files.iter().map(|(_, length, _)| length).sum();
    for (_, length, path) in files {
        if all <= most {
            break;
        }
        fs::remove_file(path)?;
        all -= length;
    }
    Ok(())
}

fn failed(error: &io::Error) -> Failure {
    tracing::error!(%error, "the replica's folder can't be used");
    Reason::HubUnreachable.into()
}
