//! Wakes the cloud when a job is due: SQS and the scheduler at home.
//!
//! It keeps no jobs, only instants: what is to be done stands in the cloud's
//! store, and an instant that was forgotten (a crash, too many at once) costs
//! at most a [`LOOK`], because the work is looked at that often anyway. The
//! clock is the domain's and may jump: whoever turns it calls [`Timer::nudge`].

use std::{
    collections::BTreeSet,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hearth_cloud::ports::Agenda;
use hearth_contract::clock::Clock;
use jiff::Timestamp;
use tokio::{sync::Notify, task::JoinHandle, time::Instant};

/// How often the work is looked at though nobody asked.
const LOOK: Duration = Duration::from_secs(30);
/// How often the clock is read while something waits: it may run faster than ours.
const TICK: Duration = Duration::from_millis(500);
/// How many instants are kept; beyond it the latest are forgotten.
const MOST: usize = 4096;

/// The running timer. Ends when dropped.
pub struct Timer {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    due: Mutex<BTreeSet<Timestamp>>,
    stir: Notify,
}

impl Timer {
    /// Starts it: `work` is called when an instant is due, one call at a time,
    /// and once at the start for what an earlier run left.
    pub fn start<W, F>(clock: Arc<dyn Clock>, work: W) -> Self
    where
        W: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let due = Mutex::new(BTreeSet::new());
        let shared = Arc::new(Shared {
            clock,
            due,
            stir: Notify::new(),
        });
        let task = tokio::spawn(run(shared.clone(), work));
        Self { shared, task }
    }

    /// Looks at the clock again: it was turned.
    pub fn nudge(&self) {
        self.shared.stir.notify_one();
    }

    /// Ends it; a call under way is dropped where it waits.
    pub async fn stop(mut self) {
        self.task.abort();
        // It only ever ends by this, so how it ended says nothing.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Agenda for Timer {
    fn wake(&self, due_at: Timestamp) {
        let mut due = self.shared.due();
        due.insert(due_at);
        if due.len() > MOST {
            due.pop_last();
        }
        drop(due);
        self.shared.stir.notify_one();
    }
}

impl Shared {
    fn due(&self) -> MutexGuard<'_, BTreeSet<Timestamp>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes off what is due; whether there was any.
    fn take(&self) -> bool {
        let now = self.clock.now();
        let mut due = self.due();
        let before = due.len();
        due.retain(|at| *at > now);
        due.len() < before
    }

    /// How long nothing can be due, by our own time.
    fn pause(&self) -> Option<Duration> {
        let next = *self.due().first()?;
        let left = Duration::try_from(next.duration_since(self.clock.now())).unwrap_or(Duration::ZERO);
        Some(left.min(TICK))
    }
}

async fn run<W, F>(shared: Arc<Shared>, work: W)
where
    W: Fn() -> F,
    F: Future<Output = ()>,
{
    loop {
        work().await;
        let look = Instant::now() + LOOK;
        while !shared.take() && Instant::now() < look {
            let until = shared.pause().map_or(look, |pause| look.min(Instant::now() + pause));
            tokio::select! {
                () = shared.stir.notified() => {}
                () = tokio::time::sleep_until(until) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use hearth_cloud::ports::suite::agenda::{Woken, check};
    use tokio::sync::mpsc;

    use super::*;

    struct Turned(Mutex<Timestamp>);

    impl Clock for Turned {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    struct Started {
        clock: Arc<Turned>,
        timer: Timer,
        calls: mpsc::UnboundedReceiver<()>,
    }

    fn started() -> Started {
        let clock = Arc::new(Turned(Mutex::new("2026-11-21T18:00:00Z".parse().unwrap())));
        let (called, calls) = mpsc::unbounded_channel();
        let timer = Timer::start(clock.clone(), move || {
            called.send(()).unwrap();
            std::future::ready(())
        });
        Started { clock, timer, calls }
    }

    #[async_trait]
    impl Woken for Started {
        fn agenda(&self) -> &dyn Agenda {
            &self.timer
        }

        fn now(&self) -> Timestamp {
            self.clock.now()
        }

        fn turn(&self, seconds: u32) {
            *self.clock.0.lock().unwrap() += jiff::SignedDuration::from_secs(seconds.into());
            self.timer.nudge();
        }

        fn was_called(&mut self) -> bool {
            self.calls.try_recv().is_ok()
        }

        async fn called(&mut self) {
            self.calls.recv().await.unwrap();
        }
    }

    #[tokio::test]
    async fn the_timer_keeps_the_contract() {
        let mut woken = started();
        woken.calls.recv().await.unwrap();
        check(&mut woken).await;
    }

    #[tokio::test]
    async fn what_is_due_is_done_when_the_clock_jumps() {
        let Started {
            clock,
            timer,
            mut calls,
        } = started();
        calls.recv().await.unwrap();
        timer.wake("2026-11-21T18:10:00Z".parse().unwrap());
        tokio::task::yield_now().await;
        assert!(calls.try_recv().is_err(), "not yet");
        *clock.0.lock().unwrap() = "2026-11-21T18:10:00Z".parse().unwrap();
        timer.nudge();
        calls.recv().await.unwrap();
    }

    #[tokio::test]
    async fn what_is_due_at_once_is_done_at_once() {
        let Started { timer, mut calls, .. } = started();
        calls.recv().await.unwrap();
        timer.wake("2026-11-21T17:00:00Z".parse().unwrap());
        calls.recv().await.unwrap();
    }

    #[tokio::test]
    async fn a_stopped_timer_calls_no_more() {
        let Started { timer, mut calls, .. } = started();
        calls.recv().await.unwrap();
        timer.stop().await;
        assert!(calls.recv().await.is_none(), "the closure is gone");
    }
}
