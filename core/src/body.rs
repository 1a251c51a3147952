//! Core's one port to where it lives: the native shell or the hub.

use std::path::PathBuf;

use async_trait::async_trait;
use hearth_contract::{Failure, alarm::Alarm};

/// How a person gets to a sign-on provider's page and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOnWay {
    /// Not at all.
    None,
    /// The page goes there itself and is sent back to this address.
    Page(String),
    /// In the person's browser, beside this app's window (RFC 8252).
    Browser,
}

/// What a place must be able to do for a core that lives there.
#[async_trait]
pub trait Body: Send + Sync + 'static {
    /// Reads a secret; `None` if there is none of that name.
    ///
    /// # Errors
    /// `Unavailable` when the vault can't be opened now.
    async fn vault_get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure>;

    /// Keeps a secret in place of the one that was there, all or nothing.
    ///
    /// # Errors
    /// `Unavailable` when it could not be kept.
    async fn vault_set(&self, key: &str, secret: &[u8]) -> Result<(), Failure>;

    /// Forgets a secret; that there is none is no error.
    ///
    /// # Errors
    /// `Unavailable` when it could not be forgotten.
    async fn vault_delete(&self, key: &str) -> Result<(), Failure>;

    /// The folder for the replica, this core's alone; `None` keeps everything in memory.
    fn replica_dir(&self) -> Option<PathBuf>;

    /// How a person gets to a sign-on provider's page and back.
    fn sign_on_way(&self) -> SignOnWay;

    /// Opens an address that hands a provider's answer to this core's page, for
    /// ten minutes; only asked of [`SignOnWay::Browser`].
    ///
    /// # Errors
    /// `Unsupported` where there is none, `Unavailable` when none could be opened.
    async fn sign_on_return(&self) -> Result<String, Failure>;

    /// Opens an address in the person's browser.
    ///
    /// # Errors
    /// `Unsupported` where there is none.
    async fn open_url(&self, url: &str) -> Result<(), Failure>;

    /// Tells the person about an alarm that began, in their language, where the
    /// place has a way to do so beside the page.
    async fn notify(&self, alarm: &Alarm);
}
