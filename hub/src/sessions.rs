//! One core a browser session.
//!
//! A session's key is random and only its hash is kept on disk, as the name of
//! the session's folder. Before sign-in a core is a value and nothing more;
//! signed-in ones come back after a restart, idle ones are put away, and one
//! with waiting edits is never dropped.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use hearth_contract::clock::Clock;
use hearth_core::{Core, CoreConfig};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::body::SessionBody;

/// How long a core may idle before it is put away, seconds.
const IDLE_S: i64 = 15 * 60;
/// How often idle cores are looked for.
const SWEEP: Duration = Duration::from_secs(60);
/// How many sessions stay open; of more, the longest idle are put away first.
const MOST: usize = 500;

/// All browser sessions of this hub.
pub struct Sessions {
    folder: PathBuf,
    config: CoreConfig,
    sign_on_return: String,
    clock: Arc<dyn Clock>,
    open: Mutex<HashMap<String, Arc<Seat>>>,
    tablet: OnceLock<Arc<Seat>>,
}

/// One session's place. Whoever holds it uses the core: it is not put away.
pub struct Seat {
    /// The session's core.
    pub core: Core,
    used_at_s: AtomicI64,
}

impl Sessions {
    /// Sessions kept in this folder; sign-on providers send their people back
    /// to `sign_on_return`.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn open(
        folder: &Path,
        config: CoreConfig,
        sign_on_return: String,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Arc<Self>> {
        std::fs::create_dir_all(folder)?;
        Ok(Arc::new(Self {
            folder: folder.to_owned(),
            config,
            sign_on_return,
            clock,
            open: Mutex::default(),
            tablet: OnceLock::new(),
        }))
    }

    /// The session of this key; `None` if the key is not one of ours.
    pub async fn find(&self, key: &str) -> Option<Arc<Seat>> {
        if !is_key(key) {
            return None;
        }
        let name = hashed(key);
        let mut open = self.open.lock().await;
        if !open.contains_key(&name) {
            let folder = self.folder.join(&name);
            if !folder.is_dir() {
                return None;
            }
            let seat = self.seat(&folder, Some(self.sign_on_return.clone()));
            open.insert(name.clone(), seat);
        }
        let seat = open.get(&name)?;
        seat.used_at_s.store(self.clock.now().as_second(), Ordering::Relaxed);
        Some(seat.clone())
    }

    /// A new session and its key.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub async fn begin(&self) -> Result<(String, Arc<Seat>), getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let key = hex::encode(bytes);
        let name = hashed(&key);
        let seat = self.seat(&self.folder.join(&name), Some(self.sign_on_return.clone()));
        self.open.lock().await.insert(name, seat.clone());
        Ok((key, seat))
    }

    /// Gives the simulated tablet's app a place, which no browser session has.
    pub fn hang(&self, folder: &Path) -> Core {
        self.tablet.get_or_init(|| self.seat(folder, None)).core.clone()
    }

    /// The simulated tablet's app; `None` where there is no simulated tablet.
    pub fn tablet(&self) -> Option<Arc<Seat>> {
        self.tablet.get().cloned()
    }

    /// Puts idle cores away until told to stop, then all of them.
    pub async fn keep_house(self: Arc<Self>, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
            self.put_idle_away().await;
        }
        let all: Vec<_> = self.open.lock().await.drain().map(|(_, seat)| seat).collect();
        for seat in all.into_iter().chain(self.tablet()) {
            seat.core.close().await;
        }
    }

    async fn put_idle_away(&self) {
        let now = self.clock.now().as_second();
        let mut open = self.open.lock().await;
        let mut by_use: Vec<(i64, String)> = open
            .iter()
            .map(|(name, seat)| (seat.used_at_s.load(Ordering::Relaxed), name.clone()))
            .collect();
        by_use.sort();
        let too_many = open.len().saturating_sub(MOST);
        for (n, (used_at_s, name)) in by_use.into_iter().enumerate() {
            let is_idle = n < too_many || used_at_s < now - IDLE_S;
            let Some(seat) = open
                .get(&name)
                .filter(|seat| is_idle && Arc::strong_count(seat) == 1)
                .cloned()
            else {
                continue;
            };
            if seat.core.waiting().await == 0 {
                open.remove(&name);
                seat.core.close().await;
            }
        }
    }

    fn seat(&self, folder: &Path, sign_on_return: Option<String>) -> Arc<Seat> {
        let body = Arc::new(SessionBody::new(folder.to_owned(), sign_on_return));
        let core = Core::new(body, self.config.clone());
        Arc::new(Seat {
            core,
            used_at_s: AtomicI64::new(self.clock.now().as_second()),
        })
    }
}

fn is_key(key: &str) -> bool {
    key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hashed(key: &str) -> String {
    hex::encode(&Sha256::digest(key.as_bytes())[..16])
}
