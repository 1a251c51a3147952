//! What whole-system tests stand on: a hub as its users start it, a browser as
//! they hold it, and the steps a person takes.
//!
//! Nothing here reaches into a room: the hub is its program, the ui its page,
//! the simulated home its controls. Only `maker` puts rooms together, as no
//! program of ours does: the cloud's rules behind somebody else's user pool.

pub mod authenticator;
pub mod axe;
pub mod bench;
pub mod browser;
pub mod edge;
pub mod foreign;
pub mod hub;
pub mod maker;
pub mod ministack;
pub mod mqtt;
pub mod page;
pub mod pool;
pub mod programs;
pub mod release;
pub mod sign_in_page;
pub mod wait;
