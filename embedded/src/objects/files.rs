//! The objects' files. An object comes under a name of its own, is flushed to
//! the disk, and only then takes its place, which it takes once: an object is
//! never half there and never replaced.

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use hearth_cloud::brink::Brink;
use tokio::{fs, io::AsyncWriteExt, task::spawn_blocking};

use super::key::Key;

/// The folder's files.
pub struct Files {
    kept: PathBuf,
    coming: PathBuf,
    secret: PathBuf,
    count: AtomicU64,
}

/// An object that is coming; forgotten if dropped.
pub struct Coming {
    file: fs::File,
    path: PathBuf,
}

impl Drop for Coming {
    fn drop(&mut self) {
        // Left behind, it is swept at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Coming {
    /// Adds bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }
}

impl Files {
    /// Opens the folder, or makes it, and sweeps what never came whole.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let (kept, coming) = (folder.join("kept"), folder.join("coming"));
        std::fs::create_dir_all(&kept)?;
        if coming.try_exists()? {
            std::fs::remove_dir_all(&coming)?;
        }
        std::fs::create_dir_all(&coming)?;
        Ok(Self {
            kept,
            coming,
            secret: folder.join("signing.key"),
            count: AtomicU64::new(0),
        })
    }

    /// The secret all addresses are signed with; drawn once. `None`: it could
    /// not be drawn.
    pub fn secret(&self, draw: impl FnOnce(&mut [u8]) -> bool) -> io::Result<Option<[u8; 32]>> {
        use std::io::Write;
        if let Ok(kept) = std::fs::read(&self.secret)
            && let Ok(secret) = kept.try_into()
        {
            return Ok(Some(secret));
        }
        let mut secret = [0; 32];
        if !draw(&mut secret) {
            return Ok(None);
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(&self.secret)?;
        file.write_all(&secret)?;
        file.sync_all()?;
        Ok(Some(secret))
    }

    /// Whether the object is there.
    pub async fn has(&self, key: &Key) -> io::Result<bool> {
        fs::try_exists(self.kept.join(key.as_str())).await
    }

    /// A file for an object that is coming.
    pub async fn begin(&self) -> io::Result<Coming> {
        let path = self.coming.join(self.count.fetch_add(1, Ordering::Relaxed).to_string());
        Ok(Coming {
            file: fs::File::create_new(&path).await?,
            path,
        })
    }

    /// Gives the object its place, for good. `false`: there is one already.
    pub async fn finish(&self, mut coming: Coming, key: &Key) -> io::Result<bool> {
        coming.file.flush().await?;
        coming.file.sync_all().await?;
        Brink::BeforeNaming.reached();
        let (root, place) = (self.kept.clone(), self.kept.join(key.as_str()));
        spawn_blocking(move || {
            let folder = place.parent().unwrap_or(&root);
            std::fs::create_dir_all(folder)?;
            match std::fs::hard_link(&coming.path, &place) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
                linked => linked?,
            }
            // The name is safe only once its folders are, up to the root.
            for folder in folder.ancestors().take_while(|folder| folder.starts_with(&root)) {
                std::fs::File::open(folder)?.sync_all()?;
            }
            Ok(true)
        })
        .await
        .map_err(io::Error::other)?
    }

    /// The object; `None` if it never came.
    pub async fn get(&self, key: &Key) -> io::Result<Option<Bytes>> {
        match fs::read(self.kept.join(key.as_str())).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes the object; absent is fine.
    pub async fn delete(&self, key: &Key) -> io::Result<()> {
        match fs::remove_file(self.kept.join(key.as_str())).await {
            Err(error) if !absent(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

fn absent(error: &io::Error) -> bool {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | IsADirectory)
}
