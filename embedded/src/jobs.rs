//! AWS IoT's jobs at home: what a device is to do when it can, how it says that
//! it goes on, and who hears of the next one.
//!
//! A thing has one pending list: what it is at, then what waits, oldest first.
//!
//! # Source
//! AWS IoT developer guide, "AWS IoT Jobs" and "Jobs MQTT API operations".

mod execution;
mod store;
mod topic;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hearth_contract::clock::Clock;
use serde_json::{Map, Value, json};

pub use execution::{Execution, Status};
pub use topic::{Asked, Which, is_id, parse};

use crate::things::{Registry, Said, StoreFailed};
use execution::{Refusal, Update};
use store::{Held, Store};

/// The jobs of all things.
pub struct Jobs {
    store: Store,
    clock: Arc<dyn Clock>,
}

/// A refusal with what is so, where that is told.
type Refused = (Refusal, Option<Value>);

impl Jobs {
    /// In the registry's file. The clock is the real one: devices wait by their own.
    pub(crate) fn new(registry: &Registry, clock: Arc<dyn Clock>) -> Self {
        let store = Store::beside(registry);
        Self { store, clock }
    }

    /// Gives a thing something to do; what is said of it. A job the thing has
    /// already is not given again.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn give(&self, thing: &str, job: &str, document: Value) -> Result<Vec<Said>, StoreFailed> {
        self.change(thing, async |held| {
            if held.one(thing, job).await?.is_none() {
                held.put(&Execution::queued(job, thing, document, self.now())).await?;
            }
            Ok(())
        })
        .await
    }

    /// Takes back what a thing has not begun; what is said of it.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn take_back(&self, thing: &str, job: &str) -> Result<Vec<Said>, StoreFailed> {
        self.change(thing, async |held| {
            let found = held.one(thing, job).await?;
            if let Some(waits) = found.filter(|found| found.status == Status::Queued) {
                held.put(&waits.changed(Status::Canceled, self.now())).await?;
            }
            Ok(())
        })
        .await
    }

    /// One execution; `None` if the thing never had it.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn execution(&self, thing: &str, job: &str) -> Result<Option<Execution>, StoreFailed> {
        self.store.hold().await?.one(thing, job).await
    }

    /// Gives up what was begun and not ended in time; what is said of it.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn give_up(&self) -> Result<Vec<Said>, StoreFailed> {
        let now = self.now();
        let mut said = Vec::new();
        for thing in self.store.late(now).await? {
            let more = self.change(&thing, async |held| {
                for pending in held.pending(&thing).await? {
                    if let Some(late) = pending.timed_out(now) {
                        held.put(&late).await?;
                    }
                }
                Ok(())
            });
            said.extend(more.await?);
        }
        Ok(said)
    }

    /// Does what a thing asks; the answer, and what it hears besides.
    pub async fn answer(&self, thing: &str, asked: &Asked, payload: &[u8]) -> Vec<Said> {
        let end = match asked {
            Asked::List => "get".to_owned(),
            Asked::Start => "start-next".to_owned(),
            Asked::Get(Which::Next) => "$next/get".to_owned(),
            Asked::Get(Which::Job(job)) => format!("{job}/get"),
            Asked::Update(job) => format!("{job}/update"),
        };
        let (token, answered) = match Update::read(payload) {
            Ok(update) => (update.client_token.clone(), self.done(thing, asked, &update).await),
            Err(refusal) => (token_of(payload), Err((refusal, None))),
        };
        let (word, mut payload, more) = match answered {
            Ok((accepted, more)) => ("accepted", accepted, more),
            Err((refusal, state)) => ("rejected", refused(refusal, state), Vec::new()),
        };
        payload.insert("timestamp".into(), self.now().into());
        if let Some(token) = token {
            payload.insert("clientToken".into(), token.into());
        }
        let mut said = vec![said(thing, &format!("{end}/{word}"), Value::Object(payload))];
        said.extend(more);
        said
    }

    async fn done(
        &self,
        thing: &str,
        asked: &Asked,
        update: &Update,
    ) -> Result<(Map<String, Value>, Vec<Said>), Refused> {
        let mut held = self.store.hold().await.map_err(ours)?;
        let pending = held.pending(thing).await.map_err(ours)?;
        let has_document = update.include_job_document.unwrap_or(true);
        match asked {
            Asked::List => {
                let of = |status: Status| {
                    let lines = pending.iter().filter(|one| one.status == status).take(MOST_LISTED);
                    Value::Array(lines.map(Execution::summary).collect())
                };
                let lists = [
                    ("inProgressJobs", of(Status::InProgress)),
                    ("queuedJobs", of(Status::Queued)),
                ];
                Ok((members(lists), Vec::new()))
            }
            Asked::Get(which) => {
                let found = match which {
                    Which::Next => pending.first().cloned(),
                    Which::Job(job) => {
                        let found = held.one(thing, job).await.map_err(ours)?;
                        Some(found.ok_or((Refusal::ResourceNotFound, None))?)
                    }
                };
                let execution = found.map(|found| ("execution", found.whole(has_document)));
                Ok((members(execution), Vec::new()))
            }
            Asked::Start => match pending.first() {
                None => Ok((Map::new(), Vec::new())),
                Some(next) if next.status == Status::InProgress => {
                    Ok((members([("execution", next.whole(true))]), Vec::new()))
                }
                Some(next) => {
                    let begun = next.told(Status::InProgress, update, self.now());
                    let begun = begun.map_err(|refusal| (refusal, None))?;
                    let more = self.put(held, &pending, &begun).await.map_err(ours)?;
                    Ok((members([("execution", begun.whole(true))]), more))
                }
            },
            Asked::Update(job) => {
                let status = update.status().map_err(|refusal| (refusal, None))?;
                let found = held.one(thing, job).await.map_err(ours)?;
                let found = found.ok_or((Refusal::ResourceNotFound, None))?;
                let next = found.told(status, update, self.now()).map_err(|refusal| {
                    let tells = matches!(refusal, Refusal::VersionMismatch | Refusal::InvalidStateTransition);
                    (refusal, tells.then(|| found.state()))
                })?;
                let more = self.put(held, &pending, &next).await.map_err(ours)?;
                let mut answer = Map::new();
                if update.include_job_execution_state {
                    answer.insert("executionState".into(), next.state());
                }
                if update.include_job_document == Some(true) {
                    answer.insert("jobDocument".into(), next.document);
                }
                Ok((answer, more))
            }
        }
    }

    /// Writes one execution; what is said of it.
    async fn put(&self, mut held: Held<'_>, before: &[Execution], next: &Execution) -> Result<Vec<Said>, StoreFailed> {
        held.put(next).await?;
        let after = held.pending(&next.thing).await?;
        held.keep().await?;
        Ok(self.told(&next.thing, before, &after))
    }

    async fn change(
        &self,
        thing: &str,
        deed: impl AsyncFnOnce(&mut Held<'_>) -> Result<(), StoreFailed>,
    ) -> Result<Vec<Said>, StoreFailed> {
        let mut held = self.store.hold().await?;
        let before = held.pending(thing).await?;
        deed(&mut held).await?;
        let after = held.pending(thing).await?;
        held.keep().await?;
        Ok(self.told(thing, &before, &after))
    }

    /// `notify` when the list has other jobs, `notify-next` when another is next.
    fn told(&self, thing: &str, before: &[Execution], after: &[Execution]) -> Vec<Said> {
        let names = |list: &[Execution]| {
            let mut names: Vec<String> = list.iter().map(|one| one.job.clone()).collect();
            names.sort_unstable();
            names
        };
        let mut told = Vec::new();
        if names(before) != names(after) {
            let mut jobs = Map::new();
            for status in [Status::InProgress, Status::Queued] {
                let lines: Vec<Value> = after
                    .iter()
                    .filter(|one| one.status == status)
                    .take(MOST_LISTED)
                    .map(Execution::summary)
                    .collect();
                if !lines.is_empty() {
                    jobs.insert(status.word().into(), Value::Array(lines));
                }
            }
            told.push(said(thing, "notify", json!({ "timestamp": self.now(), "jobs": jobs })));
        }
        let (former, next) = (before.first(), after.first());
        if former.map(|one| &one.job) != next.map(|one| &one.job) {
            let execution = next.map_or_else(|| json!({}), |next| next.whole(true));
            let payload = json!({ "timestamp": self.now(), "execution": execution });
            told.push(said(thing, "notify-next", payload));
        }
        told
    }

    fn now(&self) -> i64 {
        self.clock.now().as_second()
    }
}

/// Lines of one list, as AWS IoT has it.
const MOST_LISTED: usize = 15;

fn said(thing: &str, end: &str, payload: Value) -> Said {
    Said {
        topic: format!("$aws/things/{thing}/jobs/{end}"),
        payload,
    }
}

fn members(of: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    of.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn refused(refusal: Refusal, state: Option<Value>) -> Map<String, Value> {
    let mut payload = members([("code", refusal.code().into()), ("message", refusal.message().into())]);
    if let Some(state) = state {
        payload.insert("executionState".into(), state);
    }
    payload
}

fn ours(failed: StoreFailed) -> Refused {
    tracing::error!(%failed, "jobs could not be read or kept");
    (Refusal::InternalError, None)
}

/// The token of a request of which nothing else is good.
fn token_of(payload: &[u8]) -> Option<String> {
    let read: Value = serde_json::from_slice(payload).ok()?;
    read["clientToken"]
        .as_str()
        .filter(|token| token.len() <= 64)
        .map(str::to_owned)
}
