//! Moving pictures as H.264, for one viewer's relay: constrained baseline,
//! Annex B, a key frame with its parameter sets every two seconds.

use hearth_contract::live::Frame;
use openh264::{
    OpenH264API,
    encoder::{
        BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Level, Profile,
        RateControlMode, UsageType, VuiConfig,
    },
    formats::YUVSource,
};

use crate::fault::Fault;

/// Pixels across.
pub const WIDTH: usize = 640;
/// Pixels down.
pub const HEIGHT: usize = 480;
/// Frames a second.
pub const RATE: u32 = 10;
/// Frames from one key frame to the next.
const KEY_EVERY: u32 = 2 * RATE;
const BITS_PER_SECOND: u32 = 700_000;

/// Encodes one camera's frames.
pub struct Video(Encoder);

impl Video {
    /// An encoder whose first frame is a key frame.
    ///
    /// # Errors
    /// The encoder can't be set up.
    pub fn new() -> Result<Self, Fault> {
        let config = EncoderConfig::new()
            .profile(Profile::Baseline)
            .level(Level::Level_3_0)
            .usage_type(UsageType::CameraVideoRealTime)
            .rate_control_mode(RateControlMode::Bitrate)
            .bitrate(BitRate::from_bps(BITS_PER_SECOND))
            .max_frame_rate(FrameRate::from_hz(RATE as f32))
            .intra_frame_period(IntraFramePeriod::from_num_frames(KEY_EVERY))
            .complexity(Complexity::Low)
            .scene_change_detect(false)
            .skip_frames(true)
            .num_threads(1)
            .vui(VuiConfig::bt601());
        Encoder::with_api_config(OpenH264API::from_source(), config)
            .map(Self)
            .map_err(fault)
    }

    /// Encodes a frame taken at this instant, ms since the epoch. `None`: the
    /// encoder left it out to keep its bit rate.
    ///
    /// # Errors
    /// The encoder fails; a new one is needed.
    pub fn encode(&mut self, picture: &impl YUVSource, at_ms: u64) -> Result<Option<Frame>, Fault> {
        let timestamp = openh264::Timestamp::from_millis(at_ms);
        let encoded = self.0.encode_at(picture, timestamp).map_err(fault)?;
        let key = matches!(encoded.frame_type(), FrameType::IDR);
        let data = encoded.to_vec();
        Ok((!data.is_empty()).then_some(Frame { key, at_ms, data }))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn fault(error: openh264::Error) -> Fault {
    Fault::Picture(error.to_string())
}
