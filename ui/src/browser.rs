//! What the browser alone can do: time, languages, storage, cameras, players.
//!
//! Only this folder and `host` name `web_sys`; everything else stays free of it.

pub mod camera;
pub mod clock;
pub mod dom;
pub mod files;
pub mod hand_over;
pub mod intl;
pub mod media;
pub mod passkey;
pub mod player;
pub mod storage;
