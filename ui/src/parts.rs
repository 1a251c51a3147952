//! The pieces pages are made of. They know looks, not the home.

pub mod action;
pub mod alarms;
pub mod answer;
pub mod badge;
pub mod card;
pub mod change;
pub mod choose;
pub mod curve;
pub mod door;
pub mod empty;
pub mod energy;
pub mod field;
pub mod food_line;
pub mod icon;
pub mod moving;
pub mod nav;
pub mod people;
pub mod picture;
pub mod qr;
pub mod refusal;
pub mod shelf;
pub mod standing;
pub mod steps;
pub mod strength;
pub mod twice;
pub mod word;
