//! The backend's rules: what families, devices and meters may do.
//!
//! Three doors lead in, whoever knocks: [`Cloud::rest`] for people's calls,
//! [`ports::Ears`] for devices' messages, [`Cloud::work`] for what is due. Each
//! opens one unit of work; the rules can neither end it nor reach the outside.
//! What must happen outside is a job, or is sent after the commit. Servers,
//! certificates and tokens are not here: they are behind [`ports`].

mod access;
pub mod brink;
pub mod catalogue;
mod cloud;
mod door;
mod ears;
mod jobs;
mod leases;
pub mod ports;
pub mod recognise;
mod relay;
mod rules;
mod store;
mod unit;

pub use cloud::{Clocks, Cloud, Ports};
pub use store::Fault;
#[cfg(feature = "suite")]
pub use store::tables;
