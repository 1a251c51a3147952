//! A still of the simulated camera: the drawing with a sensor's noise and the
//! lamp's flicker, as JPEG, with a label of what it shows.
//!
//! The label is a comment segment, `hearth-labels:` and JSON. It stands for
//! what a person would see; only a recogniser that says so may read it.

use hearth_contract::{ids::FoodKey, pantry::Area, units::Count};
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
use resvg::tiny_skia::Pixmap;
use serde::{Deserialize, Serialize};

use super::shelves::Shelves;
use crate::fault::Fault;

/// Pixels across.
pub const WIDTH: u32 = 960;
/// How the comment begins.
pub const LABELS: &str = "hearth-labels:";
const QUALITY: u8 = 80;

/// What a picture shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Labels {
    /// One for each food.
    pub labels: Vec<Label>,
}

/// One food in a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The food.
    pub food: FoodKey,
    /// How many pieces.
    pub count: Count,
    /// Where.
    pub area: Area,
}

/// What a picture of these shelves shows.
#[must_use]
pub fn labels(shelves: &Shelves) -> Labels {
    let label = |one: super::shelves::Standing| Label {
        food: one.held.food,
        count: one.held.count,
        area: one.area,
    };
    Labels {
        labels: shelves.standing().into_iter().map(label).collect(),
    }
}

/// Takes the picture; `shot` makes each one a little different.
///
/// # Errors
/// It can't be encoded.
pub fn take(drawing: &Pixmap, labels: &Labels, shot: u64) -> Result<Vec<u8>, Fault> {
    let mut jpeg = Vec::with_capacity(160 * 1024);
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(
            &seen(drawing, shot),
            drawing.width(),
            drawing.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(|error| Fault::Picture(error.to_string()))?;
    label(&mut jpeg, labels)?;
    Ok(jpeg)
}

/// What the sensor sees, RGB: the drawing under a lamp that flickers by 1.5 %,
/// with grain that is drawn once and shifted for each row.
fn seen(drawing: &Pixmap, shot: u64) -> Vec<u8> {
    let mut noise = Noise(shot.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let lamp = 65_536 + (noise.next() % 1968) as i32 - 984;
    let lit: [i32; 256] = std::array::from_fn(|value| (value as i32 * lamp) >> 16);
    let wide = drawing.width() as usize;
    let grain: Vec<i32> = (0..2 * wide).map(|_| (noise.next() >> 32 & 7) as i32 - 3).collect();
    let mut rgb = Vec::with_capacity(drawing.data().len() / 4 * 3);
    for row in drawing.data().chunks_exact(4 * wide) {
        let shift = (noise.next() >> 32) as usize % wide;
        for (pixel, grain) in row.chunks_exact(4).zip(&grain[shift..]) {
            rgb.extend(
                [pixel[0], pixel[1], pixel[2]].map(|value| (lit[usize::from(value)] + grain).clamp(0, 255) as u8),
            );
        }
    }
    rgb
}

/// Marsaglia's xorshift, 64 bits: quick, and good enough for grain.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Adds the label right after the start of the image.
///
/// # Source
/// ITU-T T.81, B.2.4.5 "Comment syntax".
fn label(jpeg: &mut Vec<u8>, labels: &Labels) -> Result<(), Fault> {
    let text = format!("{LABELS}{}", serde_json::to_string(labels)?);
    let length = u16::try_from(text.len() + 2).map_err(|_| Fault::Picture("the label is too long".into()))?;
    let mut segment = vec![0xFF, 0xFE];
    segment.extend_from_slice(&length.to_be_bytes());
    segment.extend_from_slice(text.as_bytes());
    jpeg.splice(2..2, segment);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::drawing;

    #[test]
    fn no_two_pictures_are_the_same_and_both_show_the_drawing() {
        let shelves = Shelves::stocked();
        let drawing = drawing::filled(&drawing::empty(WIDTH).unwrap(), &shelves);
        let labels = labels(&shelves);
        let [one, two] = [1, 2].map(|shot| take(&drawing, &labels, shot).unwrap());
        assert_ne!(one, two);
        assert!(one.len() < 300 * 1024, "{}", one.len());
        let decoded = image::load_from_memory(&one).unwrap().to_rgb8();
        assert_eq!((decoded.width(), decoded.height()), (WIDTH, 720));
        let off: i64 = decoded
            .pixels()
            .zip(drawing.pixels())
            .map(|(seen, drawn)| (i64::from(seen.0[1]) - i64::from(drawn.green())).abs())
            .sum();
        assert!(
            off / i64::from(WIDTH * 720) < 8,
            "mean difference {}",
            off / i64::from(WIDTH * 720)
        );
    }

    #[test]
    fn the_label_says_what_is_in_and_where() {
        let shelves = Shelves::stocked();
        let drawing = drawing::empty(WIDTH).unwrap();
        let jpeg = take(&drawing, &labels(&shelves), 7).unwrap();
        assert_eq!(jpeg[..4], [0xFF, 0xD8, 0xFF, 0xFE]);
        let length = usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
        let text = std::str::from_utf8(&jpeg[6..4 + length]).unwrap();
        let read: Labels = serde_json::from_str(text.strip_prefix(LABELS).unwrap()).unwrap();
        let says: Vec<_> = read
            .labels
            .iter()
            .map(|label| (label.food.clone(), label.count))
            .collect();
        let holds: Vec<_> = shelves
            .contents()
            .into_iter()
            .map(|held| (held.food, held.count))
            .collect();
        assert_eq!(says, holds);
    }
}
