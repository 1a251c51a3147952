//! Looking inside: cameras, leases, and the frames of a live view.
//!
//! Nothing streams while nobody looks: whoever watches renews a lease every
//! [`LEASE_RENEW`]; without one the device is silent within [`LEASE_LASTS`].

use bytes_of::{be_u32, be_u64};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    device::Device,
    family::sample_instant,
    ids::{CameraId, FamilyId, PictureId, ThingName},
    pantry::sample_camera,
    power::Power,
    seen::Seen,
    units::Seconds,
};

/// How long a lease lasts.
pub const LEASE_LASTS: Seconds = Seconds(20);
/// How often whoever looks renews it.
pub const LEASE_RENEW: Seconds = Seconds(8);
/// The codec of the frames, as WebCodecs names it: H.264 constrained baseline, level 3.0.
pub const CODEC: &str = "avc1.42C01E";
/// The most bytes of one frame.
pub const MAX_FRAME: usize = 1 << 20;

/// A camera and what it last saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// The device it belongs to.
    pub thing: ThingName,
    /// Which of its cameras.
    pub camera: CameraId,
    /// The last picture; `None` before the first closing of the door.
    #[serde(default)]
    pub last: Option<Still>,
}

/// A picture with its instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Still {
    /// The picture.
    pub picture: PictureId,
    /// When it was taken.
    pub at: Timestamp,
}

/// What one can look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// A camera's moving pictures.
    Camera(CameraId),
    /// A meter's power, second by second.
    Power,
}

/// The right to look for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Until when.
    pub until: Timestamp,
}

/// What happened at the doors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveEvent {
    /// A camera has a new last picture.
    Pictured {
        /// As it is now.
        camera: Camera,
    },
    /// Somebody began to look.
    Looked {
        /// The device.
        thing: ThingName,
        /// The camera.
        camera: CameraId,
    },
}

impl LiveEvent {
    /// Who may read it.
    #[must_use]
    pub const fn read_by(&self) -> Power {
        match self {
            Self::Pictured { .. } | Self::Looked { .. } => Power::LookInside,
        }
    }
}

/// `GET /families/{family}/cameras`: all cameras of the home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cameras {
    /// The family.
    pub family: FamilyId,
}

/// `POST /families/{family}/things/{thing}/looks`: takes or renews a lease on a camera.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The family.
    pub family: FamilyId,
    /// The device.
    pub thing: ThingName,
    /// Which of its cameras.
    pub camera: CameraId,
}

/// One frame of a live view: an H.264 access unit (Annex B), key frames with their parameter sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Decodable without the ones before.
    pub key: bool,
    /// When it was taken, ms since the epoch.
    pub at_ms: u64,
    /// The access unit.
    pub data: Vec<u8>,
}

/// Bytes before the access unit: length of what follows (4), flags (1), instant (8).
pub const FRAME_HEADER: usize = 13;

impl Frame {
    /// The frame as it travels: big-endian length of the rest, flags, instant, access unit.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let rest = u32::try_from(self.data.len() + FRAME_HEADER - 4).unwrap_or(u32::MAX);
        let mut out = Vec::with_capacity(self.data.len() + FRAME_HEADER);
        out.extend_from_slice(&rest.to_be_bytes());
        out.push(u8::from(self.key));
        out.extend_from_slice(&self.at_ms.to_be_bytes());
        out.extend_from_slice(&self.data);
        out
    }

    /// Takes the first whole frame off `buffer`: the frame and how many bytes it took.
    /// `Ok(None)`: not all there yet.
    ///
    /// # Errors
    /// A length no frame has: the stream is not ours, give it up.
    pub fn decode(buffer: &[u8]) -> Result<Option<(Self, usize)>, BadFrame> {
        let Some(rest) = be_u32(buffer, 0) else { return Ok(None) };
        let whole = rest as usize + 4;
        if !(FRAME_HEADER..=MAX_FRAME + FRAME_HEADER).contains(&whole) {
            return Err(BadFrame);
        }
        let (Some(flags), Some(at_ms), Some(data)) =
            (buffer.get(4), be_u64(buffer, 5), buffer.get(FRAME_HEADER..whole))
        else {
            return Ok(None);
        };
        Ok(Some((
            Self {
                key: flags & 1 == 1,
                at_ms,
                data: data.to_vec(),
            },
            whole,
        )))
    }
}

/// The stream is not one of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadFrame;

impl std::fmt::Display for BadFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a stream of frames")
    }
}

impl std::error::Error for BadFrame {}

/// Big-endian numbers out of a buffer that may be too short.
mod bytes_of {
    pub fn be_u32(buffer: &[u8], from: usize) -> Option<u32> {
        Some(u32::from_be_bytes(buffer.get(from..from + 4)?.try_into().ok()?))
    }

    pub fn be_u64(buffer: &[u8], from: usize) -> Option<u64> {
        Some(u64::from_be_bytes(buffer.get(from..from + 8)?.try_into().ok()?))
    }
}

impl Command for Cameras {
    type Reply = Seen<Vec<Camera>>;
    const NAME: &'static str = "live.cameras";
    const GOES: Goes = Goes::Cloud(
        Route::get("/families/{family}/cameras"),
        Access::Power(Power::LookInside),
    );
    const HEARS: &'static [Hears] = &[Hears::Live, Hears::Device];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        let last = Still {
            picture: PictureId::sample(1),
            at: sample_instant(),
        };
        let camera = Camera {
            thing: Device::sample().thing,
            camera: sample_camera(),
            last: Some(last),
        };
        Seen::now(vec![camera], sample_instant())
    }
}

impl Command for Look {
    type Reply = Lease;
    const NAME: &'static str = "live.look";
    const GOES: Goes = Goes::Cloud(
        Route::post("/families/{family}/things/{thing}/looks"),
        Access::Power(Power::LookInside),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            thing: Device::sample().thing,
            camera: sample_camera(),
        }
    }
    fn sample_reply() -> Lease {
        Lease {
            until: sample_instant(),
        }
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! live_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::live::Cameras;
            cloud $crate::live::Look;
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_of_a_stream_as_they_went_in() {
        let frames = [
            Frame {
                key: true,
                at_ms: 1,
                data: vec![0, 0, 0, 1, 0x67],
            },
            Frame {
                key: false,
                at_ms: u64::MAX,
                data: vec![],
            },
        ];
        let stream: Vec<u8> = frames.iter().flat_map(Frame::encode).collect();
        for cut in 0..stream.len() {
            assert!(Frame::decode(&stream[..cut.min(17)]).unwrap().is_none(), "{cut}");
        }
        let (first, used) = Frame::decode(&stream).unwrap().unwrap();
        let (second, rest) = Frame::decode(&stream[used..]).unwrap().unwrap();
        assert_eq!([first, second], frames);
        assert_eq!(used + rest, stream.len());
    }

    #[test]
    fn a_length_no_frame_has_is_refused() {
        assert_eq!(Frame::decode(&[0xFF; 16]), Err(BadFrame));
        assert_eq!(Frame::decode(&[0; 16]), Err(BadFrame));
    }
}
