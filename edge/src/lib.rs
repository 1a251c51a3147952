//! The devices: a refrigerator with cameras, doors and a screen, a microwave
//! behind it, and a meter.
//!
//! [`agent`] is what all devices share: how one comes into the cloud, stays
//! connected and loses nothing. [`fridge`], [`microwave`] and [`meter`] are the devices'
//! programs; their hardware is behind a trait each. [`enrolment`] is for the
//! tablet in the fridge's door, whose program is the app. [`simulated`] is hardware
//! made up by the project, and [`home`] a whole simulated home. [`software`] is how a device
//! gets another program; by which job, and what else jobs bring, is in `errands`.
//!
//! Nothing here knows which cloud it talks to: the wire is AWS IoT's. Nothing
//! here draws a page or judges a picture.

pub mod agent;
pub mod cloud;
pub mod control;
pub mod disk;
pub mod enrolment;
mod errands;
pub mod fault;
pub mod fridge;
pub mod home;
pub mod meter;
pub mod microwave;
pub mod simulated;
pub mod software;
pub mod surroundings;

pub use agent::{Agent, Link};
pub use cloud::Cloud;
pub use fault::Fault;
pub use home::{Home, HomeConfig};
pub use simulated::{SimulatedFridge, SimulatedMeter, SimulatedMicrowave, life::Life, load::Load};
pub use surroundings::{Clocks, Ids, RandomIds};
