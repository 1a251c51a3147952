//! Jobs: what must happen outside, done after the commit that asked for it, at
//! least once, again with growing pauses while the outside does not answer.
//!
//! A job is taken off the list in the same unit of work that writes what it
//! found, so its effect on the home happens once.

use std::{sync::PoisonError, time::Duration};

use futures::{StreamExt, stream};
use hearth_contract::{Failure, PersonId, Reason, ThingName};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    brink::Brink,
    cloud::Cloud,
    ports::Outside,
    rules::{
        alarm, control, device, membership,
        shelves::{self, Closing},
    },
    store::{self, Fault, Home, jobs::Kept},
    unit::{Unit, Work},
};

/// The longest one call to the outside may take.
pub(crate) const OUTSIDE_TIMEOUT: Duration = Duration::from_secs(30);
/// The first pause after a failed attempt; each further one is twice as long.
const FIRST_PAUSE_S: i64 = 1;
/// The longest pause.
const LONGEST_PAUSE_S: i64 = 300;
/// How many jobs are done at the same time.
const AT_ONCE: usize = 4;
/// How often old calls, messages and tries are forgotten, and how old that is.
const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(24);
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What can be asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Job {
    /// Let a paired thing's certificate connect.
    Activate {
        /// Which.
        thing: ThingName,
    },
    /// Refuse a thing's certificate for ever.
    Revoke {
        /// Which.
        thing: ThingName,
    },
    /// Refuse a thing's certificate until somebody brings it in again.
    Release {
        /// Which.
        thing: ThingName,
    },
    /// Delete pictures.
    Discard {
        /// Their keys.
        keys: Vec<String>,
    },
    /// A guest's time may be over.
    EndStay {
        /// Whose guest.
        home: Home,
        /// Who.
        person: PersonId,
    },
    /// Write into a thing's shadow what is wanted of it.
    Desire {
        /// Which.
        thing: ThingName,
    },
    /// A thing's orders may have waited too long.
    ExpireOrders {
        /// Which.
        thing: ThingName,
    },
    /// A thing may be away with a door open.
    Miss {
        /// Which.
        thing: ThingName,
    },
    /// Compare the shelves before and after a closing.
    Recognise(Closing),
    /// Forget calls, messages and tries nobody will repeat.
    Forget,
    /// Ask who is connected: written when the cloud is opened.
    Muster,
}

/// What became of an attempt.
enum Attempt {
    Done,
    Again(String),
}

impl Job {
    /// Jobs of one lane are done one after the other.
    pub fn lane(&self) -> String {
        match self {
            Self::Activate { thing } => format!("activate:{thing}"),
            Self::Revoke { thing } => format!("revoke:{thing}"),
            Self::Release { thing } => format!("release:{thing}"),
            Self::Discard { keys } => format!("discard:{}", keys.first().map_or("", String::as_str)),
            Self::EndStay { home, person } => format!("stay:{}:{person}", home.family()),
            Self::Desire { thing } => format!("desire:{thing}"),
            Self::ExpireOrders { thing } => format!("orders:{thing}"),
            Self::Miss { thing } => format!("miss:{thing}"),
            Self::Recognise(closing) => format!("shelves:{}:{}", closing.thing, closing.camera),
            Self::Forget => "forget".to_owned(),
            Self::Muster => "muster".to_owned(),
        }
    }

    /// After how many attempts it is given up; `None`: never.
    fn most_attempts(&self) -> Option<u32> {
        match self {
            Self::Activate { .. }
            | Self::Revoke { .. }
            | Self::Release { .. }
            | Self::Discard { .. }
            | Self::EndStay { .. }
            | Self::Desire { .. }
            | Self::ExpireOrders { .. }
            | Self::Miss { .. }
            | Self::Forget
            | Self::Muster => None,
            Self::Recognise(_) => Some(8),
        }
    }
}

/// A new id; later ones sort after earlier ones.
pub(crate) fn mint(now: Timestamp) -> Result<Uuid, Failure> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|_| Reason::Bug)?;
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

impl Cloud {
    /// Does everything that is due, and says when the next job is. The agenda
    /// calls it; calling it too often or twice at once is harmless.
    pub async fn work(&self) -> Option<Timestamp> {
        match self.work_through().await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(%fault, "the jobs can't be read");
                Some(self.clocks.domain.now() + SignedDuration::from_secs(FIRST_PAUSE_S))
            }
        }
    }

    async fn work_through(&self) -> Result<Option<Timestamp>, Fault> {
        loop {
            let now = self.clocks.domain.now();
            let mut tx = self.store.read().await?;
            let due = store::jobs::due(&mut tx, now).await?;
            let next = store::jobs::next(&mut tx, now).await?;
            tx.give_up().await?;
            let enter = |kept: Kept| Lane::enter(self, kept.job.lane()).map(|lane| (kept, lane));
            let mine: Vec<(Kept, Lane<'_>)> = due.into_iter().filter_map(enter).collect();
            if mine.is_empty() {
                return Ok(next);
            }
            stream::iter(mine)
                .for_each_concurrent(AT_ONCE, |(kept, lane)| async move {
                    self.attempt(kept).await;
                    drop(lane);
                })
                .await;
        }
    }

    async fn attempt(&self, kept: Kept) {
        let name = kept.job.lane();
        let why = match self.carry_out(&kept).await {
            Ok(Attempt::Done) => return,
            Ok(Attempt::Again(why)) => why,
            Err(failure) => failure.to_string(),
        };
        let given_up = kept.job.most_attempts().is_some_and(|most| kept.attempts + 1 >= most);
        tracing::warn!(
            job = name,
            attempts = kept.attempts + 1,
            why,
            given_up,
            "a job did not succeed"
        );
        if let Err(failure) = self.put_off(&kept, given_up).await {
            tracing::error!(job = name, %failure, "a job can't be put off");
        }
    }

    async fn carry_out(&self, kept: &Kept) -> Result<Attempt, Failure> {
        Brink::BeforeOutside.reached();
        match &kept.job {
            Job::Activate { thing } => {
                // First to whom it belongs, then in: it looks whether it is in another home.
                let desired = control::desired(self, thing).await?;
                let activation = async {
                    self.ports.shadows.update(thing, desired).await?;
                    self.ports.things.activate(thing).await
                };
                self.told(kept, activation).await
            }
            Job::Revoke { thing } => self.told(kept, self.ports.things.revoke(thing)).await,
            Job::Release { thing } => self.told(kept, self.ports.things.deactivate(thing)).await,
            Job::Discard { keys } => self.told(kept, self.discard(keys)).await,
            Job::Desire { thing } => {
                let desired = control::desired(self, thing).await?;
                self.told(kept, self.ports.shadows.update(thing, desired)).await
            }
            Job::EndStay { .. } | Job::ExpireOrders { .. } | Job::Miss { .. } => {
                let mut unit = self.begin().await?;
                let outcome = match store::jobs::done(unit.work().tx(), kept.id).await? {
                    true => in_time(&kept.job, unit.work()).await,
                    false => Ok(()),
                };
                unit.close(outcome).await?;
                Ok(Attempt::Done)
            }
            Job::Recognise(closing) => match shelves::compare(&self.ports, closing).await {
                Ok(differences) => {
                    Brink::AfterOutside.reached();
                    let mut unit = self.begin().await?;
                    let outcome = match store::jobs::done(unit.work().tx(), kept.id).await? {
                        true => shelves::apply(closing, differences, unit.work()).await,
                        false => Ok(()),
                    };
                    unit.close(outcome).await?;
                    Ok(Attempt::Done)
                }
                Err(error) => Ok(Attempt::Again(error.to_string())),
            },
            Job::Muster => match device::muster(self).await {
                Ok(()) => self.finish(kept, None).await,
                Err(error) => Ok(Attempt::Again(error.to_string())),
            },
            Job::Forget => {
                let before = self.clocks.domain.now() - FORGET_AFTER;
                self.finish(kept, Some(before)).await
            }
        }
    }

    /// A job that only tells the outside something.
    async fn told(&self, kept: &Kept, telling: impl Future<Output = Result<(), Outside>>) -> Result<Attempt, Failure> {
        match within(telling).await {
            Ok(()) => {
                Brink::AfterOutside.reached();
                self.finish(kept, None).await
            }
            Err(error) => Ok(Attempt::Again(error.to_string())),
        }
    }

    async fn discard(&self, keys: &[String]) -> Result<(), Outside> {
        for key in keys {
            self.ports.objects.delete(key).await?;
        }
        Ok(())
    }

    /// Takes a job off the list and, for [`Job::Forget`], forgets and comes back tomorrow.
    async fn finish(&self, kept: &Kept, forget_before: Option<Timestamp>) -> Result<Attempt, Failure> {
        let mut unit: Unit<'_> = self.begin().await?;
        let work = unit.work();
        store::jobs::done(work.tx(), kept.id).await?;
        if let Some(before) = forget_before {
            store::calls::forget(work.tx(), before).await?;
            store::messages::forget(work.tx(), before).await?;
            store::invitations::forget(work.tx(), before).await?;
            store::newcomers::forget_tries(work.tx(), before).await?;
            let tomorrow = work.now() + FORGET_EVERY;
            work.later_at(&Job::Forget, tomorrow).await?;
        }
        unit.close(Ok(Attempt::Done)).await
    }

    async fn put_off(&self, kept: &Kept, given_up: bool) -> Result<(), Failure> {
        let mut unit = self.begin().await?;
        let now = unit.work().now();
        let pause = FIRST_PAUSE_S
            .checked_shl(kept.attempts)
            .unwrap_or(LONGEST_PAUSE_S)
            .clamp(1, LONGEST_PAUSE_S);
        let due_at = now + SignedDuration::from_secs(pause);
        if given_up {
            store::jobs::done(unit.work().tx(), kept.id).await?;
        } else {
            store::jobs::put_off(unit.work().tx(), kept.id, due_at).await?;
        }
        unit.close(Ok(())).await?;
        if !given_up {
            self.see_to(&[due_at], now);
        }
        Ok(())
    }
}

/// What only time asks for: nothing outside is called.
async fn in_time(job: &Job, work: &mut Work) -> Result<(), Failure> {
    match job {
        Job::EndStay { home, person } => membership::end_stay(*home, *person, work).await,
        Job::ExpireOrders { thing } => control::expire(thing, work).await,
        Job::Miss { thing } => alarm::miss(thing, work).await,
        _ => Err(Reason::Bug.into()),
    }
}

/// A call to the outside that ends in time.
pub(crate) async fn within<T>(call: impl Future<Output = Result<T, Outside>>) -> Result<T, Outside> {
    match tokio::time::timeout(OUTSIDE_TIMEOUT, call).await {
        Ok(result) => result,
        Err(_) => Err(Outside::Silent {
            what: "the outside",
            why: "no answer in time".to_owned(),
        }),
    }
}

/// Holds a lane while its job is done.
struct Lane<'c> {
    cloud: &'c Cloud,
    name: String,
}

impl<'c> Lane<'c> {
    fn enter(cloud: &'c Cloud, name: String) -> Option<Self> {
        let free = cloud
            .lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.clone());
        free.then_some(Self { cloud, name })
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.cloud
            .lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.name);
    }
}
