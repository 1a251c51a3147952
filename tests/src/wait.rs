//! Waiting for a condition, never for a duration.

use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How often a condition is looked at.
const EVERY: Duration = Duration::from_millis(10);

/// Asks until there is an answer, or the time is over.
///
/// # Errors
/// `what` did not come within `limit`, with the last complaint.
pub async fn until<T, F, Fut>(what: &str, limit: Duration, mut ask: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Option<T>>>,
{
    let mut ticks = tokio::time::interval(EVERY);
    let mut last = None;
    let asking = async {
        loop {
            ticks.tick().await;
            match ask().await {
                Ok(Some(value)) => return value,
                Ok(None) => last = None,
                Err(error) => last = Some(error),
            }
        }
    };
    if let Ok(value) = tokio::time::timeout(limit, asking).await {
        return Ok(value);
    }
    match last {
        Some(error) => Err(error).with_context(|| format!("waited {limit:?} for {what}")),
        None => bail!("waited {limit:?} for {what}"),
    }
}
