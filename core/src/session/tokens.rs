//! The tokens of one session, whoever issued them: kept in the vault, renewed before they run out.
//!
//! A renewal happens once however many calls need it, and is written to the
//! vault in one piece before anyone uses it. It runs to its end even if whoever
//! needed it has gone: a rotated token that nobody kept would end the session.
//! Another process of the same vault may have renewed meanwhile; its tokens are
//! taken up instead.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use hearth_contract::{Failure, Kind, Reason, session::Person};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::{
    body::Body,
    cloud::{Cloud, Place},
    real,
    session::{Issuer, Login, VAULT_KEY},
};

/// Renewed when they last no longer than this.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// What their issuer gives to who has signed in. Never shown by `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// For the issuer itself, and for the cloud of a user pool.
    pub(crate) access: String,
    /// For the identity pool, and for the cloud where the issuer is another.
    pub(crate) id: String,
    /// For new tokens; `None`: there will be none.
    pub(crate) refresh: Option<String>,
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
    /// Who gave them.
    #[serde(default)]
    pub(crate) issuer: Issuer,
}

/// The tokens in use.
pub(crate) struct Keys {
    person: Person,
    issuer: Issuer,
    tokens: Mutex<Tokens>,
    turn: Semaphore,
    /// Held while the vault's session is written or forgotten.
    vault: Semaphore,
    over: AtomicBool,
    body: Arc<dyn Body>,
    cloud: Arc<Cloud>,
    tasks: TaskTracker,
}

impl Tokens {
    fn last(&self, spoiled: Option<&str>) -> bool {
        let is_spoiled = spoiled.is_some_and(|spoiled| spoiled == self.access || spoiled == self.id);
        self.expires_at.duration_since(real::now()) > MARGIN && !is_spoiled
    }
}

impl Keys {
    /// Puts tokens to use.
    pub(crate) fn new(kept: Kept, body: Arc<dyn Body>, cloud: Arc<Cloud>) -> Arc<Self> {
        let Kept { person, tokens, issuer } = kept;
        Arc::new(Self {
            person,
            issuer,
            tokens: Mutex::new(tokens),
            turn: Semaphore::new(1),
            vault: Semaphore::new(1),
            over: AtomicBool::new(false),
            body,
            cloud,
            tasks: TaskTracker::new(),
        })
    }

    /// Who gave the tokens.
    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// What proves a call to the cloud; a new one if the present one is `spoiled`.
    ///
    /// # Errors
    /// As [`Keys::good`].
    pub(crate) async fn bearer(self: &Arc<Self>, place: &Place, spoiled: Option<&str>) -> Result<String, Failure> {
        Ok(self.issuer.bearer(place, self.good(spoiled).await?))
    }

    /// What the identity pool takes for credentials.
    ///
    /// # Errors
    /// As [`Keys::good`].
    pub(crate) async fn login(self: &Arc<Self>, place: &Place) -> Result<Login, Failure> {
        Ok(self.issuer.login(place, self.good(None).await?))
    }

    /// Tokens that last; renewed first if they don't, or if one of them is
    /// `spoiled`: refused although it should last.
    ///
    /// # Errors
    /// A reason that [`Reason::ends_session`] when there will never be any
    /// again, `Unavailable`.
    pub(crate) async fn good(self: &Arc<Self>, spoiled: Option<&str>) -> Result<Tokens, Failure> {
        let tokens = self.present();
        if tokens.last(spoiled) {
            return Ok(tokens);
        }
        let (keys, spoiled) = (self.clone(), spoiled.map(str::to_owned));
        let renewal = self.tasks.spawn(async move { keys.renewed(spoiled.as_deref()).await });
        renewal.await.map_err(|_| Reason::Bug)?
    }

    /// Writes the present tokens to the vault.
    ///
    /// # Errors
    /// `Unavailable` when the vault can't be written.
    pub(crate) async fn keep_present(&self) -> Result<(), Failure> {
        self.keep(&self.present()).await
    }

    /// Forgets the vault's session; whatever is renewed from now on is not kept.
    ///
    /// # Errors
    /// `Unavailable` when the vault can't be written.
    pub(crate) async fn forget(&self) -> Result<(), Failure> {
        let _vault = self.vault.acquire().await.map_err(|_| Reason::Bug)?;
        self.over.store(true, Ordering::SeqCst);
        self.body.vault_delete(VAULT_KEY).await
    }

    /// Waits for a renewal that is under way.
    pub(crate) async fn rest(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Revokes the session where it was begun, if that can be reached.
    pub(crate) async fn revoke(&self) {
        let tokens = self.present();
        let revoked = async { self.issuer.revoke(self.cloud.place().await?, &tokens).await };
        if let Err(failure) = revoked.await
            && failure.kind != Kind::Unavailable
        {
            tracing::warn!(%failure, "a session could not be revoked");
        }
    }

    async fn renewed(&self, spoiled: Option<&str>) -> Result<Tokens, Failure> {
        let _turn = self.turn.acquire().await.map_err(|_| Reason::Bug)?;
        let mut tokens = self.newest().await;
        if tokens.last(spoiled) {
            return Ok(tokens);
        }
        let place = self.cloud.place().await?;
        let mut answer = self.issuer.refresh(place, &tokens).await;
        if answer.as_ref().is_err_and(|failure| failure.reason.ends_session()) {
            // Another process may have been faster by a moment: its tokens count.
            let newer = self.newest().await;
            if newer.refresh != tokens.refresh {
                if newer.last(spoiled) {
                    return Ok(newer);
                }
                tokens = newer;
                answer = self.issuer.refresh(place, &tokens).await;
            }
        }
        let renewed = answer?;
        self.keep(&renewed).await?;
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = renewed.clone();
        Ok(renewed)
    }

    /// The tokens of the vault, if they are this session's: another process may
    /// have renewed them. Else the present ones.
    async fn newest(&self) -> Tokens {
        let kept = self.body.vault_get(VAULT_KEY).await.ok().flatten();
        let kept: Option<Kept> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let is_ours = |kept: &Kept| kept.person.id == self.person.id && kept.issuer == self.issuer;
        if let Some(kept) = kept.filter(is_ours) {
            *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = kept.tokens;
        }
        self.present()
    }

    fn present(&self) -> Tokens {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn keep(&self, tokens: &Tokens) -> Result<(), Failure> {
        let kept = Kept {
            person: self.person.clone(),
            tokens: tokens.clone(),
            issuer: self.issuer.clone(),
        };
        let bytes = serde_json::to_vec(&kept).map_err(|_| Reason::Bug)?;
        let _vault = self.vault.acquire().await.map_err(|_| Reason::Bug)?;
        if self.over.load(Ordering::SeqCst) {
            return Err(Reason::SignInNeeded.into());
        }
        self.body.vault_set(VAULT_KEY, &bytes).await
    }
}
