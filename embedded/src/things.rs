//! The registry of things and their certificates: AWS IoT's control plane at home.
//!
//! It says which certificate may connect as which thing, knows who is
//! connected, and disconnects whoever may no longer be; beside it lie the things'
//! shadows and jobs, which a thing asks for by the reserved topics. It deliberately knows
//! nothing of families: that a device is recorded somewhere is the cloud's
//! business, which calls it through its port.

mod online;
mod presence;
mod rollout;
mod store;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use hearth_cloud::ports::{self, Outside};
use hearth_contract::{clock::Clock, ids::ThingName, software::Errand};
use jiff::SignedDuration;
use serde_json::Value;

pub use online::{Online, Seat};
pub use presence::Presence;
pub(crate) use store::Store as Registry;
pub use store::{Standing, Status, StoreFailed};

use crate::{
    jobs::{self, Jobs},
    shadows::{self, Shadows},
};
use store::Store;

/// How old a certificate gets before the thing is to rotate it: three quarters
/// of the twenty years that it is good for.
const ROTATES_AFTER: SignedDuration = SignedDuration::from_hours(15 * 365 * 24);
const DAY_S: i64 = 24 * 60 * 60;

/// The registry; see the module.
pub struct Things {
    store: Store,
    clock: Arc<dyn Clock>,
    online: Online,
    presence: Presence,
    shadows: Shadows,
    jobs: Jobs,
}

/// A message of IoT Core itself, on a reserved topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Where.
    pub topic: String,
    /// What, JSON.
    pub payload: Value,
}

impl Things {
    /// Opens `things.sqlite` in `folder`, or makes it. The clock is the real
    /// one: ownership tokens are a matter of security.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreFailed> {
        let store = Store::open(folder).await?;
        let presence = Presence::default();
        for thing in store.active().await? {
            presence.expect(thing);
        }
        Ok(Self {
            shadows: Shadows::new(&store, clock.clone()),
            jobs: Jobs::new(&store, clock.clone()),
            store,
            clock,
            online: Online::default(),
            presence,
        })
    }

    /// Notes a certificate nobody uses yet (`PENDING_ACTIVATION`), owned by
    /// whoever shows `token` within the hour. `false`: too many of them wait.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn note(&self, certificate: &str, token: &str) -> Result<bool, StoreFailed> {
        self.store.note(certificate, token, self.clock.now()).await
    }

    /// Whether this ownership token is good.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn owns(&self, token: &str) -> Result<bool, StoreFailed> {
        self.store.owns(token, self.clock.now()).await
    }

    /// Uses up the token: its certificate becomes the thing's, `INACTIVE`;
    /// others of the thing that never were active are revoked. `false`: the
    /// token is not good (any more), nothing changed.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn attach(&self, token: &str, thing: &ThingName) -> Result<bool, StoreFailed> {
        self.store.attach(token, thing, self.clock.now()).await
    }

    /// Uses up the token: its certificate becomes the thing's and is good at once,
    /// beside the `present` one; of others nobody came in with, the thing has none
    /// any more. `false`: the token is not good (any more), nothing changed.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn rotate(&self, token: &str, thing: &ThingName, present: &str) -> Result<bool, StoreFailed> {
        self.store.rotate(token, thing, present, self.clock.now()).await
    }

    /// What a certificate stands for; `None` if it was never noted.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn standing(&self, certificate: &str) -> Result<Option<Standing>, StoreFailed> {
        self.store.standing(certificate).await
    }

    /// A thing comes in with this certificate: those before it are revoked, and if
    /// it is old, the thing gets the job to rotate it. `false`: it is not let in.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn enter(&self, certificate: &str, thing: &ThingName) -> Result<bool, StoreFailed> {
        let Some(standing) = self.store.standing(certificate).await? else {
            return Ok(false);
        };
        if standing.status != Status::Active || standing.thing.as_ref() != Some(thing) {
            return Ok(false);
        }
        if standing.replaces {
            self.store.replace(certificate, thing).await?;
            tracing::info!(%thing, "came in with its next certificate; the one before is revoked");
        }
        let now = self.clock.now();
        if standing.made_at.checked_add(ROTATES_AFTER).is_ok_and(|due| due <= now) {
            let document = serde_json::to_value(Errand::RotateCertificate).unwrap_or_default();
            // Whoever could not tries again the next day.
            let job = format!("rotate-{}", now.as_second() / DAY_S);
            // The thing asks for its next job as soon as it is in.
            self.jobs.give(thing.as_str(), &job, document).await?;
        }
        Ok(true)
    }

    /// Does what a thing asks by a reserved topic; the answer, and what is said
    /// besides. `None` for a topic at which nothing is asked.
    pub async fn answer(&self, topic: &str, payload: &[u8]) -> Option<Vec<Said>> {
        if let Some((shadow, verb)) = shadows::parse(topic) {
            return Some(self.shadows.answer(&shadow, verb, payload).await);
        }
        let (thing, asked) = jobs::parse(topic)?;
        Some(self.jobs.answer(thing, &asked, payload).await)
    }

    /// What is wanted of things, and what they report.
    #[must_use]
    pub fn shadows(&self) -> &Shadows {
        &self.shadows
    }

    /// What things are to do.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// The open connections, which can be cut by thing.
    #[must_use]
    pub fn online(&self) -> &Online {
        &self.online
    }

    /// Who is connected, and who must still be told.
    #[must_use]
    pub fn presence(&self) -> &Presence {
        &self.presence
    }
}

#[async_trait]
impl ports::Things for Things {
    async fn activate(&self, thing: &ThingName) -> Result<(), Outside> {
        let active = self.store.activate(thing).await.map_err(outside)?;
        if !active.known {
            return Err(Outside::Absent("a certificate of the thing"));
        }
        if active.replaced {
            self.online.cut(thing);
        }
        Ok(())
    }

    async fn deactivate(&self, thing: &ThingName) -> Result<(), Outside> {
        // First the store, then the connections: who connects in between is
        // seated before its certificate is looked at, so it is cut or refused.
        self.store.deactivate(thing).await.map_err(outside)?;
        self.online.cut(thing);
        Ok(())
    }

    async fn revoke(&self, thing: &ThingName) -> Result<(), Outside> {
        self.store.revoke(thing).await.map_err(outside)?;
        self.online.cut(thing);
        Ok(())
    }

    async fn connected(&self, thing: &ThingName) -> Result<bool, Outside> {
        Ok(self.presence.online(thing))
    }
}

fn outside(failed: StoreFailed) -> Outside {
    Outside::Silent {
        what: "things",
        why: failed.to_string(),
    }
}
