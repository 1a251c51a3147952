//! Moving pictures of the simulated camera: the same drawing as the stills,
//! with the door's light sweeping over it and a dial whose hand turns once a
//! minute, so that one sees that it moves.

use jiff::Timestamp;
use openh264::formats::{RgbSliceU8, YUVBuffer, YUVSource};
use resvg::tiny_skia::Pixmap;

use crate::fridge::video::{HEIGHT, WIDTH};

/// Milliseconds of one sweep.
const SWEEP_MS: i64 = 5_000;
const BAND: i64 = 70;
/// The dial's middle from the right and the top, and its radius, pixels.
const DIAL: (i64, i64, i64) = (44, 44, 30);

/// One drawing, ready to be moved: planes Y, U, V.
#[derive(Clone)]
pub struct Still(Vec<u8>);

impl Still {
    /// Takes the drawing, [`WIDTH`] by [`HEIGHT`]; of another size, the dial and light alone.
    #[must_use]
    pub fn of(drawing: &Pixmap) -> Self {
        let mut rgb: Vec<u8> = drawing
            .pixels()
            .iter()
            .flat_map(|p| [p.red(), p.green(), p.blue()])
            .collect();
        rgb.resize(WIDTH * HEIGHT * 3, 128);
        let yuv = YUVBuffer::from_rgb8_source(RgbSliceU8::new(&rgb, (WIDTH, HEIGHT)));
        Self([yuv.y(), yuv.u(), yuv.v()].concat())
    }

    /// The frame at this instant.
    pub fn at(&self, at: Timestamp) -> YUVBuffer {
        let mut planes = self.0.clone();
        let ms = at.as_millisecond();
        sweep(&mut planes, ms);
        dial(&mut planes, ms);
        YUVBuffer::from_vec(planes, WIDTH, HEIGHT)
    }
}

/// A slanting band of light, brightest in its middle.
fn sweep(luma: &mut [u8], ms: i64) {
    let (width, height) = (WIDTH as i64, HEIGHT as i64);
    let reach = width + height / 2 + 2 * BAND;
    let middle = ms.rem_euclid(SWEEP_MS) * reach / SWEEP_MS - BAND;
    for y in 0..HEIGHT {
        let here = middle - y as i64 / 2;
        let from = (here - BAND).clamp(0, width);
        let to = (here + BAND).clamp(0, width);
        for x in from..to {
            let light = (BAND - (x - here).abs()) * 26 / BAND;
            let pixel = &mut luma[y * WIDTH + x as usize];
            *pixel = pixel.saturating_add(light as u8).min(235);
        }
    }
}

/// A small round clock with a second hand.
fn dial(planes: &mut [u8], ms: i64) {
    let (from_right, middle_y, radius) = DIAL;
    let middle_x = WIDTH as i64 - from_right;
    let turn = ms.rem_euclid(60_000) as f32 / 60_000.0 * std::f32::consts::TAU;
    let (hand_x, hand_y) = (turn.sin(), -turn.cos());
    let (luma, chroma) = planes.split_at_mut(WIDTH * HEIGHT);
    for dy in -radius..=radius {
        for dx in -radius..=radius {
            let far = ((dx * dx + dy * dy) as f32).sqrt();
            if far > radius as f32 {
                continue;
            }
            let (along, off) = (
                dx as f32 * hand_x + dy as f32 * hand_y,
                dx as f32 * hand_y - dy as f32 * hand_x,
            );
            let on_hand = along > -5.0 && along < radius as f32 - 8.0 && off.abs() < 2.2;
            let on_rim = far > radius as f32 - 3.0;
            let (x, y) = ((middle_x + dx) as usize, (middle_y + dy) as usize);
            luma[y * WIDTH + x] = if on_hand {
                40
            } else if on_rim {
                90
            } else {
                225
            };
            if x % 2 == 0 && y % 2 == 0 {
                let at = y / 2 * (WIDTH / 2) + x / 2;
                chroma[at] = 128;
                chroma[WIDTH * HEIGHT / 4 + at] = 128;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use openh264::decoder::Decoder;

    use super::*;
    use crate::{
        fridge::video::{RATE, Video},
        simulated::{drawing, shelves::Shelves},
    };

    fn frames(seconds: u32) -> (Still, Vec<(i64, hearth_contract::live::Frame)>) {
        let drawing = drawing::filled(&drawing::empty(WIDTH as u32).unwrap(), &Shelves::stocked());
        let still = Still::of(&drawing);
        let mut video = Video::new().unwrap();
        let frames = (0..i64::from(seconds * RATE)).filter_map(|n| {
            let ms = 1_800_000_000_000 + n * 100;
            let picture = still.at(Timestamp::from_millisecond(ms).unwrap());
            Some((ms, video.encode(&picture, ms as u64).unwrap()?))
        });
        (still.clone(), frames.collect())
    }

    /// The types of the NAL units of an access unit, in order.
    fn units(data: &[u8]) -> Vec<u8> {
        data.windows(4)
            .filter(|at| at[..3] == [0, 0, 1])
            .map(|at| at[3] & 31)
            .collect()
    }

    #[test]
    fn what_a_viewer_decodes_is_what_is_in_the_fridge() {
        let (still, frames) = frames(5);
        assert!(frames.len() >= 45, "{} of 50 frames", frames.len());
        let mut decoder = Decoder::new().unwrap();
        let mut shown = 0;
        for (ms, frame) in &frames {
            let Some(decoded) = decoder.decode(&frame.data).unwrap() else {
                continue;
            };
            assert_eq!(decoded.dimensions(), (WIDTH, HEIGHT));
            let expected = still.at(Timestamp::from_millisecond(*ms).unwrap());
            let stride = decoded.strides().0;
            let off: u64 = (0..HEIGHT)
                .flat_map(|y| (0..WIDTH).map(move |x| (x, y)))
                .map(|(x, y)| u64::from(decoded.y()[y * stride + x].abs_diff(expected.y()[y * WIDTH + x])))
                .sum();
            assert!(off / ((WIDTH * HEIGHT) as u64) < 8, "frame {shown} differs by {off}");
            shown += 1;
        }
        assert!(shown >= 45, "{shown}");
        let bits: usize = frames.iter().map(|(_, frame)| frame.data.len() * 8).sum();
        assert!(bits / 5 < 1_000_000, "{} bit/s", bits / 5);
    }

    #[test]
    fn a_key_frame_every_two_seconds_can_be_decoded_alone() {
        let (_, frames) = frames(5);
        let keys: Vec<_> = frames.iter().filter(|(_, frame)| frame.key).collect();
        assert_eq!(keys.len(), 3, "0, 2 and 4 s");
        for (_, frame) in keys {
            assert_eq!(units(&frame.data)[..3], [7, 8, 5], "SPS, PPS, IDR");
            let sps = frame.data.windows(4).position(|at| at == [0, 0, 1, 0x67]).unwrap();
            let [profile, constraints, level] = frame.data[sps + 4..sps + 7] else {
                panic!()
            };
            assert_eq!(
                (profile, constraints & 0xC0, level),
                (0x42, 0xC0, 0x1E),
                "constrained baseline, level 3.0"
            );
            assert!(Decoder::new().unwrap().decode(&frame.data).unwrap().is_some());
        }
        assert!(
            frames
                .iter()
                .filter(|(_, frame)| !frame.key)
                .all(|(_, frame)| units(&frame.data) == [1])
        );
    }
}
