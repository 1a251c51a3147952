//! Where a browser session's core lives: a folder of the hub.
//!
//! A hub has no screen of its own: it opens no address and shows no
//! notification; the session's page does.

use std::path::PathBuf;

use async_trait::async_trait;
use hearth_contract::{Failure, Reason, alarm::Alarm};
use hearth_core::{Body, FolderVault, SignOnWay};

/// The body of one session.
pub struct SessionBody {
    folder: PathBuf,
    vault: FolderVault,
    sign_on_return: Option<String>,
}

impl SessionBody {
    /// A body in this folder, which is made with the first secret, and where
    /// sign-on providers send its person back to.
    #[must_use]
    pub fn new(folder: PathBuf, sign_on_return: Option<String>) -> Self {
        Self {
            vault: FolderVault::new(folder.join("vault")),
            folder,
            sign_on_return,
        }
    }
}

#[async_trait]
impl Body for SessionBody {
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

    fn sign_on_way(&self) -> SignOnWay {
        self.sign_on_return.clone().map_or(SignOnWay::None, SignOnWay::Page)
    }

    async fn sign_on_return(&self) -> Result<String, Failure> {
        Err(Reason::NotSupported.into())
    }

    async fn open_url(&self, _: &str) -> Result<(), Failure> {
        Err(Reason::NotSupported.into())
    }

    async fn notify(&self, _: &Alarm) {}
}
