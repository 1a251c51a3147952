//! The core as its host holds it: the five verbs, and who is signed in.

mod tablet;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use hearth_contract::{
    CameraId, Failure, FamilyId, PictureId, Reason, ThingName,
    clock::Clock,
    host::{Answer, Call, Link, LocalRef, Notice},
    live::Frame,
    session::{Person, Session},
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::sync::{OnceCell, Semaphore, broadcast, mpsc};
use tokio_util::sync::DropGuard;

use crate::{
    body::Body,
    cloud::Cloud,
    dispatch,
    home::Home,
    kiosk::Waiting,
    live,
    notices::{self, Notices},
    picture::{LocalPictures, Picture},
    session::{self, Issuer, Kept, Keys, Tokens},
    trust::Trust,
    who::Who,
};

/// What a core is told when it is made.
#[derive(Clone)]
pub struct CoreConfig {
    /// Where the cloud's `Endpoints` document is: `http://localhost:8080` or the whole address.
    pub endpoints_url: String,
    /// The time of the home. Tokens and signatures use real time.
    pub clock: Arc<dyn Clock>,
    /// A certificate authority to trust for that address, PEM; `None` for the machine's.
    pub root_pem: Option<String>,
}

/// The app. Clones are the same app; when the last is dropped its tasks end.
#[derive(Clone)]
pub struct Core(Arc<App>);

pub(crate) struct App {
    this: Weak<Self>,
    body: Arc<dyn Body>,
    clock: Arc<dyn Clock>,
    pub(crate) cloud: Arc<Cloud>,
    notices: broadcast::Sender<Notice>,
    restored: OnceCell<()>,
    turn: Semaphore,
    stay: Mutex<Option<Stay>>,
    waiting: Mutex<Option<Waiting>>,
    pictures: LocalPictures,
    sign_in: session::Waiting,
    sign_on: session::sign_on::Waiting,
}

/// Somebody's stay: dropped, its tasks end.
struct Stay {
    home: Arc<Home>,
    _end: DropGuard,
}

impl Core {
    /// An app that does nothing yet. The session of the vault, if there is one,
    /// is taken up with the first verb.
    pub fn new(body: Arc<dyn Body>, config: CoreConfig) -> Self {
        let (notices, _) = broadcast::channel(notices::KEPT);
        Self(Arc::new_cyclic(|this| App {
            this: this.clone(),
            body,
            clock: config.clock,
            cloud: Arc::new(Cloud::new(&config.endpoints_url, Trust::new(config.root_pem))),
            notices,
            restored: OnceCell::new(),
            turn: Semaphore::new(1),
            stay: Mutex::new(None),
            waiting: Mutex::new(None),
            pictures: LocalPictures::default(),
            sign_in: session::Waiting::default(),
            sign_on: session::sign_on::Waiting::default(),
        }))
    }

    /// Answers a command.
    pub async fn call(&self, call: Call) -> Answer {
        dispatch::answer(self, call).await
    }

    /// What happens from now on; the present state comes first.
    #[must_use]
    pub fn notices(&self) -> Notices {
        Notices::new(Arc::downgrade(&self.0), self.0.notices.subscribe())
    }

    /// Takes a picture (PNG or JPEG) that a page gave; kept in memory, the
    /// oldest leaving first.
    ///
    /// # Errors
    /// `PictureTooLarge` over 12 MiB or 20 megapixels, `PictureUnreadable`, `SignInNeeded`.
    pub async fn put(&self, bytes: Bytes, content_type: &str) -> Result<LocalRef, Failure> {
        self.signed_in().await?;
        self.0.pictures.put(bytes, content_type)
    }

    /// The bytes of a stored picture, from the cache if it was there before.
    ///
    /// # Errors
    /// `Absent`, `SignInNeeded`, `Unavailable`.
    pub async fn src(&self, family: FamilyId, picture: PictureId) -> Result<Picture, Failure> {
        self.signed_in().await?.picture(family, picture).await
    }

    /// Moving pictures of a camera, from a key frame on, while the receiver
    /// lives. Whoever is slow misses frames up to the next key frame.
    ///
    /// # Errors
    /// `Absent`, `PowerMissing`, `SignInNeeded`, `Unavailable`.
    pub async fn watch(
        &self,
        family: FamilyId,
        thing: ThingName,
        camera: CameraId,
    ) -> Result<mpsc::Receiver<Frame>, Failure> {
        live::watch(self.signed_in().await?, family, thing, camera).await
    }

    /// How many edits wait to be sent: while any do, the core must not be put away.
    pub async fn waiting(&self) -> u32 {
        self.0.home().await.ok().flatten().map_or(0, |home| home.outbox.len())
    }

    /// Who is signed in.
    pub async fn session(&self) -> Session {
        self.0.session().await
    }

    /// Ends all tasks and waits for them; what is kept on disk and in the vault stays.
    pub async fn close(&self) {
        *lock(&self.0.waiting) = None;
        let stay = self.0.take();
        if let Some(stay) = stay {
            stay.home.rest().await;
        }
    }

    pub(crate) fn cloud(&self) -> &Cloud {
        &self.0.cloud
    }

    pub(crate) fn pictures(&self) -> &LocalPictures {
        &self.0.pictures
    }

    /// The sign-in that waits for its second step, if one does.
    pub(crate) fn waiting_sign_in(&self) -> &session::Waiting {
        &self.0.sign_in
    }

    /// The sign-in at a provider that waits for its answer, if one does.
    pub(crate) fn waiting_sign_on(&self) -> &session::sign_on::Waiting {
        &self.0.sign_on
    }

    /// Where this core lives.
    pub(crate) fn body(&self) -> &dyn Body {
        &*self.0.body
    }

    /// The time of the home.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Begins the stay of whoever the user pool's tokens are for.
    ///
    /// # Errors
    /// `Internal` when they name nobody; `Unavailable`.
    pub(crate) async fn enter(&self, tokens: Tokens) -> Result<Person, Failure> {
        let person = session::person(&tokens.id).ok_or(Reason::Bug)?;
        let issuer = Issuer::UserPool;
        self.enter_as(Kept { person, tokens, issuer }).await
    }

    /// Begins somebody's stay.
    ///
    /// # Errors
    /// `NotSupported` on a tablet; `Unavailable`.
    pub(crate) async fn enter_as(&self, kept: Kept) -> Result<Person, Failure> {
        let person = kept.person.clone();
        self.begin(kept).await?;
        self.0.sign_in.forget();
        Ok(person)
    }

    /// The home of whoever is signed in.
    pub(crate) async fn signed_in(&self) -> Result<Arc<Home>, Failure> {
        self.0.home().await?.ok_or_else(|| Reason::SignInNeeded.into())
    }

    /// Begins a person's stay; another person's ends and is forgotten.
    async fn begin(&self, kept: Kept) -> Result<(), Failure> {
        let person = kept.person.clone();
        let _turn = self.0.turn.acquire().await.map_err(|_| Reason::Bug)?;
        if self.is_tablet().await? {
            return Err(Reason::NotSupported.into());
        }
        if let Some(former) = self.0.take() {
            former.home.rest().await;
            if former.home.who.person() != Some(person.id) {
                former.home.replica.wipe().await;
            }
        }
        let who = self.0.person(kept);
        let home = self.0.open(who).await?;
        if let Who::Person { keys, .. } = &home.who {
            keys.keep_present().await?;
        }
        session::ended::forget(&*self.0.body).await?;
        self.0.settle(home);
        self.0.tell(Notice::Session(Session::Person(person)));
        Ok(())
    }

    /// Ends the stay and forgets everything that was synced.
    pub(crate) async fn sign_out(&self) -> Result<(), Failure> {
        let _turn = self.0.turn.acquire().await.map_err(|_| Reason::Bug)?;
        if self.is_tablet().await? {
            return Err(Reason::NotSupported.into());
        }
        let home = self.0.home().await?;
        drop(self.0.take());
        if let Some(home) = home {
            if let Who::Person { keys, .. } = &home.who {
                keys.forget().await?;
            }
            home.rest().await;
            if let Who::Person { keys, .. } = &home.who {
                keys.revoke().await;
            }
            home.replica.wipe().await;
        }
        // Last: signing out everywhere cuts the connection here too, which may have been found out meanwhile.
        session::ended::forget(&*self.0.body).await?;
        self.0.tell(Notice::Session(Session::Nobody));
        self.0.tell(Notice::Link(Link::Off));
        self.0.tell(Notice::Waiting { edits: 0 });
        Ok(())
    }
}

impl App {
    /// The home of whoever is signed in; takes up the vault's session first.
    async fn home(&self) -> Result<Option<Arc<Home>>, Failure> {
        self.restored.get_or_try_init(|| self.restore()).await?;
        let stay = lock(&self.stay);
        Ok(stay
            .as_ref()
            .map(|stay| stay.home.clone())
            .filter(|home| !home.stop.is_cancelled()))
    }

    async fn restore(&self) -> Result<(), Failure> {
        if let Some(kept) = self.kept::<Kept>(session::VAULT_KEY).await? {
            let home = self.open(self.person(kept)).await?;
            self.settle(home);
        } else {
            self.restore_tablet().await?;
        }
        Ok(())
    }

    /// What the vault keeps under a name; what can't be read is forgotten.
    async fn kept<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Failure> {
        let Some(bytes) = self.body.vault_get(key).await? else {
            return Ok(None);
        };
        let kept = serde_json::from_slice(&bytes).ok();
        if kept.is_none() {
            tracing::warn!(key, "what the vault kept is unreadable and forgotten");
            self.body.vault_delete(key).await?;
        }
        Ok(kept)
    }

    fn person(&self, kept: Kept) -> Who {
        let person = kept.person.clone();
        let keys = Keys::new(kept, self.body.clone(), self.cloud.clone());
        Who::Person { person, keys }
    }

    async fn open(&self, who: Who) -> Result<Arc<Home>, Failure> {
        let (body, clock, cloud) = (self.body.clone(), self.clock.clone(), self.cloud.clone());
        Home::open(who, body, clock, cloud, self.notices.clone()).await
    }

    fn settle(&self, home: Arc<Home>) {
        let end = home.stop.clone().drop_guard();
        home.clone().begin();
        *lock(&self.stay) = Some(Stay { home, _end: end });
    }

    fn take(&self) -> Option<Stay> {
        lock(&self.stay).take()
    }

    fn tell(&self, notice: Notice) {
        // Nobody listening is no fault: whoever comes hears the state first.
        let _ = self.notices.send(notice);
    }

    async fn session(&self) -> Session {
        match self.home().await.ok().flatten() {
            Some(home) => home.who.session(),
            None => self.nobody().await,
        }
    }

    /// Who is here while nobody has a home: a tablet that waits, or nobody, with
    /// the reason if the last session was ended from elsewhere.
    async fn nobody(&self) -> Session {
        match self.without_home() {
            Session::Nobody => session::ended::nobody(&*self.body).await,
            tablet => tablet,
        }
    }

    /// The present state as notices.
    pub(crate) async fn state(&self) -> Vec<Notice> {
        let home = self.home().await.ok().flatten();
        let Some(home) = home else {
            return vec![
                Notice::Session(self.nobody().await),
                Notice::Link(Link::Off),
                Notice::Waiting { edits: 0 },
            ];
        };
        vec![
            Notice::Session(home.who.session()),
            Notice::Link(home.link()),
            Notice::Waiting {
                edits: home.outbox.len(),
            },
        ]
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
