//! New signing keys in place of old ones, while everybody stays signed in.
//!
//! The old private keys are deleted; tokens they have signed are good until
//! they run out, and refresh tokens are signed by nobody. Whoever judges tokens
//! elsewhere reads the key set again when it meets a key it does not know.

use std::sync::{Arc, PoisonError};

use super::{
    Identity, OpenFailed, Pool,
    keys::{self, Keys},
};

/// How long a pair signs, seconds.
pub const KEY_LIFE: i64 = 90 * 24 * 3600;

impl Identity {
    /// Replaces the signing keys if they are older than 90 days, and forgets
    /// replaced ones of which no token runs any more. Whether it replaced them;
    /// to be called at start and from time to time.
    ///
    /// # Errors
    /// [`OpenFailed`]; the keys stay as they were.
    pub async fn tend_keys(&self) -> Result<bool, OpenFailed> {
        let now = self.pool.ports.clock.now().as_second();
        let (pair, retired) = self.pool.store.keys(now).await?;
        if now - pair.made_at >= KEY_LIFE {
            self.rotate().await?;
            return Ok(true);
        }
        self.pool
            .use_keys(Keys::load(&pair, retired).ok_or(OpenFailed::Keys)?, now)?;
        Ok(false)
    }

    /// Replaces the signing keys now.
    ///
    /// # Errors
    /// [`OpenFailed`]; the keys stay as they were.
    pub async fn rotate(&self) -> Result<(), OpenFailed> {
        let pool = &self.pool;
        let now = pool.ports.clock.now().as_second();
        let pair = keys::pair(pool.ports.random.clone(), now).await?;
        let retired = pool.keys().retired(now);
        let next = Keys::load(&pair, retired.clone()).ok_or(OpenFailed::Keys)?;
        // On disk first: what was signed must be known after a power cut.
        pool.store.replace_keys(&pair, &retired).await?;
        pool.use_keys(next, now)
    }
}

impl Pool {
    /// The keys that sign at present.
    pub(super) fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn use_keys(&self, keys: Keys, now: i64) -> Result<(), OpenFailed> {
        // Known before the first token is signed.
        self.verifier.learn(&keys.public(now)).ok_or(OpenFailed::Keys)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }
}
