//! What the rules need from the outside, and what the outside calls.
//!
//! Every port has at least two adapters: `embedded`'s servers and AWS (or a
//! memory one for tests). No port but the store is called inside an open unit
//! of work: what must happen outside is a job, carried out after commit.

use async_trait::async_trait;
use bytes::Bytes;
use hearth_contract::{
    Principal,
    device::Hardware,
    ids::{CameraId, PictureId, Serial, ThingName},
    live::Frame,
    pairing::PairingSecret,
    pantry::Area,
    things::SaidKind,
};
use jiff::Timestamp;
use serde_json::Value;

#[cfg(feature = "suite")]
pub mod suite;

/// Why something outside did not answer as it should.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Outside {
    /// It is not there.
    #[error("{0} is not there")]
    Absent(&'static str),
    /// It does not answer now; trying again may help.
    #[error("{what} does not answer: {why}")]
    Silent {
        /// Which port.
        what: &'static str,
        /// What it said, free of secrets.
        why: String,
    },
}

/// The registry of things and their certificates (AWS IoT's control plane).
#[async_trait]
pub trait Things: Send + Sync {
    /// Lets the thing's certificate connect from now on.
    async fn activate(&self, thing: &ThingName) -> Result<(), Outside>;
    /// Refuses the thing's certificate until it is activated again, and disconnects it.
    async fn deactivate(&self, thing: &ThingName) -> Result<(), Outside>;
    /// Refuses every certificate of the thing for ever and disconnects it: it
    /// needs a new one.
    async fn revoke(&self, thing: &ThingName) -> Result<(), Outside>;
    /// Whether the thing is connected now.
    async fn connected(&self, thing: &ThingName) -> Result<bool, Outside>;
}

/// The broker, from the inside (AWS IoT's data plane).
#[async_trait]
pub trait Wire: Send + Sync {
    /// Publishes with QoS 1 (`lossy: false`) or 0.
    async fn publish(&self, topic: &str, payload: Bytes, delivery: Delivery) -> Result<(), Outside>;
}

/// The shadows of things (AWS IoT's device shadow service), the classic ones.
#[async_trait]
pub trait Shadows: Send + Sync {
    /// Changes the thing's shadow as AWS IoT documents it (`{"state": …}`); the
    /// thing hears what it does not do yet, now or when it next reports.
    async fn update(&self, thing: &ThingName, change: Value) -> Result<(), Outside>;
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// QoS 1: kept for a receiver with a session.
    AtLeastOnce,
    /// QoS 0: may be lost.
    Lossy,
}

/// Pictures and recordings (S3). Keys are the picture's id below its thing or family.
#[async_trait]
pub trait Objects: Send + Sync {
    /// An address that takes one `PUT` of at most `max_bytes`, until `expires_at`.
    async fn put_url(&self, key: &str, max_bytes: u64, expires_at: Timestamp) -> Result<String, Outside>;
    /// An address that gives the object, until `expires_at`.
    async fn get_url(&self, key: &str, expires_at: Timestamp) -> Result<String, Outside>;
    /// The object's bytes; `None` if it was never put.
    async fn get(&self, key: &str) -> Result<Option<Bytes>, Outside>;
    /// Removes it; absent is fine.
    async fn delete(&self, key: &str) -> Result<(), Outside>;
}

/// Wakes the cloud when a job is due (SQS and the scheduler). The store keeps
/// the jobs; this only says when to look.
pub trait Agenda: Send + Sync {
    /// Calls `work` at this instant of the domain clock, or a little later.
    fn wake(&self, due_at: Timestamp);
}

/// Knows what the maker has built.
#[async_trait]
pub trait Factory: Send + Sync {
    /// Whether a device with this serial number was built, as this.
    async fn built(&self, hardware: Hardware, serial: &Serial) -> Result<bool, Outside>;
}

/// A factory that keeps no list: whoever has the claim certificate was built.
#[derive(Clone, Copy, Debug)]
pub struct NoList;

#[async_trait]
impl Factory for NoList {
    async fn built(&self, _hardware: Hardware, _serial: &Serial) -> Result<bool, Outside> {
        Ok(true)
    }
}

/// Sees what food changed between two pictures of the same shelves.
#[async_trait]
pub trait Recogniser: Send + Sync {
    /// Compares; `before` is `None` the first time. Pictures are JPEG bytes, already within limits.
    async fn compare(&self, before: Option<&Shot>, after: &Shot) -> Result<Vec<Difference>, Outside>;
}

/// A picture to be compared.
#[derive(Clone, Debug)]
pub struct Shot {
    /// Its id.
    pub picture: PictureId,
    /// JPEG.
    pub jpeg: Bytes,
}

/// Something that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What it is, as a key of the food catalogue; `None`: something, but what?
    pub food: Option<String>,
    /// How many more, or less.
    pub delta: i32,
    /// 0 to 1; from 0.7 on it changes the list, below it asks.
    pub certainty: f32,
    /// Where in the picture (the later one for what came, the earlier for what went).
    pub area: Area,
}

/// The cloud, as the broker sees it: what AWS IoT's rules, hooks and lifecycle events call.
#[async_trait]
pub trait Ears: Send + Sync {
    /// A device said something. `Err`: it could not be kept, so the broker must not acknowledge it.
    async fn hear(&self, thing: &ThingName, kind: SaidKind, payload: Bytes) -> Result<(), Outside>;
    /// The thing's classic shadow was changed by itself: what is published at
    /// `shadow/update/documents`. `Err` as in [`Ears::hear`].
    async fn shadow(&self, thing: &ThingName, documents: Bytes) -> Result<(), Outside>;
    /// May this device be provisioned? (The pre-provisioning hook.) `Ok(None)`: no.
    async fn provision(&self, newcomer: Newcomer) -> Result<Option<ThingName>, Outside>;
    /// A thing connected or vanished, at this instant.
    async fn presence(&self, thing: &ThingName, online: bool) -> Result<(), Outside>;
}

/// The cloud, as the listener for live frames sees it. Whose certificate it is
/// has been checked by the listener.
pub trait Eyes: Send + Sync {
    /// A frame of a camera, for whoever watches. `false`: nobody has a lease on
    /// it (any more), the device need not go on.
    fn show(&self, thing: &ThingName, camera: &CameraId, frame: &Frame) -> bool;
    /// The camera's connection ended: its last frames are not live any more.
    fn hide(&self, thing: &ThingName, camera: &CameraId);
}

/// A device that asks to be provisioned.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Its serial number.
    pub serial: Serial,
    /// What it is.
    pub hardware: Hardware,
    /// What its pairing code will be made of.
    pub secret: PairingSecret,
    /// Whether somebody has just pressed its button.
    pub is_pressed: bool,
    /// The fridge it hangs on, if it is a tablet.
    pub fridge: Option<Serial>,
}

/// One person or thing behind a REST call, proven by token or signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The `sub` of the token, or the thing of the certificate that the
    /// signing key was lent to.
    pub principal: Principal,
}

/// A REST call as it was signed: nothing decoded. No `Debug`: its headers open something.
#[derive(Clone, Copy)]
pub struct SignedCall<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// From the slash on, with the prefix it is served below.
    pub path: &'a str,
    /// Without the question mark; empty if there is none.
    pub query: &'a str,
    /// Names in lower case, `host` among them.
    pub headers: &'a [(&'a str, &'a str)],
    /// SHA-256 of the body, hexadecimal.
    pub digest: &'a str,
}

/// Says who calls (the authorisers in front of the API).
#[async_trait]
pub trait Tokens: Send + Sync {
    /// Who this token stands for, an access token of the user pool or an id token
    /// of another issuer; `None` if it is not good (any more).
    async fn prove(&self, bearer: &str) -> Option<Proven>;
    /// Who signed this call (Signature Version 4, service `execute-api`) with
    /// credentials that are still good; the call id must be signed with it.
    async fn prove_signed(&self, call: SignedCall<'_>) -> Option<Proven>;
}
