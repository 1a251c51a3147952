//! Other issuers whose people may come in: their id tokens are judged by the
//! keys they publish.
//!
//! Keys are fetched when the first token comes, kept for an hour, and fetched
//! again when a token names a newer one. Whatever strangers send, an issuer is
//! asked once a minute at most, and less often while it fails; keys that are
//! there are used meanwhile, for a day at most.
//!
//! # Source
//! OpenID Connect Core 1.0, section 10.1.1 (rotation of signing keys).

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use hearth_contract::{
    PersonId,
    clock::Clock,
    endpoints::SignOn,
    openid::{self, Discovery, Expected, KeySet, Untrusted, person_of},
};
use reqwest::{Client, redirect::Policy};
use tokio::sync::Semaphore;

use super::OpenFailed;

/// Keys are looked at anew after this, seconds.
const FRESH: i64 = 3600;
/// Keys are not used after this, seconds.
const STALE: i64 = 24 * 3600;
/// The least between two looks, seconds; doubled with each failure up to the
/// most.
const REST: i64 = 60;
const LONGEST_REST: i64 = 3600;
const CALL_TAKES: Duration = Duration::from_secs(10);
/// No document of an issuer is longer.
const LONGEST: usize = 1 << 20;

/// The issuers; clones share what was fetched.
#[derive(Clone)]
pub struct Issuers {
    all: Arc<[Issuer]>,
    clock: Arc<dyn Clock>,
}

struct Issuer {
    sign_on: SignOn,
    http: Client,
    known: RwLock<Known>,
    turn: Semaphore,
}

/// What is known of an issuer's keys. Instants are Unix seconds.
#[derive(Clone, Default)]
struct Known {
    keys: KeySet,
    fetched_at: Option<i64>,
    /// Not asked again before.
    next_at: i64,
    failures: u32,
}

/// Somebody of another issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreigner {
    /// Who they are here.
    pub person: PersonId,
}

/// Why a token proves nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unproved {
    /// Its issuer is none of ours.
    Stranger,
    /// It is not good.
    Untrusted(Untrusted),
}

impl Issuers {
    /// These issuers, each with the client its tokens must be for.
    ///
    /// # Errors
    /// [`OpenFailed::Issuers`] for two of one name, for one that would be asked
    /// in clear, and when there is no way to ask.
    pub fn new(all: Vec<SignOn>, clock: Arc<dyn Clock>) -> Result<Self, OpenFailed> {
        for (number, one) in all.iter().enumerate() {
            let is_again = |other: &SignOn| other.issuer == one.issuer || other.login() == one.login();
            if !openid::is_safe(&one.issuer) || one.client.is_empty() || all[..number].iter().any(is_again) {
                return Err(OpenFailed::Issuers);
            }
        }
        let all: Result<_, OpenFailed> = all.into_iter().map(Issuer::new).collect();
        Ok(Self { all: all?, clock })
    }

    /// Whose id token this is.
    ///
    /// # Errors
    /// [`Unproved`].
    pub async fn prove(&self, token: &str) -> Result<Foreigner, Unproved> {
        let named = openid::issuer_of(token).ok_or(Unproved::Stranger)?;
        let issuer = self.all.iter().find(|issuer| issuer.sign_on.issuer == named);
        self.judged(issuer.ok_or(Unproved::Stranger)?, token).await
    }

    /// Whose id token this is that was shown under the identity pool's name of
    /// its issuer.
    ///
    /// # Errors
    /// [`Unproved`].
    pub async fn prove_login(&self, login: &str, token: &str) -> Result<Foreigner, Unproved> {
        let issuer = self.all.iter().find(|issuer| issuer.sign_on.login() == login);
        self.judged(issuer.ok_or(Unproved::Stranger)?, token).await
    }

    async fn judged(&self, issuer: &Issuer, token: &str) -> Result<Foreigner, Unproved> {
        let now = self.clock.now();
        let expected = Expected {
            issuer: &issuer.sign_on.issuer,
            client: &issuer.sign_on.client,
            nonce: None,
            now,
        };
        if !issuer.known().is_fresh(now.as_second()) {
            self.look(issuer).await;
        }
        let judge = |known: Known| openid::id_token(token, known.usable(now.as_second()), &expected);
        let mut judged = judge(issuer.known());
        if judged.as_ref().err() == Some(&Untrusted::KeyUnknown) {
            self.look(issuer).await;
            judged = judge(issuer.known());
        }
        let claims = judged.map_err(Unproved::Untrusted)?;
        let person = person_of(&issuer.sign_on.issuer, &claims.subject);
        Ok(Foreigner { person })
    }

    /// Fetches the keys, unless that was tried a moment ago. Whoever comes
    /// meanwhile waits for the same.
    async fn look(&self, issuer: &Issuer) {
        let Ok(_turn) = issuer.turn.acquire().await else { return };
        let now = self.clock.now().as_second();
        let mut known = issuer.known();
        if now < known.next_at {
            return;
        }
        match issuer.fetched().await {
            Ok(keys) => {
                known = Known {
                    keys,
                    fetched_at: Some(now),
                    next_at: now + REST,
                    failures: 0,
                };
            }
            Err(why) => {
                tracing::warn!(issuer = issuer.sign_on.issuer, why, "an issuer's keys can't be fetched");
                known.next_at = now + (REST << known.failures.min(6)).min(LONGEST_REST);
                known.failures += 1;
            }
        }
        *issuer.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

impl Issuer {
    fn new(sign_on: SignOn) -> Result<Self, OpenFailed> {
        // The process has one TLS; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().redirect(Policy::none()).timeout(CALL_TAKES).build();
        Ok(Self {
            sign_on,
            http: http.map_err(|_| OpenFailed::Issuers)?,
            known: RwLock::default(),
            turn: Semaphore::new(1),
        })
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn fetched(&self) -> Result<KeySet, &'static str> {
        let issuer = &self.sign_on.issuer;
        let document = self.document(&Discovery::address(issuer)).await?;
        let found = Discovery::read(&document, issuer).map_err(|_| "its discovery document is not right")?;
        let keys = self.document(&found.jwks_uri).await?;
        KeySet::read(&keys).ok_or("its key set can't be read")
    }

    async fn document(&self, address: &str) -> Result<Vec<u8>, &'static str> {
        let silent = "it does not answer";
        let mut response = self.http.get(address).send().await.map_err(|_| silent)?;
        if response.status().as_u16() != 200 {
            return Err("it has no such document");
        }
        let mut document = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| silent)? {
            if document.len() + chunk.len() > LONGEST {
                return Err("its document is too long");
            }
            document.extend_from_slice(&chunk);
        }
        Ok(document)
    }
}

impl Known {
    fn is_younger(&self, than: i64, now: i64) -> bool {
        self.fetched_at.is_some_and(|at| now - at < than)
    }

    fn is_fresh(&self, now: i64) -> bool {
        self.is_younger(FRESH, now)
    }

    /// The keys, if they are not too old to count.
    fn usable(&self, now: i64) -> &KeySet {
        static NONE: KeySet = KeySet::none();
        if self.is_younger(STALE, now) { &self.keys } else { &NONE }
    }
}
