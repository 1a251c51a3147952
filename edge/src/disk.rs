//! A device's own disk: small files that are whole or not there.
//!
//! Every file is written beside itself, flushed, renamed and its folder flushed,
//! and only the device may read it. All calls block: from async code they go
//! through [`tokio::task::spawn_blocking`].

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::fault::Fault;

const HALF_WRITTEN: &str = ".half";
/// Who may do what with a file: nobody but the device itself, read and write; or run it, too.
const PRIVATE: u32 = 0o600;
const PROGRAM: u32 = 0o700;

/// A step at which a power cut would hurt: a file is about to get its name, has
/// it, or is about to go. In debug builds a test names in `HEARTH_CUT_DISK` a file
/// that says at which one, counted from 1, the power goes.
fn brink() {
    #[cfg(debug_assertions)]
    cut::here();
}

#[cfg(debug_assertions)]
mod cut {
    use std::{
        env, fs,
        process::{Command, abort},
        sync::{Mutex, PoisonError},
    };

    /// The programs of a device share the count, as they share its power: all of
    /// the test's process group end.
    pub fn here() {
        static ONE: Mutex<()> = Mutex::new(());
        let Ok(file) = env::var("HEARTH_CUT_DISK") else { return };
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        match fs::read_to_string(&file).map(|left| left.parse::<u32>()) {
            Ok(Ok(0)) => {}
            Ok(Ok(1)) => {
                // Nothing may run after this: no destructor, no flush.
                let _ = Command::new("sh").args(["-c", "kill -KILL 0"]).status();
                abort();
            }
            Ok(Ok(left)) => fs::write(&file, (left - 1).to_string()).unwrap_or_else(|_| abort()),
            Ok(Err(_)) | Err(_) => abort(),
        }
    }
}

/// A file that comes bit by bit. It has its name only once it is kept.
#[derive(Debug)]
pub struct Incoming {
    file: File,
    half: PathBuf,
    whole: PathBuf,
    folder: PathBuf,
}

impl Incoming {
    /// The next bytes.
    ///
    /// # Errors
    /// The disk is full or broken.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// It is whole; when this returns it survives a power cut.
    ///
    /// # Errors
    /// The disk is full or broken; what had its name still has it.
    pub fn keep(self) -> io::Result<()> {
        self.file.sync_data()?;
        // A program that is open for writing can't be run.
        drop(self.file);
        brink();
        fs::rename(&self.half, &self.whole)?;
        File::open(&self.folder)?.sync_all()?;
        brink();
        Ok(())
    }
}

/// A folder on the device's disk.
#[derive(Clone, Debug)]
pub struct Disk(PathBuf);

impl Disk {
    /// Opens a folder, making it first if it is not there. What a power cut left half-written goes.
    ///
    /// # Errors
    /// The folder can't be made or read.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(HALF_WRITTEN) {
                fs::remove_file(path)?;
            }
        }
        Ok(Self(folder.to_owned()))
    }

    /// A folder in it.
    ///
    /// # Errors
    /// The folder can't be made or read.
    pub fn below(&self, name: &str) -> io::Result<Self> {
        Self::open(&self.0.join(name))
    }

    /// Waits until no other program uses the disk, and keeps others off until
    /// what it gives is dropped: a program that is called back takes its time.
    ///
    /// # Errors
    /// The disk is broken.
    pub fn alone(&self) -> io::Result<File> {
        let lock = File::create(self.0.join("lock"))?;
        if lock.try_lock().is_err() {
            tracing::warn!("another program is this device; waiting for it to end");
            lock.lock()?;
        }
        Ok(lock)
    }

    /// The bytes of a file; `None` if it is not there.
    ///
    /// # Errors
    /// It is there but can't be read.
    pub fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.0.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a file; when this returns it survives a power cut.
    ///
    /// # Errors
    /// The disk is full or broken; the file is as it was.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut incoming = self.incoming(name, PRIVATE)?;
        incoming.add(bytes)?;
        incoming.keep()
    }

    /// A program that comes bit by bit, to be run from [`Self::path`].
    ///
    /// # Errors
    /// The disk is full or broken.
    pub fn program(&self, name: &str) -> io::Result<Incoming> {
        self.incoming(name, PROGRAM)
    }

    /// Where a file lies.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn incoming(&self, name: &str, mode: u32) -> io::Result<Incoming> {
        let half = self.0.join(format!("{name}{HALF_WRITTEN}"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        Ok(Incoming {
            file: options.open(&half)?,
            half,
            whole: self.0.join(name),
            folder: self.0.clone(),
        })
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// It is there but can't be removed.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        brink();
        match fs::remove_file(self.0.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The names of all files, sorted.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// What a JSON file holds; `None` if it is not there.
    ///
    /// # Errors
    /// It is there but is not of this type.
    pub fn load<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Fault> {
        Ok(self
            .read(name)?
            .map(|bytes| serde_json::from_slice(&bytes))
            .transpose()?)
    }

    /// Writes a JSON file, as [`Self::write`].
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn save<T: Serialize>(&self, name: &str, value: &T) -> Result<(), Fault> {
        Ok(self.write(name, &serde_json::to_vec(value)?)?)
    }
}
