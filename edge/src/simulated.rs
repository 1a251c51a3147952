//! Hardware made up by the project: a fridge whose pictures and video show what
//! is in it, and a home's load for the meter.
//!
//! Everything that is shown is drawn here from what is claimed, so the two
//! can't differ. A picture carries what it shows as a label; see [`picture`].

mod appliance;
mod days;
pub mod drawing;
pub mod foods;
pub mod fridge;
pub mod label;
pub mod life;
pub mod load;
pub mod manners;
pub mod meter;
pub mod microwave;
pub mod moving;
mod panel;
pub mod picture;
#[cfg(feature = "replay")]
pub mod recorded;
pub mod shelves;
mod warmth;

pub use appliance::Appliance;
pub use fridge::SimulatedFridge;
pub use meter::SimulatedMeter;
pub use microwave::SimulatedMicrowave;
