//! Where a native core lives: the app's own folder and keychain on this machine,
//! and the person's browser beside its window.

use std::path::PathBuf;

use async_trait::async_trait;
use hearth_contract::{Failure, Reason, alarm::Alarm};
use hearth_core::{Body, SignOnWay};

use crate::{keychain::Keychain, loopback::Loopback};

/// The body of the one core of this window.
pub struct NativeBody {
    folder: PathBuf,
    vault: Keychain,
    loopback: Loopback,
}

impl NativeBody {
    /// A body in this folder, which is made when something is kept; sign-on
    /// providers' answers arrive by the loopback.
    #[must_use]
    pub fn new(folder: PathBuf, loopback: Loopback) -> Self {
        Self {
            vault: Keychain::new(folder.join("vault")),
            folder,
            loopback,
        }
    }
}

#[async_trait]
impl Body for NativeBody {
    async fn vault_get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.vault.get(key).await
    }

    async fn vault_set(&self, key: &str, secret: &[u8]) -> Result<(), Failure> {
        self.vault.set(key, secret).await
    }

    async fn vault_delete(&self, key: &str) -> Result<(), Failure> {
        self.vault.delete(key).await
    }

    fn replica_dir(&self) -> Option<PathBuf> {
        Some(self.folder.join("replica"))
    }

    fn sign_on_way(&self) -> SignOnWay {
        SignOnWay::Browser
    }

    async fn sign_on_return(&self) -> Result<String, Failure> {
        self.loopback.open().await.map_err(|error| {
            tracing::error!(%error, "no way back could be opened");
            Reason::BrowserShut.into()
        })
    }

    async fn open_url(&self, url: &str) -> Result<(), Failure> {
        open::that_detached(url).map_err(|error| {
            tracing::error!(%error, "the browser could not be opened");
            Reason::BrowserShut.into()
        })
    }

    /// The window itself shows the alarm.
    async fn notify(&self, _: &Alarm) {}
}
