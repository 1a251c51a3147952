//! Ears for the broker's tests: they keep what they hear.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use hearth_cloud::ports::{Ears, Newcomer, Outside};
use hearth_contract::{ids::ThingName, things::SaidKind};
use tokio::sync::mpsc;

/// Ears that keep what they hear, and can be made to wait or fail.
pub struct Heard {
    said: mpsc::UnboundedSender<(ThingName, SaidKind, Bytes)>,
    told: mpsc::UnboundedSender<(ThingName, bool)>,
    pub failing: AtomicBool,
    pub refusing: AtomicBool,
    pub gate: tokio::sync::RwLock<()>,
}

impl Heard {
    /// What is said and told goes there.
    pub fn new(
        said: mpsc::UnboundedSender<(ThingName, SaidKind, Bytes)>,
        told: mpsc::UnboundedSender<(ThingName, bool)>,
    ) -> Self {
        Self {
            said,
            told,
            failing: AtomicBool::new(false),
            refusing: AtomicBool::new(false),
            gate: tokio::sync::RwLock::new(()),
        }
    }
}

#[async_trait]
impl Ears for Heard {
    async fn hear(&self, thing: &ThingName, kind: SaidKind, payload: Bytes) -> Result<(), Outside> {
        self.said.send((thing.clone(), kind, payload)).unwrap();
        drop(self.gate.read().await);
        if self.failing.load(Ordering::SeqCst) {
            Err(Outside::Absent("the store"))
        } else {
            Ok(())
        }
    }

    async fn shadow(&self, _thing: &ThingName, _documents: Bytes) -> Result<(), Outside> {
        Ok(())
    }

    async fn provision(&self, newcomer: Newcomer) -> Result<Option<ThingName>, Outside> {
        let refused = self.refusing.load(Ordering::SeqCst);
        Ok((!refused).then(|| newcomer.hardware.thing(&newcomer.serial)))
    }

    async fn presence(&self, thing: &ThingName, online: bool) -> Result<(), Outside> {
        self.told.send((thing.clone(), online)).unwrap();
        Ok(())
    }
}
