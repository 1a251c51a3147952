//! One worker for the arithmetic of passwords, and a short queue before it.
//!
//! A storm of sign-ins spends less than one core, off the threads that serve;
//! who finds the queue full is told so at once.

use std::{sync::Arc, time::Instant};

use hearth_contract::srp;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    task::spawn_blocking,
    time::sleep,
};

use super::exception::Exception;

/// Who may wait, at some ten milliseconds each.
const QUEUE: usize = 32;
/// The worker rests for this part of its work's time: turning the others of a
/// storm away needs the rest of the core.
const REST: f64 = 0.5;

/// The worker and its queue.
pub struct Arithmetic {
    places: Arc<Semaphore>,
    worker: Arc<Semaphore>,
}

/// A place in the queue.
pub struct Place {
    held: OwnedSemaphorePermit,
    worker: Arc<Semaphore>,
}

impl Default for Arithmetic {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(QUEUE + 1)),
            worker: Arc::new(Semaphore::new(1)),
        }
    }
}

impl Arithmetic {
    /// Takes a place.
    ///
    /// # Errors
    /// `TooManyRequestsException` at once if the queue is full.
    pub fn place(&self) -> Result<Place, Exception> {
        let held = self.places.clone().try_acquire_owned();
        let held = held.map_err(|_| Exception::too_many_requests())?;
        let worker = self.worker.clone();
        Ok(Place { held, worker })
    }
}

impl Place {
    /// Runs `work` when its turn comes.
    ///
    /// # Errors
    /// What the arithmetic itself refuses.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, srp::Refusal> + Send + 'static,
    ) -> Result<T, Exception> {
        let turn = self.worker.acquire_owned().await;
        let turn = turn.map_err(|_| Exception::internal())?;
        let (tell, told) = oneshot::channel();
        // A task of its own: somebody who hangs up frees no second core.
        tokio::spawn(async move {
            let begun = Instant::now();
            let done = spawn_blocking(work).await;
            drop(self.held);
            let _ = tell.send(done);
            sleep(begun.elapsed().mul_f64(REST)).await;
            drop(turn);
        });
        let done = told.await.ok().and_then(Result::ok);
        done.ok_or_else(Exception::internal)?.map_err(refused)
    }
}

fn refused(refusal: srp::Refusal) -> Exception {
    match refusal {
        srp::Refusal::Broken => Exception::internal(),
        srp::Refusal::WrongClaim => Exception::bad_sign_in(),
        srp::Refusal::Unreadable | srp::Refusal::TooLarge | srp::Refusal::Zero => {
            Exception::invalid_parameter("SRP_A is not acceptable.")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn who_finds_the_queue_full_is_refused_at_once() {
        let arithmetic = Arc::new(Arithmetic::default());
        let (release, held) = mpsc::channel::<()>();
        let (began, beginning) = tokio::sync::oneshot::channel();
        let first = tokio::spawn({
            let arithmetic = arithmetic.clone();
            async move {
                let work = move || {
                    let _ = began.send(());
                    let _ = held.recv();
                    Ok(0)
                };
                arithmetic.place().unwrap().run(work).await
            }
        });
        beginning.await.unwrap();
        let mut waiting: Vec<_> = (1..=QUEUE)
            .map(|number| {
                Box::pin({
                    let arithmetic = arithmetic.clone();
                    async move { arithmetic.place().unwrap().run(move || Ok(number)).await }
                })
            })
            .collect();
        for one in &mut waiting {
            assert!(futures::poll!(one.as_mut()).is_pending());
        }
        let refused = arithmetic.place().err().unwrap();
        assert_eq!(refused.name, "TooManyRequestsException");
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(0));
        for (at, one) in waiting.into_iter().enumerate() {
            assert_eq!(one.await, Ok(at + 1));
        }
    }
}
