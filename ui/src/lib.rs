//! The face of Hearth: asks core through its host and draws what it says.
//!
//! The pages exist in a browser only. Elsewhere this package is what can be
//! judged without one: its sentences, the names of foods, the geometry of curves.

pub mod curve;
pub mod foods;
pub mod place;
pub mod strength;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod ask;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod deed;
#[cfg(target_arch = "wasm32")]
mod face;
#[cfg(all(target_arch = "wasm32", feature = "gallery"))]
mod gallery;
#[cfg(target_arch = "wasm32")]
mod home;
#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(target_arch = "wasm32")]
mod household;
#[cfg(target_arch = "wasm32")]
mod language;
#[cfg(target_arch = "wasm32")]
mod pages;
#[cfg(target_arch = "wasm32")]
mod parts;
#[cfg(target_arch = "wasm32")]
mod recent;
#[cfg(target_arch = "wasm32")]
mod setting;
#[cfg(target_arch = "wasm32")]
mod tell;
#[cfg(target_arch = "wasm32")]
mod threshold;
