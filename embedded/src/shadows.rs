//! AWS IoT's device shadows at home: what is wanted of a device and what it
//! reports, kept for it while it is away.
//!
//! # Source
//! AWS IoT developer guide, "AWS IoT Device Shadow service".

mod document;
mod refusal;
mod store;
mod topic;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hearth_contract::{clock::Clock, ids::ThingName};
use serde_json::{Value, json};

pub use refusal::Refusal;
pub use topic::{Shadow, Verb, parse};

use crate::things::{Registry, Said, StoreFailed};
use document::{Change, Head, with_token};
use store::Store;

/// The shadows of all things.
pub struct Shadows {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Shadows {
    /// In the registry's file. The clock is the real one: devices compare its
    /// instants with their own.
    pub(crate) fn new(registry: &Registry, clock: Arc<dyn Clock>) -> Self {
        let store = Store::beside(registry);
        Self { store, clock }
    }

    /// Does what is asked of a shadow; the answer, and what is said of a change.
    pub async fn answer(&self, shadow: &Shadow, verb: Verb, payload: &[u8]) -> Vec<Said> {
        let (word, answered) = match verb {
            Verb::Get => ("get", self.get(shadow, payload).await),
            Verb::Update => ("update", self.update(shadow, payload).await),
            Verb::Delete => ("delete", self.delete(shadow, payload).await),
        };
        answered.unwrap_or_else(|refusal| {
            let end = format!("{word}/rejected");
            vec![said(shadow, &end, refusal.json(self.now()))]
        })
    }

    /// Changes a thing's classic shadow from inside; what is to be said of it.
    ///
    /// # Errors
    /// Why it was refused.
    pub async fn change(&self, thing: &ThingName, change: &Value) -> Result<Vec<Said>, Refusal> {
        let shadow = Shadow::of(thing.as_str(), "").ok_or_else(Refusal::ours)?;
        self.update(&shadow, change.to_string().as_bytes()).await
    }

    async fn get(&self, shadow: &Shadow, payload: &[u8]) -> Result<Vec<Said>, Refusal> {
        let Head { token, .. } = Head::read(payload)?;
        let found = self.store.read(shadow).await.map_err(ours(&token))?;
        let found = found.ok_or_else(|| Refusal::absent(&shadow.called()).of(token.clone()))?;
        Ok(vec![said(
            shadow,
            "get/accepted",
            found.got(self.now(), token.as_deref()),
        )])
    }

    async fn update(&self, shadow: &Shadow, payload: &[u8]) -> Result<Vec<Said>, Refusal> {
        let change = Change::read(payload)?;
        let ours = ours(&change.token);
        let mut held = self.store.hold(shadow).await.map_err(&ours)?;
        if !held.has_room().await.map_err(&ours)? {
            return Err(Refusal::many().of(change.token));
        }
        let changed = held.document.change(&change, self.now())?;
        held.keep(&changed.document).await.map_err(&ours)?;
        let mut all = vec![said(shadow, "update/accepted", changed.accepted)];
        all.extend(changed.delta.map(|delta| said(shadow, "update/delta", delta)));
        all.push(said(shadow, "update/documents", changed.documents));
        Ok(all)
    }

    async fn delete(&self, shadow: &Shadow, payload: &[u8]) -> Result<Vec<Said>, Refusal> {
        let Head { token, version, .. } = Head::read(payload)?;
        let held = self.store.hold(shadow).await.map_err(ours(&token))?;
        if !held.is_there {
            return Err(Refusal::absent(&shadow.called()).of(token));
        }
        held.document
            .is_at(version)
            .map_err(|refusal| refusal.of(token.clone()))?;
        let gone = json!({ "version": held.document.version, "timestamp": self.now() });
        held.delete().await.map_err(ours(&token))?;
        Ok(vec![said(
            shadow,
            "delete/accepted",
            with_token(gone, token.as_deref()),
        )])
    }

    fn now(&self) -> i64 {
        self.clock.now().as_second()
    }
}

fn said(shadow: &Shadow, end: &str, payload: Value) -> Said {
    Said {
        topic: format!("{}/{end}", shadow.prefix()),
        payload,
    }
}

fn ours(token: &Option<String>) -> impl Fn(StoreFailed) -> Refusal + use<> {
    let token = token.clone();
    move |failed| {
        tracing::error!(%failed, "a shadow could not be read or kept");
        Refusal::ours().of(token.clone())
    }
}
