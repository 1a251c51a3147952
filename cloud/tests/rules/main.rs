//! The cloud's rules, asked as the outside asks them: by REST, by device
//! message and by the agenda, on a real SQLite file with ports in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod alarms;
mod calls;
mod control;
mod crash;
mod devices;
mod farewell;
mod food;
mod gateway;
mod goodbye;
mod hanging;
mod kiosk;
mod live;
#[allow(dead_code, reason = "the ports' contracts use the rest")]
mod memory;
mod meter;
mod pairing;
mod people;
mod support;
