//! Brings one job to all things of a kind, one thing at a time: what goes wrong
//! at the first reaches no second one.
//!
//! It keeps nothing of its own: how far it is stands in the executions.

use hearth_contract::{device::Hardware, ids::ThingName};
use serde_json::Value;

use super::{Said, StoreFailed, Things};
use crate::jobs::Status;

/// How a thing stands to the job.
struct Candidate {
    thing: ThingName,
    is_online: bool,
    /// `None`: it does not have it yet.
    status: Option<Status>,
}

/// Who gets it next; `None`: nobody now, or ever.
fn next(all: Vec<Candidate>) -> Option<ThingName> {
    let holds = |one: &Candidate| match one.status {
        Some(Status::InProgress | Status::Failed | Status::TimedOut) => true,
        // Whoever went away before it began holds up nobody.
        Some(Status::Queued) => one.is_online,
        Some(Status::Succeeded | Status::Rejected | Status::Canceled) | None => false,
    };
    if all.iter().any(holds) {
        return None;
    }
    let ready = |one: &Candidate| one.status.is_none() && one.is_online;
    all.into_iter().find(ready).map(|one| one.thing)
}

impl Things {
    /// Gives the job to the next thing of this kind, if its turn has come; what
    /// is said of it. To be called again and again: that nothing is left to do
    /// can't be said of things that come tomorrow.
    ///
    /// # Errors
    /// [`StoreFailed`].
    pub async fn roll_out(&self, kind: Hardware, job: &str, document: &Value) -> Result<Vec<Said>, StoreFailed> {
        let mut all = Vec::new();
        for thing in self.store.active().await? {
            if Hardware::of(&thing) == Some(kind) {
                let execution = self.jobs.execution(thing.as_str(), job).await?;
                all.push(Candidate {
                    is_online: self.presence.online(&thing),
                    status: execution.map(|execution| execution.status),
                    thing,
                });
            }
        }
        match next(all) {
            Some(thing) => self.jobs.give(thing.as_str(), job, document.clone()).await,
            None => Ok(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_gets_it_after_the_other_and_nobody_after_one_that_failed() {
        let first = |all: &[(bool, Option<Status>)]| {
            let candidates = all.iter().enumerate().map(|(n, (is_online, status))| Candidate {
                thing: format!("fridge-{n}").parse().unwrap(),
                is_online: *is_online,
                status: *status,
            });
            next(candidates.collect()).map(|thing| thing.to_string())
        };
        let (here, away) = (true, false);
        let got = |n: usize| Some(format!("fridge-{n}"));
        assert_eq!(first(&[(away, None), (here, None), (here, None)]), got(1));
        assert_eq!(first(&[(here, Some(Status::Succeeded)), (here, None)]), got(1));
        assert_eq!(first(&[(here, Some(Status::Rejected)), (here, None)]), got(1));
        assert_eq!(first(&[(away, Some(Status::Queued)), (here, None)]), got(1));
        for holds in [Status::Queued, Status::InProgress, Status::Failed, Status::TimedOut] {
            assert_eq!(first(&[(here, Some(holds)), (here, None)]), None, "{holds:?}");
        }
        assert_eq!(first(&[(away, None)]), None);
    }
}
