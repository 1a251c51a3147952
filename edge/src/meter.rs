//! The meter: tells its readings minute by minute, and its power second by
//! second while somebody looks.
//!
//! Its register remembers, so what was not told while it was away is told
//! later, more coarsely the longer ago. The hardware is behind [`MeterBody`].

pub mod marks;

use std::{sync::Arc, time::Duration};

use hearth_contract::{
    ids::MessageId,
    live::Sight,
    meter::Reading,
    things::{GlanceSaid, ReadingsSaid, SaidKind},
    units::{WattHours, Watts},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    agent::{Agent, Link, outbox::Said},
    disk::Disk,
    fault::Fault,
};

const TOLD: &str = "told.json";
/// How often the domain clock is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How far back a new meter's memory goes.
const MEMORY: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Letters of readings that may wait at once: the rest waits in the register.
const WAITING: usize = 2;

/// A meter's hardware. Calls are quick.
pub trait MeterBody: Send + Sync + 'static {
    /// The power at this instant.
    fn power(&self, at: Timestamp) -> Watts;
    /// The register at this instant: never less than before.
    fn register(&self, at: Timestamp) -> WattHours;
    /// Whether it is made up by a simulation.
    fn simulated(&self) -> bool;

    /// Both.
    fn reading(&self, at: Timestamp) -> Reading {
        Reading {
            at,
            power_w: self.power(at),
            energy_wh: self.register(at),
            simulated: self.simulated(),
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct ToldUntil {
    told_until: Timestamp,
}

/// Starts the meter's tasks; they end with `cancel`.
///
/// # Errors
/// The disk can't be read.
pub fn start(
    agent: &Agent,
    body: &Arc<dyn MeterBody>,
    disk: Disk,
    (tasks, cancel): (&TaskTracker, &CancellationToken),
) -> Result<(), Fault> {
    let known = disk.load::<ToldUntil>(TOLD)?;
    let recording = record(agent.clone(), body.clone(), disk, known);
    let glancing = glance(agent.clone(), body.clone());
    let (first, second) = (cancel.clone(), cancel.clone());
    tasks.spawn(async move {
        tokio::select! { () = recording => {} () = first.cancelled() => {} }
    });
    tasks.spawn(async move {
        tokio::select! { () = glancing => {} () = second.cancelled() => {} }
    });
    Ok(())
}

/// Tells readings as they come due.
async fn record(agent: Agent, body: Arc<dyn MeterBody>, disk: Disk, mut known: Option<ToldUntil>) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        while agent.link() == Link::Connected && agent.waiting(SaidKind::Readings) < WAITING {
            let now = agent.clocks().domain.now();
            let from = known.map_or(now - MEMORY, |known| known.told_until);
            let due = marks::due(from, now);
            let Some(told_until) = due.last().copied() else { break };
            let readings = due.into_iter().map(|at| body.reading(at)).collect();
            let said = ReadingsSaid {
                id: MessageId(agent.ids().uuid()),
                readings,
            };
            // First the letter, then the note: cut between, some readings are told twice.
            let kept = agent.post(Said::Readings(said), vec![]).await;
            let kept = kept.and_then(|()| disk.save(TOLD, &ToldUntil { told_until }));
            if let Err(fault) = kept {
                tracing::error!(thing = %agent.thing(), %fault, "readings could not be kept");
                break;
            }
            known = Some(ToldUntil { told_until });
        }
    }
}

/// Tells the power each second while somebody looks.
async fn glance(agent: Agent, body: Arc<dyn MeterBody>) {
    let mut leases = agent.leases();
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if !agent.looked_at(&Sight::Power) {
            if leases.changed().await.is_err() {
                return;
            }
            seconds.reset_immediately();
            continue;
        }
        seconds.tick().await;
        agent.glance(&GlanceSaid {
            reading: body.reading(agent.clocks().domain.now()),
        });
    }
}
