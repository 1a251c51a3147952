//! The core as its host holds it: the five verbs, and who is signed in.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use hearth_contract::{
    CameraId, Failure, FamilyId, PictureId, Reason, ThingName,
    clock::Clock,
    host::{Answer, Call, Link, LocalRef, Notice},
    live::Frame,
    session::{Person, Session},
};
use tokio::sync::{OnceCell, Semaphore, broadcast, mpsc};
use tokio_util::sync::DropGuard;

use crate::{
    body::Body,
    cloud::Cloud,
    dispatch,
    home::Home,
    live,
    notices::{self, Notices},
    picture::{LocalPictures, Picture},
    session::{Kept, Tokens, VAULT_KEY},
    trust::Trust,
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
    body: Arc<dyn Body>,
    clock: Arc<dyn Clock>,
    cloud: Arc<Cloud>,
    notices: broadcast::Sender<Notice>,
    restored: OnceCell<()>,
    turn: Semaphore,
    stay: Mutex<Option<Stay>>,
    pictures: LocalPictures,
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
        Self(Arc::new(App {
            body,
            clock: config.clock,
            cloud: Arc::new(Cloud::new(&config.endpoints_url, Trust::new(config.root_pem))),
            notices,
            restored: OnceCell::new(),
            turn: Semaphore::new(1),
            stay: Mutex::new(None),
            pictures: LocalPictures::default(),
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

    /// The home of whoever is signed in.
    pub(crate) async fn signed_in(&self) -> Result<Arc<Home>, Failure> {
        self.0.home().await?.ok_or_else(|| Reason::SignInNeeded.into())
    }

    /// Begins a person's stay; another person's ends and is forgotten.
    pub(crate) async fn begin(&self, person: Person, tokens: Tokens) -> Result<(), Failure> {
        let _turn = self.0.turn.acquire().await.map_err(|_| Reason::Bug)?;
        self.0.home().await?;
        if let Some(former) = self.0.take() {
            former.home.rest().await;
            if former.home.person.id != person.id {
                former.home.replica.wipe().await;
            }
        }
        let home = self.0.open(person.clone(), tokens).await?;
        home.keys.keep_present().await?;
        self.0.settle(home);
        self.0.tell(Notice::Session(Session::Person(person)));
        Ok(())
    }

    /// Ends the stay and forgets everything that was synced.
    pub(crate) async fn sign_out(&self) -> Result<(), Failure> {
        let _turn = self.0.turn.acquire().await.map_err(|_| Reason::Bug)?;
        let home = self.0.home().await?;
        drop(self.0.take());
        self.0.body.vault_delete(VAULT_KEY).await?;
        if let Some(home) = home {
            home.rest().await;
            home.keys.revoke().await;
            home.replica.wipe().await;
        }
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
        let stay = self.stay.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(stay
            .as_ref()
            .map(|stay| stay.home.clone())
            .filter(|home| !home.stop.is_cancelled()))
    }

    async fn restore(&self) -> Result<(), Failure> {
        let Some(bytes) = self.body.vault_get(VAULT_KEY).await? else {
            return Ok(());
        };
        let Ok(kept) = serde_json::from_slice::<Kept>(&bytes) else {
            tracing::warn!("the kept session is unreadable and forgotten");
            return self.body.vault_delete(VAULT_KEY).await;
        };
        let home = self.open(kept.person, kept.tokens).await?;
        self.settle(home);
        Ok(())
    }

    async fn open(&self, person: Person, tokens: Tokens) -> Result<Arc<Home>, Failure> {
        let (body, clock, cloud) = (self.body.clone(), self.clock.clone(), self.cloud.clone());
        Home::open(person, tokens, body, clock, cloud, self.notices.clone()).await
    }

    fn settle(&self, home: Arc<Home>) {
        let end = home.stop.clone().drop_guard();
        home.clone().begin();
        *self.stay.lock().unwrap_or_else(PoisonError::into_inner) = Some(Stay { home, _end: end });
    }

    fn take(&self) -> Option<Stay> {
        self.stay.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn tell(&self, notice: Notice) {
        // Nobody listening is no fault: whoever comes hears the state first.
        let _ = self.notices.send(notice);
    }

    async fn session(&self) -> Session {
        let home = self.home().await.ok().flatten();
        home.map_or(Session::Nobody, |home| Session::Person(home.person.clone()))
    }

    /// The present state as notices.
    pub(crate) async fn state(&self) -> Vec<Notice> {
        let home = self.home().await.ok().flatten();
        let Some(home) = home else {
            return vec![
                Notice::Session(Session::Nobody),
                Notice::Link(Link::Off),
                Notice::Waiting { edits: 0 },
            ];
        };
        vec![
            Notice::Session(Session::Person(home.person.clone())),
            Notice::Link(home.link()),
            Notice::Waiting {
                edits: home.outbox.len(),
            },
        ]
    }
}
