//! What comes from the machine and is never turned by a simulated clock: real
//! time, for tokens and signatures, and randomness.

use std::time::Duration;

use hearth_contract::{CallId, Failure, Reason};
use jiff::Timestamp;

/// The real time.
#[allow(
    clippy::disallowed_methods,
    reason = "tokens, leases and signatures are judged by real time"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Random bytes of the operating system.
///
/// # Errors
/// `Internal` when the system has none.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Failure::new(Reason::Bug))?;
    Ok(bytes)
}

/// An id for a call that core makes by itself.
///
/// # Errors
/// `Internal` when the system has no randomness.
pub(crate) fn call_id() -> Result<CallId, Failure> {
    Ok(CallId(uuid::Builder::from_random_bytes(random()?).into_uuid()))
}

/// How long to wait before try number `attempt` (0, 1, 2, …): doubling from
/// 250 ms to `most`, of which a random half to whole is taken, so that many
/// that were cut off together do not come back together.
pub(crate) fn back_off(attempt: u32, most: Duration) -> Duration {
    let whole = Duration::from_millis(250)
        .saturating_mul(1 << attempt.min(12))
        .min(most);
    let dice = random::<1>().map_or(128, |bytes| u32::from(bytes[0]));
    whole / 2 + whole / 2 * dice / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_its_bound_and_never_beyond() {
        let most = Duration::from_secs(30);
        for attempt in 0..64 {
            let wait = back_off(attempt, most);
            assert!(
                wait >= Duration::from_millis(125) && wait <= most,
                "{attempt}: {wait:?}"
            );
        }
        assert!(back_off(63, most) >= most / 2);
    }
}
