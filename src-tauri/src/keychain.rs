//! The platform's keychain, with a folder behind it: where there is no keychain,
//! or it can't be opened, a secret is a file that only its user can read.
//!
//! A file is always the newer one: keeping a secret in the keychain removes it.
//! So a keychain that comes or goes between two starts never brings an old
//! session back.

use std::{path::PathBuf, sync::Arc, time::Duration};

use hearth_contract::{Failure, Reason};
use hearth_core::FolderVault;
use keyring_core::{CredentialStore, Entry, Error};
use tokio::{sync::OnceCell, task::spawn_blocking, time::timeout};

/// How the keychain's own windows call us.
const SERVICE: &str = "Hearth";
/// How long finding the keychain may take.
const FOUND: Duration = Duration::from_secs(5);
/// How long it may take with somebody who has to unlock it first.
const UNLOCKED: Duration = Duration::from_secs(60);

/// See the module.
pub struct Keychain {
    files: FolderVault,
    /// Tells the folders of several windows apart.
    folder: PathBuf,
    found: OnceCell<Option<Arc<CredentialStore>>>,
}

impl Keychain {
    /// For secrets of this folder, which need not be there.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            files: FolderVault::new(folder.clone()),
            folder,
            found: OnceCell::new(),
        }
    }

    /// Reads a secret; `None` if there is none of that name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(newer) = self.files.get(key)? {
            return Ok(Some(newer));
        }
        match self.ask(key, |entry| entry.get_secret()).await {
            Asked::Done(secret) => Ok(Some(secret)),
            Asked::Nothing => Ok(None),
            Asked::Silent => Err(Reason::KeychainShut.into()),
        }
    }

    /// Keeps a secret in place of the one that was there.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set(&self, key: &str, secret: &[u8]) -> Result<(), Failure> {
        let kept = secret.to_vec();
        match self.ask(key, move |entry| entry.set_secret(&kept)).await {
            Asked::Done(()) => self.files.delete(key),
            Asked::Nothing | Asked::Silent => self.files.set(key, secret),
        }
    }

    /// Forgets a secret.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete(&self, key: &str) -> Result<(), Failure> {
        let asked = self.ask(key, |entry| entry.delete_credential()).await;
        self.files.delete(key)?;
        match asked {
            Asked::Done(()) | Asked::Nothing => Ok(()),
            Asked::Silent => Err(Reason::KeychainShut.into()),
        }
    }

    async fn ask<T: Send + 'static>(
        &self,
        key: &str,
        what: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Asked<T> {
        let found = self.found.get_or_init(find).await;
        let Some(store) = found.clone() else {
            return Asked::Nothing;
        };
        let user = format!("{key} {}", self.folder.display());
        let asked = spawn_blocking(move || store.build(SERVICE, &user, None).and_then(|entry| what(&entry)));
        match timeout(UNLOCKED, asked).await {
            Ok(Ok(Ok(answer))) => Asked::Done(answer),
            Ok(Ok(Err(Error::NoEntry))) => Asked::Nothing,
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, "the keychain does not answer");
                Asked::Silent
            }
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("the keychain was not unlocked in time");
                Asked::Silent
            }
        }
    }
}

/// What the keychain said.
enum Asked<T> {
    Done(T),
    /// It has no such secret, or there is no keychain.
    Nothing,
    /// It is locked or gone.
    Silent,
}

async fn find() -> Option<Arc<CredentialStore>> {
    let found = timeout(FOUND, spawn_blocking(open)).await;
    match found {
        Ok(Ok(Ok(store))) => Some(store),
        Ok(Ok(Err(error))) => {
            tracing::info!(%error, "there is no keychain here: secrets are files");
            None
        }
        Ok(Err(_)) | Err(_) => {
            tracing::warn!("the keychain does not answer: secrets are files");
            None
        }
    }
}

#[cfg(target_os = "linux")]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = dbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(not(target_os = "linux"))]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NoDefaultStore)
}
