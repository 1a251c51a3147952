//! The rules, one file a feature, named as in the contract; `shelves`, `stock`
//! and `curve` are second ideas of `pantry` and `meter`.

pub(crate) mod alarm;
mod curve;
pub(crate) mod device;
mod family;
pub(crate) mod live;
pub(crate) mod meter;
pub(crate) mod pairing;
mod pantry;
pub(crate) mod picture;
pub(crate) mod shelves;
mod stock;
