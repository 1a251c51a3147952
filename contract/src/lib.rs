//! The language of Hearth and its laws.
//!
//! Everything two rooms must agree on is here: commands and their replies,
//! events, device messages, failures, ids, units, and pure functions such as
//! the proof in a pairing code. There is deliberately no I/O, no async and no
//! clock in this crate; it compiles for the browser as it does for the cloud.
//!
//! A feature is one module (`family`, `pairing`, `pantry`, …) with its
//! commands, its events and one list of its commands; [`features`] joins the
//! lists. See `docs/adding-a-feature.md`.

pub mod alarm;
pub mod clock;
pub mod command;
pub mod control;
pub mod device;
pub mod endpoints;
pub mod event;
pub mod failure;
pub mod family;
pub mod features;
pub mod host;
pub mod ids;
pub mod jobs;
pub mod live;
pub mod meter;
#[cfg(feature = "openid")]
pub mod openid;
pub mod pairing;
pub mod pantry;
pub mod picture;
pub mod power;
pub mod principal;
pub mod rest;
pub mod seen;
pub mod session;
pub mod software;
#[cfg(feature = "srp")]
pub mod srp;
pub mod temperature;
pub mod text;
pub mod things;
pub mod units;

pub use command::{Access, Command, Goes, Hears, Method, Route};
pub use event::{HomeEvent, JournalEntry};
pub use failure::{Failure, Kind, Reason};
pub use ids::*;
pub use power::{Power, Role};
pub use principal::Principal;
pub use seen::{Seen, Source};
