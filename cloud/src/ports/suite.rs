//! The contract of each port that has adapters outside this room, as a test.
//!
//! A room with an adapter calls the port's `check` and brings what the contract
//! needs to look from outside: a device that connects, a client that puts. It
//! fails by panic, as tests do, and is compiled for tests only (feature `suite`).
//! What only one adapter promises is tested beside that adapter.

use std::{future::Future, time::Duration};

use super::Outside;

pub mod agenda;
pub mod factory;
pub mod objects;
pub mod recogniser;
pub mod shadows;
pub mod things;
pub mod tokens;
pub mod wire;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was answered.
fn done<T>(what: &str, answer: Result<T, Outside>) -> T {
    answer.unwrap_or_else(|outside| panic!("{what}: {outside}"))
}

/// Waits for what must happen.
async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    let happened = tokio::time::timeout(PATIENCE, happens).await;
    happened.unwrap_or_else(|_| panic!("{what}: does not happen"))
}
