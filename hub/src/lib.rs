//! The home server: the browser body of core, the embedded cloud beside it,
//! and, on request, a simulated home.
//!
//! [`house`] puts the rooms together, [`host`] gives pages the five verbs,
//! [`serve`] is the one port for people. No rule of the product lives here.

pub mod adapters;
pub mod arguments;
pub mod body;
pub mod clocks;
pub mod home_file;
pub mod host;
pub mod house;
pub mod lodger;
pub mod mail;
pub mod releases;
pub mod serials;
pub mod serve;
pub mod sessions;
pub mod sign_on;
pub mod simulated;
pub mod tablet;
pub mod trouble;
