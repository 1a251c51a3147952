//! What can go wrong on a device. People never see these: they go to the log,
//! and the device tries again.

use std::io;

/// Why something did not work; never holds keys, codes or pictures.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The device's disk.
    #[error("disk: {0}")]
    Disk(#[from] io::Error),
    /// A file or payload is not what it should be.
    #[error("not readable: {0}")]
    Json(#[from] serde_json::Error),
    /// A certificate or key in PEM is not one.
    #[error("certificate or key not readable: {0}")]
    Pem(&'static str),
    /// TLS can't be set up.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// A key or signing request can't be made.
    #[error("key: {0}")]
    Key(#[from] rcgen::Error),
    /// The connection was refused or broke.
    #[error("connection: {0}")]
    Link(String),
    /// The cloud refused to provision this device.
    #[error("not provisioned: {code} ({status})")]
    Refused {
        /// As in HTTP.
        status: u16,
        /// AWS IoT's name for it.
        code: String,
    },
    /// A picture could not be put to its address.
    #[error("upload: {0}")]
    Upload(String),
    /// A release can't be fetched.
    #[error("download: {0}")]
    Download(String),
    /// A picture can't be drawn or encoded.
    #[error("picture: {0}")]
    Picture(String),
    /// The hardware does not do what it is told.
    #[error("hardware: {0}")]
    Hardware(&'static str),
    /// A record to replay.
    #[error("no record of a household: {0}")]
    Record(String),
    /// A task of the device ended by a panic.
    #[error("a task ended unexpectedly")]
    Task,
}
