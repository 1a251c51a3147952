//! The identity at home: a server that speaks Amazon Cognito's wire (user pool
//! and identity pool), so that the app and official clients sign in here as
//! they do at AWS.
//!
//! It keeps accounts as salt and verifier only, sends confirmation codes
//! through an [`Outbox`], signs tokens with keys made at first run and lends
//! temporary credentials. It deliberately knows nothing of families or powers:
//! tokens say who somebody is, never what they may do. Other apps sign people in
//! here by OpenID Connect (`oidc`).

mod arithmetic;
mod asker;
mod attempts;
mod challenges;
mod codes;
mod cors;
mod discovery;
mod ended;
mod exception;
mod flows;
mod issuers;
mod keys;
mod lending;
mod names;
mod oidc;
mod ops;
mod outbox;
mod passkeys;
mod password;
mod pending;
mod random;
mod registrations;
mod rotation;
mod rsa;
mod store;
mod tokens;
mod totp;
mod verifier;
mod wire;

#[cfg(test)]
mod tests;

use std::{
    path::Path,
    sync::{Arc, RwLock},
};

use axum::Router;
use hearth_contract::{clock::Clock, endpoints::SignOn};

pub use ended::{Ended, Ending};
pub use issuers::{Foreigner, Issuers, Unproved};
pub use names::Names;
pub use outbox::{Letter, NotPosted, Outbox, Subject};
pub use random::{Random, SystemRandom};
pub use store::{Holder, StoreFailed, Temporary};
pub use verifier::{Claims, TokenUse, Unverified, Verifier};

use arithmetic::Arithmetic;
use attempts::Attempts;
use challenges::Challenges;
use keys::Keys;
use passkeys::RelyingParty;
use pending::PendingSignIns;
use registrations::Registrations;
use store::{NewAccount, Store};

/// What the identity needs from where it lives.
#[derive(Clone)]
pub struct Ports {
    /// Real time: tokens and signatures are judged by others' clocks too.
    pub clock: Arc<dyn Clock>,
    /// Where keys, salts, codes and ids come from.
    pub random: Arc<dyn Random>,
    /// Where confirmation codes go.
    pub outbox: Arc<dyn Outbox>,
    /// Where else than at the public name pages of the home are served
    /// (`http://localhost:8421`): passkeys may be used there, too.
    pub origins: Vec<String>,
    /// Other issuers whose people the identity pool takes in.
    pub issuers: Vec<SignOn>,
}

/// Why the identity could not be opened, or an account not be made.
#[derive(Debug, thiserror::Error)]
pub enum OpenFailed {
    /// The data folder or the file in it.
    #[error("opening the identity store")]
    Store(#[from] StoreFailed),
    /// The system gave no random bytes.
    #[error("drawing random bytes for the identity")]
    Random,
    /// A signing key could not be made or read back.
    #[error("preparing the signing keys of the identity")]
    Keys,
    /// The mail address or password given to [`Identity::ensure_account`].
    #[error("the account's mail address or password is not acceptable")]
    Account,
    /// One of [`Ports::issuers`] is there twice, has no client, or would be
    /// asked in clear.
    #[error("the sign-on providers are not acceptable")]
    Issuers,
}

/// The running identity; clones share one state.
#[derive(Clone)]
pub struct Identity {
    pool: Arc<Pool>,
}

/// Everything an operation may touch.
struct Pool {
    names: Names,
    store: Store,
    keys: RwLock<Arc<Keys>>,
    verifier: Verifier,
    ended: Ended,
    issuers: Issuers,
    arithmetic: Arithmetic,
    /// `None` where the home's address is no name: then there are no passkeys.
    party: Option<RelyingParty>,
    registrations: Registrations,
    pending: PendingSignIns,
    ports: Ports,
    challenges: Challenges,
    grants: oidc::Grants,
    attempts: Attempts,
    /// Key of every digest and of every answer invented for unknown accounts.
    pepper: [u8; 64],
}

impl Pool {
    /// Ends one session, everywhere.
    async fn end_session(&self, ending: Ending) -> Result<(), StoreFailed> {
        let now = self.ports.clock.now().as_second();
        self.store.end_session(&ending, now).await?;
        self.note_endings(vec![ending]);
        Ok(())
    }

    /// Makes the end of sessions felt at every door of this process.
    fn note_endings(&self, endings: Vec<Ending>) {
        let now = self.ports.clock.now().as_second();
        for ending in endings {
            self.ended.note(ending, store::heed_until(now), now);
        }
    }
}

impl Identity {
    /// Opens `identity.sqlite` in `folder`, or makes it: pool, clients and two
    /// RSA keys, once. `public_url` (no slash at its end) becomes the issuer
    /// `{public_url}/{pool id}` at first run and is not looked at later.
    ///
    /// # Errors
    /// [`OpenFailed`]; nothing is left half made.
    pub async fn open(folder: &Path, public_url: &str, ports: Ports) -> Result<Self, OpenFailed> {
        let store = Store::open(folder).await?;
        let founded = match store.founding().await? {
            Some(founded) => founded,
            None => {
                let now = ports.clock.now().as_second();
                let founding = keys::found(public_url, ports.random.clone(), now).await?;
                store.found(&founding).await?;
                founding
            }
        };
        store.tidy(ports.clock.now()).await?;
        let now = ports.clock.now().as_second();
        let (pair, retired) = store.keys(now).await?;
        let keys = Keys::load(&pair, retired).ok_or(OpenFailed::Keys)?;
        let names = founded.names;
        let party = RelyingParty::of(&names.issuer, &ports.origins);
        let ended = Ended::default();
        let now = ports.clock.now().as_second();
        for (ending, until) in store.ended(now).await? {
            ended.note(ending, until, now);
        }
        let verifier = Verifier::new(
            &keys.public(now),
            vec![names.issuer.clone()],
            vec![names.client_id.clone(), names.plain_client_id.clone()],
        )
        .ok_or(OpenFailed::Keys)?
        .heeding(ended.clone());
        // Its own tokens it judges without asking anybody.
        let mut others = ports.issuers.clone();
        others.retain(|other| other.issuer != names.issuer);
        let issuers = Issuers::new(others, ports.clock.clone())?;
        let pool = Pool {
            names,
            store,
            keys: RwLock::new(Arc::new(keys)),
            verifier,
            ended,
            issuers,
            arithmetic: Arithmetic::default(),
            party,
            registrations: Registrations::default(),
            pending: PendingSignIns::default(),
            ports,
            challenges: Challenges::default(),
            grants: oidc::Grants::default(),
            attempts: Attempts::default(),
            pepper: founded.pepper,
        };
        Ok(Self { pool: Arc::new(pool) })
    }

    /// The routes, absolute, to be merged into the hub's: `POST /cognito` and
    /// `/cognito/`, `.well-known` below the path of the issuer, `/oauth2/…` and
    /// `/logout`. Every answer carries its guards.
    pub fn router(&self) -> Router {
        let router = wire::routes(self.pool.clone())
            .merge(discovery::routes(&self.pool))
            .merge(oidc::routes(self.pool.clone()));
        oidc::guarded(router, self.pool.names.is_tls())
    }

    /// Issuer, pools and clients, for the endpoints document.
    pub fn names(&self) -> &Names {
        &self.pool.names
    }

    /// Waits until this session ends, for whoever keeps a connection open that
    /// was opened in its name.
    pub fn until_ended(&self, session: String) -> impl Future<Output = ()> + Send + 'static {
        self.pool.ended.clone().until(session)
    }

    /// Judges tokens of this identity without asking it; those of a session
    /// that ends are refused from that moment on.
    pub fn verifier(&self) -> Verifier {
        self.pool.verifier.clone()
    }

    /// Judges id tokens of the other issuers.
    pub fn issuers(&self) -> Issuers {
        self.pool.issuers.clone()
    }

    /// The credentials lent under this access key, unless they have run out.
    ///
    /// # Errors
    /// [`StoreFailed`] if the store could not be read.
    pub async fn credentials(&self, access_key: &str) -> Result<Option<Temporary>, StoreFailed> {
        let now = self.pool.ports.clock.now().as_second();
        self.pool.store.temporary(access_key, now).await
    }

    /// Makes a confirmed account and returns its `sub`. One that is there and
    /// confirmed stays as it is, password included: it belongs to somebody.
    ///
    /// # Errors
    /// [`OpenFailed::Account`] if the address or the password would be
    /// refused at sign-up, too; otherwise store and randomness.
    pub async fn ensure_account(&self, mail: &str, name: &str, password: &str) -> Result<String, OpenFailed> {
        let pool = &self.pool;
        let mail = names::mail_address(mail).ok_or(OpenFailed::Account)?;
        let sub = match pool.store.account(&mail).await? {
            Some(account) if account.confirmed => return Ok(account.sub),
            Some(account) => account.sub,
            None => random::uuid(&*pool.ports.random).ok_or(OpenFailed::Random)?,
        };
        let kept = password::kept(pool, &sub, password)
            .await
            .map_err(|_| OpenFailed::Account)?;
        let account = NewAccount {
            sub: sub.clone(),
            mail,
            attributes: [("name".to_owned(), name.to_owned())].into(),
            password: kept,
            made_at: pool.ports.clock.now().as_second(),
        };
        pool.store.ensure(&account).await?;
        Ok(sub)
    }
}
