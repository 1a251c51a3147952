//! What the timer promises, by a clock that is turned.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::soon;
use crate::ports::Agenda;

/// A timer, its clock, and the work that it calls. What it calls at its start
/// on its own has been called already.
#[async_trait]
pub trait Woken: Send {
    /// The port.
    fn agenda(&self) -> &dyn Agenda;
    /// The timer's clock.
    fn now(&self) -> Timestamp;
    /// Turns that clock forward, and says so.
    fn turn(&self, seconds: u32);
    /// Whether the work was called since it was asked last.
    fn was_called(&mut self) -> bool;
    /// Waits until the work is called.
    async fn called(&mut self);
}

/// Holds a timer to its contract.
///
/// # Panics
/// Where it breaks it.
pub async fn check(woken: &mut dyn Woken) {
    let begin = woken.now();
    let after = |seconds| begin + SignedDuration::from_secs(seconds);
    woken.agenda().wake(after(-3600));
    soon("what is overdue is done at once", woken.called()).await;

    // The later one first: the order in which they are told says nothing.
    woken.agenda().wake(after(1200));
    woken.agenda().wake(after(600));
    not_yet(woken).await;
    woken.turn(599);
    not_yet(woken).await;
    woken.turn(1);
    soon("the first is due", woken.called()).await;
    not_yet(woken).await;
    woken.turn(3000);
    soon("the second is overdue", woken.called()).await;
}

async fn not_yet(woken: &mut dyn Woken) {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!woken.was_called(), "nothing is due yet");
}
