//! What whole-system tests stand on: a hub as its users start it, a browser as
//! they hold it, and the steps a person takes.
//!
//! Nothing here reaches into a room: the hub is its program, the ui its page,
//! the simulated home its controls.

pub mod axe;
pub mod bench;
pub mod browser;
pub mod hub;
pub mod mqtt;
pub mod page;
pub mod programs;
pub mod wait;
