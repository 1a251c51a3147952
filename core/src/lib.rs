//! The app itself.
//!
//! A [`Core`] is the whole app but its face and its body: it signs people in,
//! asks the cloud, keeps a replica that answers without a network, holds back
//! edits until they can be sent, reads pairing codes, fetches pictures and live
//! views, and hears what happens. The same code runs in the native shell (one
//! core) and in the hub (one per browser session). Before sign-in a core is a
//! value without task, file or socket.
//!
//! Where it lives it learns only from its [`Body`]. It deliberately knows no
//! window, no browser, no web server and no rule of the cloud.

mod app;
mod body;
mod cloud;
mod dispatch;
mod home;
mod identity;
mod inbox;
mod kiosk;
mod live;
mod notices;
mod outbox;
mod pairing;
mod pantry;
mod pass;
mod picture;
mod pixels;
mod real;
mod replica;
pub mod scan;
mod session;
mod sign;
mod trust;
mod vault;
mod who;

pub use app::{Core, CoreConfig};
pub use body::{Body, SignOnWay};
pub use kiosk::Enrolled;
pub use notices::Notices;
pub use picture::Picture;
pub use vault::FolderVault;

#[cfg(test)]
mod tests;
