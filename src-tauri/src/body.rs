//! Where a native core lives: the app's own folder on this machine.

use std::path::PathBuf;

use async_trait::async_trait;
use hearth_contract::{Failure, Reason, alarm::Alarm};
use hearth_core::{Body, FolderVault};

/// The body of the one core of this window.
pub struct NativeBody {
    folder: PathBuf,
    vault: FolderVault,
}

impl NativeBody {
    /// A body in this folder, which is made with the first secret.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            vault: FolderVault::new(folder.join("vault")),
            folder,
        }
    }
}

#[async_trait]
impl Body for NativeBody {
    async fn vault_get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.vault.get(key)
    }

    async fn vault_set(&self, key: &str, secret: &[u8]) -> Result<(), Failure> {
        self.vault.set(key, secret)
    }

    async fn vault_delete(&self, key: &str) -> Result<(), Failure> {
        self.vault.delete(key)
    }

    fn replica_dir(&self) -> Option<PathBuf> {
        Some(self.folder.join("replica"))
    }

    /// The window has no address that another program could lead to.
    fn sign_on_return(&self) -> Option<String> {
        None
    }

    async fn open_url(&self, _: &str) -> Result<(), Failure> {
        Err(Reason::NotSupported.into())
    }

    /// The window itself shows the alarm.
    async fn notify(&self, _: &Alarm) {}
}
