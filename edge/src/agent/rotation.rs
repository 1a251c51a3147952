//! How a device gets another certificate in the place of the one that it has.
//!
//! It asks as itself, for a key that it makes for that. What it gets is kept
//! beside the present one and tried; the cloud revokes the present one once it
//! has let the next one in, and not before. So whatever is cut where, one of the
//! two comes in: they are tried in turn.

use std::sync::Arc;

use hearth_contract::{
    jobs::{Progress, Step},
    software::Why,
};
use tokio::task::spawn_blocking;

use super::{
    Agent, Shared, asking,
    identity::{Identity, Rotated},
    provisioning::{Question, Which},
};
use crate::{
    cloud::{Asks, Credential},
    fault::Fault,
};

/// How far a rotation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rotation {
    /// This job wants one.
    Wanted(String),
    /// This job has brought none.
    Failed(String, Why),
}

/// What a device comes in with.
pub(super) enum Entry {
    /// Its certificate.
    Own(Credential),
    /// The one that is to come in its place.
    Next(Rotated),
}

impl Entry {
    /// The next one first, until it is doubted.
    pub(super) fn of(identity: &Identity, is_doubted: bool) -> Result<Self, Fault> {
        let next = if is_doubted { None } else { identity.next()? };
        match next {
            Some(next) => Ok(Self::Next(next)),
            None => Ok(Self::Own(identity.credential()?.ok_or(Fault::Pem("certificate"))?)),
        }
    }

    pub(super) const fn credential(&self) -> &Credential {
        match self {
            Self::Own(own) => own,
            Self::Next(next) => &next.credential,
        }
    }
}

impl Agent {
    /// Does a job that wants another certificate; it is told again once the
    /// device has come in with that, or could not.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn rotates(&self, job: &str) -> Result<(), Fault> {
        let shared = &self.0;
        let known = shared.rotation.borrow().clone();
        let progress = match known {
            Some(Rotation::Failed(failed, why)) if failed == job => Progress::Ended(why),
            _ if shared.identity.rotated()?.is_some_and(|rotated| rotated.job == job) => Progress::Done,
            _ => {
                self.tell_job(job, Progress::At(Step::Rotating));
                shared.rotation.send_replace(Some(Rotation::Wanted(job.to_owned())));
                return Ok(());
            }
        };
        self.tell_job(job, progress);
        Ok(())
    }
}

impl Shared {
    /// The job that wants another certificate.
    pub(super) fn rotates_for(&self) -> Option<String> {
        match &*self.rotation.borrow() {
            Some(Rotation::Wanted(job)) => Some(job.clone()),
            _ => None,
        }
    }

    /// Until a job wants another certificate.
    pub(super) async fn is_to_rotate(&self) {
        let wanted = |rotation: &Option<Rotation>| matches!(rotation, Some(Rotation::Wanted(_)));
        // As for the plug.
        drop(self.rotation.subscribe().wait_for(wanted).await);
    }

    /// It came in with its present certificate although there was another one to
    /// try, or with that other one.
    pub(super) async fn came_in_with(self: &Arc<Self>, entry: &Entry) -> Result<(), Fault> {
        let next = match entry {
            Entry::Next(next) => Some(next.clone()),
            Entry::Own(_) => None,
        };
        let given_up = self.on_identity(move |identity| match next {
            Some(next) => identity.prove(&next).map(|()| None),
            None => {
                let given_up = identity.next()?;
                given_up.map_or(Ok(None), |next| identity.forget_next().map(|()| Some(next.job)))
            }
        });
        if let Some(job) = given_up.await? {
            let failed = Rotation::Failed(job, Why::Unreachable);
            self.rotation.send_replace(Some(failed));
        }
        Ok(())
    }

    pub(super) async fn on_identity<T: Send + 'static>(
        self: &Arc<Self>,
        deed: impl FnOnce(&Identity) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let shared = self.clone();
        let done = spawn_blocking(move || deed(&shared.identity)).await;
        done.map_err(|_| Fault::Task)?
    }
}

/// Gets the next certificate for this job and keeps it to be tried.
pub(super) async fn rotate(shared: &Arc<Shared>, job: String) {
    let rotated = match ask(shared, &job).await {
        Ok(credential) => {
            let (job, next) = (job.clone(), credential);
            let next = Rotated { job, credential: next };
            shared.on_identity(move |identity| identity.keep_next(&next)).await
        }
        Err(fault) => Err(fault),
    };
    let thing = &shared.identity.thing;
    let outcome = match rotated {
        Ok(()) => {
            tracing::info!(%thing, "another certificate is tried");
            None
        }
        Err(fault) => {
            tracing::warn!(%thing, %fault, "no other certificate");
            Some(Rotation::Failed(job, Why::Refused))
        }
    };
    shared.rotation.send_replace(outcome);
}

async fn ask(shared: &Shared, job: &str) -> Result<Credential, Fault> {
    tracing::info!(thing = %shared.identity.thing, job, "asks for another certificate");
    let (key, request) = shared.identity.next_key()?;
    let question = Question {
        asks: shared.cloud.asks,
        which: Which::Next,
    };
    let own = shared.identity.credential()?.ok_or(Fault::Pem("certificate"))?;
    let as_itself = (shared.identity.thing.to_string(), own);
    let grant = asking::ask(
        &shared.cloud,
        &shared.identity,
        shared.via(),
        as_itself,
        question,
        &request,
    )
    .await?;
    let key_pem = match shared.cloud.asks {
        Asks::Csr => key,
        Asks::Keys => grant.key.ok_or(Fault::Pem("key"))?,
    };
    let cert_pem = grant.certificate;
    Ok(Credential { cert_pem, key_pem })
}
