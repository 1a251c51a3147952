//! Stored pictures: shelves, and later recipe cards and messages.
//!
//! A picture's signed address ends in core; a page only ever sees
//! `src(family, picture)` of its host.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Route},
    family::sample_instant,
    ids::{FamilyId, PictureId},
    power::Power,
};

/// The most pixels a picture may have.
pub const MAX_PIXELS: u64 = 20_000_000;
/// The most bytes a picture may have.
pub const MAX_BYTES: u64 = 12 << 20;

/// An address that is good for a while, for core only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedUrl {
    /// The address.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedUrl(…)")
    }
}

/// `GET /families/{family}/pictures/{picture}`: where its bytes are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The family.
    pub family: FamilyId,
    /// The picture.
    pub picture: PictureId,
}

impl Command for Address {
    type Reply = SignedUrl;
    const NAME: &'static str = "picture.address";
    const GOES: Goes = Goes::Cloud(
        Route::get("/families/{family}/pictures/{picture}"),
        Access::Power(Power::LookInside),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            picture: PictureId::sample(1),
        }
    }
    fn sample_reply() -> SignedUrl {
        SignedUrl {
            url: "http://localhost:8080/objects/x?X-Amz-Signature=y".to_owned(),
            expires_at: sample_instant(),
        }
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! picture_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::picture::Address;
        }
    };
}
