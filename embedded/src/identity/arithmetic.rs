//! One worker for the arithmetic of passwords, and a short queue before it.
//!
//! A storm of sign-ins spends one core at most, off the threads that serve;
//! who finds the queue full is told so at once.

use std::sync::Arc;

use hearth_contract::srp;
use tokio::sync::Semaphore;

use super::exception::Exception;

/// Who may wait, at some five milliseconds each.
const QUEUE: usize = 32;

/// The worker and its queue.
pub struct Arithmetic {
    places: Arc<Semaphore>,
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
    /// Runs `work` when its turn comes.
    ///
    /// # Errors
    /// `TooManyRequestsException` at once if the queue is full; what the
    /// arithmetic itself refuses.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, srp::Refusal> + Send + 'static,
    ) -> Result<T, Exception> {
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| Exception::too_many_requests())?;
        let turn = self.worker.clone().acquire_owned().await;
        let turn = turn.map_err(|_| Exception::internal())?;
        // The permits go along: somebody who hangs up frees no second core.
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|_| Exception::internal())?.map_err(refused)
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
                arithmetic.run(work).await
            }
        });
        beginning.await.unwrap();
        let mut waiting: Vec<_> = (1..=QUEUE)
            .map(|number| {
                Box::pin({
                    let arithmetic = arithmetic.clone();
                    async move { arithmetic.run(move || Ok(number)).await }
                })
            })
            .collect();
        for one in &mut waiting {
            assert!(futures::poll!(one.as_mut()).is_pending());
        }
        let refused = arithmetic.run(|| Ok(99)).await.unwrap_err();
        assert_eq!(refused.name, "TooManyRequestsException");
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(0));
        for (at, one) in waiting.into_iter().enumerate() {
            assert_eq!(one.await, Ok(at + 1));
        }
    }
}
