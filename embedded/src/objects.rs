//! Stored pictures behind presigned addresses: S3 at home.
//!
//! Objects are files in a folder. Whoever has an address that was signed here
//! may put one object once, or get it, for a while; nothing else opens the
//! door. It deliberately knows nothing of whose pictures they are.

mod door;
mod files;
mod key;

#[cfg(test)]
mod tests;

use std::{io, path::Path, sync::Arc};

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use hearth_cloud::ports::{self, Outside};
use hearth_contract::clock::Clock;
use jiff::Timestamp;

use files::Files;
use key::Key;

use crate::sigv4::{self, LONGEST_LIFE, Presign, Scope};

/// The path below which objects are, as the routes have it.
pub const PATH: &str = "/objects/";
/// The most bytes of one object, whatever the address says.
pub const MAX_OBJECT: u64 = 12 << 20;
/// Names of the keys addresses are signed with. The one for putting ends with
/// how many bytes it may put, so the limit is part of what is signed.
const GETTING: &str = "HEARTHGET";
const PUTTING: &str = "HEARTHPUT";

/// Why the objects could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsFailed {
    /// The folder or a file in it.
    #[error("the objects' folder: {0}")]
    Folder(#[from] io::Error),
    /// The system gave no random bytes for the signing key.
    #[error("drawing random bytes for the objects' key")]
    Random,
    /// The base address is not `http(s)://host[:port]`.
    #[error("the objects' address is not one")]
    Address,
}

/// The objects; see the module.
pub struct Objects {
    files: Files,
    /// `http://localhost:8080`
    base: String,
    /// `localhost:8080`
    host: String,
    region: String,
    secret: [u8; 32],
    clock: Arc<dyn Clock>,
}

impl Objects {
    /// Opens the objects in `folder`, or makes it. `base_url` (scheme, host and
    /// port) is where [`Objects::router`] is reached; addresses name it. The
    /// clock is the real one.
    ///
    /// # Errors
    /// [`ObjectsFailed`].
    pub fn open(folder: &Path, base_url: &str, region: &str, clock: Arc<dyn Clock>) -> Result<Self, ObjectsFailed> {
        let base = base_url.trim_end_matches('/');
        let host = base.strip_prefix("http://").or_else(|| base.strip_prefix("https://"));
        let host = host
            .filter(|host| !host.is_empty() && !host.contains('/'))
            .ok_or(ObjectsFailed::Address)?;
        let files = Files::open(folder)?;
        let secret = files
            .secret(|into| getrandom::fill(into).is_ok())?
            .ok_or(ObjectsFailed::Random)?;
        Ok(Self {
            files,
            base: base.to_owned(),
            host: host.to_owned(),
            region: region.to_owned(),
            secret,
            clock,
        })
    }

    /// The routes, absolute ([`PATH`]), to be merged into the hub's.
    pub fn router(self: &Arc<Self>) -> Router {
        door::router(self.clone())
    }

    /// The secret of the key with this name.
    fn key(&self, name: &str) -> String {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.secret);
        hex::encode(ring::hmac::sign(&key, name.as_bytes()))
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            region: &self.region,
            service: "s3",
        }
    }

    fn signed(&self, method: &str, key: &str, name: &str, expires_at: Timestamp) -> Result<String, Outside> {
        let key = Key::parse(key).ok_or(Outside::Absent("an object of that key"))?;
        let path = format!("{PATH}{}", key.encoded());
        let at = self.clock.now();
        let life = u32::try_from(expires_at.as_second() - at.as_second())
            .unwrap_or(0)
            .clamp(1, LONGEST_LIFE);
        let secret = self.key(name);
        let wanted = Presign {
            method,
            path: &path,
            headers: &[("host", &self.host)],
            access_key: name,
            key: sigv4::Key {
                secret: &secret,
                session_token: None,
            },
            scope: self.scope(),
            at,
            expires: life,
        };
        let query = sigv4::presign(&wanted).map_err(|refusal| Outside::Silent {
            what: "objects",
            why: refusal.to_string(),
        })?;
        Ok(format!("{}{path}?{query}", self.base))
    }
}

#[async_trait]
impl ports::Objects for Objects {
    async fn put_url(&self, key: &str, max_bytes: u64, expires_at: Timestamp) -> Result<String, Outside> {
        self.signed(
            "PUT",
            key,
            &format!("{PUTTING}{}", max_bytes.min(MAX_OBJECT)),
            expires_at,
        )
    }

    async fn get_url(&self, key: &str, expires_at: Timestamp) -> Result<String, Outside> {
        self.signed("GET", key, GETTING, expires_at)
    }

    async fn get(&self, key: &str) -> Result<Option<Bytes>, Outside> {
        let Some(key) = Key::parse(key) else { return Ok(None) };
        self.files.get(&key).await.map_err(|error| silent(&error))
    }

    async fn delete(&self, key: &str) -> Result<(), Outside> {
        let Some(key) = Key::parse(key) else { return Ok(()) };
        self.files.delete(&key).await.map_err(|error| silent(&error))
    }
}

fn silent(error: &io::Error) -> Outside {
    Outside::Silent {
        what: "objects",
        why: error.kind().to_string(),
    }
}
