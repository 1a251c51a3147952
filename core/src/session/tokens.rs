//! The tokens of one session: kept in the vault, renewed before they run out.
//!
//! A renewal happens once however many calls need it, and is written to the
//! vault in one piece before anyone uses it.

use std::sync::{Arc, Mutex, PoisonError};

use hearth_contract::{Failure, Kind, Reason, session::Person};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::{
    body::Body,
    cloud::Cloud,
    real,
    session::{Pool, VAULT_KEY},
};

/// Renewed when they last no longer than this.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// What the pool gives to who has signed in. Never shown by `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// For the cloud.
    pub(crate) access: String,
    /// For the identity pool.
    pub(crate) id: String,
    /// For new tokens.
    pub(crate) refresh: String,
    /// When the first two run out, real time.
    pub(crate) expires_at: Timestamp,
}

/// What the vault keeps of a session.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Who.
    pub(crate) person: Person,
    /// Their tokens.
    pub(crate) tokens: Tokens,
}

/// The tokens in use.
pub(crate) struct Keys {
    person: Person,
    tokens: Mutex<Tokens>,
    turn: Semaphore,
    body: Arc<dyn Body>,
    cloud: Arc<Cloud>,
}

impl Tokens {
    fn lasts(&self, now: Timestamp) -> bool {
        self.expires_at.duration_since(now) > MARGIN
    }
}

impl Keys {
    /// Puts tokens to use.
    pub(crate) fn new(person: Person, tokens: Tokens, body: Arc<dyn Body>, cloud: Arc<Cloud>) -> Self {
        Self {
            person,
            tokens: Mutex::new(tokens),
            turn: Semaphore::new(1),
            body,
            cloud,
        }
    }

    /// Tokens that last; renewed first if they don't, or if their access token
    /// is `spoiled`: refused although it should last.
    ///
    /// # Errors
    /// `SessionEnded` when there will never be any again, `Unavailable`.
    pub(crate) async fn good(&self, spoiled: Option<&str>) -> Result<Tokens, Failure> {
        let usable = |tokens: &Tokens| tokens.lasts(real::now()) && spoiled != Some(tokens.access.as_str());
        let tokens = self.present();
        if usable(&tokens) {
            return Ok(tokens);
        }
        let _turn = self.turn.acquire().await.map_err(|_| Reason::Bug)?;
        let tokens = self.present();
        if usable(&tokens) {
            return Ok(tokens);
        }
        let pool = Pool::new(self.cloud.place().await?);
        let renewed = pool.refresh(&tokens.refresh).await?;
        self.keep(&renewed).await?;
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = renewed.clone();
        Ok(renewed)
    }

    /// Writes the present tokens to the vault.
    ///
    /// # Errors
    /// `Unavailable` when the vault can't be written.
    pub(crate) async fn keep_present(&self) -> Result<(), Failure> {
        self.keep(&self.present()).await
    }

    /// Revokes the session at the pool, if it can be reached.
    pub(crate) async fn revoke(&self) {
        let refresh = self.present().refresh;
        let revoked = async { Pool::new(self.cloud.place().await?).revoke(&refresh).await };
        if let Err(failure) = revoked.await
            && failure.kind != Kind::Unavailable
        {
            tracing::warn!(%failure, "a session could not be revoked");
        }
    }

    fn present(&self) -> Tokens {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn keep(&self, tokens: &Tokens) -> Result<(), Failure> {
        let kept = Kept {
            person: self.person.clone(),
            tokens: tokens.clone(),
        };
        let bytes = serde_json::to_vec(&kept).map_err(|_| Reason::Bug)?;
        self.body.vault_set(VAULT_KEY, &bytes).await
    }
}
