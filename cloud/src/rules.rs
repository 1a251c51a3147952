//! The rules, one file a feature, named as in the contract; `shelves`, `stock`
//! and `curve` are second ideas of `pantry` and `meter`; `invitation`,
//! `membership` and `farewell` are those of `family`, `goodbye` of `device`;
//! `door` is a message that two features hear.

pub(crate) mod alarm;
pub(crate) mod control;
mod curve;
pub(crate) mod device;
mod door;
mod family;
mod farewell;
mod goodbye;
mod invitation;
pub(crate) mod live;
pub(crate) mod membership;
pub(crate) mod meter;
pub(crate) mod pairing;
mod pantry;
pub(crate) mod picture;
pub(crate) mod shelves;
mod stock;
