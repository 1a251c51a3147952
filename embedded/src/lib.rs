//! Servers that stand for AWS services at home: identity, broker and IoT
//! topics, objects, queue and timer.
//!
//! Each speaks AWS's wire, so that the app, the devices and AWS's own clients
//! need not know where they are. Rules live in the cloud, not here.

pub mod agenda;
pub mod authority;
pub mod broker;
pub mod credentials;
pub mod identity;
pub mod jobs;
pub mod objects;
pub mod provisioning;
pub mod shadows;
pub mod sigv4;
pub mod things;
