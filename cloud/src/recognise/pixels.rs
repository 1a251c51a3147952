//! Sees that something changed, and where, but not what: it never changes the
//! list, it asks.
//!
//! Both pictures are brought to one small size and freed of their light (each
//! pixel divided by the brightness around it); what then differs more than the
//! noise of the pair is a region. A thing came if the later picture stands out
//! from the region's surroundings more than the earlier one, else it went.

use async_trait::async_trait;
use bytes::Bytes;
use image::{ImageReader, Limits, imageops::FilterType};
use std::io::Cursor;

use super::{
    check,
    regions::{Region, close_and_open, regions},
};
use crate::ports::{Difference, Outside, Recogniser, Shot};

/// The size everything is compared at.
pub(super) const WIDTH: usize = 320;
pub(super) const HEIGHT: usize = 240;
/// Half the side of the square the light is measured in.
const LIGHT_REACH: usize = 24;
/// The least difference that counts, of the normalised brightness.
const LEAST_DIFFERENCE: f32 = 0.09;
/// The part of the picture a region must have.
const LEAST_PART: f32 = 0.004;
/// Below what changes the list: somebody is asked.
const CERTAINTY: f32 = 0.5;
/// The most a decoder may allocate.
const MOST_MEMORY: u64 = 160 << 20;

/// One channel of a picture, `[y * WIDTH + x]`.
type Plane = Vec<f32>;

/// Compares pixels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pixels;

#[async_trait]
impl Recogniser for Pixels {
    async fn compare(&self, before: Option<&Shot>, after: &Shot) -> Result<Vec<Difference>, Outside> {
        check(after)?;
        let Some(before) = before else { return Ok(Vec::new()) };
        check(before)?;
        let (before, after) = (before.jpeg.clone(), after.jpeg.clone());
        let compared = tokio::task::spawn_blocking(move || Some(differences(&planes(&before)?, &planes(&after)?)));
        match compared.await {
            Ok(Some(differences)) => Ok(differences),
            _ => Err(Outside::Silent {
                what: "recognition",
                why: "a picture can't be decoded".to_owned(),
            }),
        }
    }
}

fn planes(jpeg: &Bytes) -> Option<[Plane; 3]> {
    let mut reader = ImageReader::with_format(Cursor::new(jpeg), image::ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let small = reader
        .decode()
        .ok()?
        .resize_exact(WIDTH as u32, HEIGHT as u32, FilterType::Triangle)
        .into_rgb8();
    let channel = |channel: usize| {
        small
            .pixels()
            .map(|pixel| f32::from(pixel.0[channel]))
            .collect::<Plane>()
    };
    let raw = [channel(0), channel(1), channel(2)];
    let brightness: Plane = (0..WIDTH * HEIGHT)
        .map(|n| (raw[0][n] + raw[1][n] + raw[2][n]) / 3.0)
        .collect();
    let light = blur(&brightness, LIGHT_REACH);
    Some(raw.map(|plane| {
        let soft = blur(&plane, 1);
        soft.iter()
            .zip(&light)
            .map(|(value, light)| value / (light + 1.0))
            .collect()
    }))
}

fn differences(before: &[Plane; 3], after: &[Plane; 3]) -> Vec<Difference> {
    let between = |n: usize| (0..3).map(|c| (before[c][n] - after[c][n]).abs()).fold(0.0, f32::max);
    let difference: Plane = (0..WIDTH * HEIGHT).map(between).collect();
    let mut sorted = difference.clone();
    let middle = sorted.len() / 2;
    let noise = *sorted.select_nth_unstable_by(middle, f32::total_cmp).1;
    let threshold = LEAST_DIFFERENCE.max(noise * 6.0);
    let mask = close_and_open(difference.iter().map(|value| *value > threshold).collect());
    let least = (LEAST_PART * (WIDTH * HEIGHT) as f32) as usize;
    regions(&mask)
        .into_iter()
        .filter(|region| region.pixels >= least)
        .map(|region| {
            let came = stands_out(after, &region) >= stands_out(before, &region);
            Difference {
                food: None,
                delta: if came { 1 } else { -1 },
                certainty: CERTAINTY,
                area: region.area(),
            }
        })
        .collect()
}

/// How much a region differs from the pixels around it.
fn stands_out(planes: &[Plane; 3], region: &Region) -> f32 {
    let ring = region.grown(6);
    let mut sum = 0.0;
    for plane in planes {
        let (mut around, mut count) = (0.0, 0.0_f32);
        for n in ring.all().filter(|n| !region.holds(*n)) {
            around += plane[n];
            count += 1.0;
        }
        let around = around / count.max(1.0);
        let inside: f32 = region.all().map(|n| (plane[n] - around).abs()).sum();
        sum += inside / region.all().count().max(1) as f32;
    }
    sum
}

/// The mean over a square around each pixel, by running sums.
fn blur(plane: &Plane, reach: usize) -> Plane {
    let rows = sweep(plane, (WIDTH, HEIGHT), (1, WIDTH), reach);
    sweep(&rows, (HEIGHT, WIDTH), (WIDTH, 1), reach)
}

/// Means along lines of `length` pixels; `step` leads along a line, `next` to the next line.
fn sweep(plane: &Plane, (length, lines): (usize, usize), (step, next): (usize, usize), reach: usize) -> Plane {
    let mut out = vec![0.0; plane.len()];
    let mut sums = vec![0.0; length + 1];
    for line in 0..lines {
        for n in 0..length {
            sums[n + 1] = sums[n] + plane[line * next + n * step];
        }
        for n in 0..length {
            let (from, to) = (n.saturating_sub(reach), (n + reach + 1).min(length));
            out[line * next + n * step] = (sums[to] - sums[from]) / (to - from) as f32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};

    use super::*;

    /// A shelf with blocks of colour at these places, under this light.
    fn shelf(blocks: &[(u32, u32)], light: f32) -> Bytes {
        let mut picture = RgbImage::from_fn(640, 480, |x, y| {
            let edge = if y % 160 > 150 { 0.7 } else { 1.0 };
            let value = (205.0 + x as f32 * 0.03) * edge * light;
            Rgb([value as u8; 3])
        });
        for (left, top) in blocks {
            for (x, y) in (0..70).flat_map(|x| (0..90).map(move |y| (left + x, top + y))) {
                picture.put_pixel(
                    x,
                    y,
                    Rgb([(180.0 * light) as u8, (40.0 * light) as u8, (30.0 * light) as u8]),
                );
            }
        }
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 85)
            .encode_image(&picture)
            .unwrap();
        jpeg.into()
    }

    fn seen(before: Bytes, after: Bytes) -> Vec<(i32, (f32, f32))> {
        let found = differences(&planes(&before).unwrap(), &planes(&after).unwrap());
        assert!(
            found
                .iter()
                .all(|difference| difference.food.is_none() && difference.certainty < 0.7)
        );
        found
            .iter()
            .map(|d| (d.delta, (d.area.x + d.area.w / 2.0, d.area.y + d.area.h / 2.0)))
            .collect()
    }

    fn near(place: (f32, f32), block: (u32, u32)) -> bool {
        (place.0 - (block.0 as f32 + 35.0) / 640.0).abs() < 0.03
            && (place.1 - (block.1 as f32 + 45.0) / 480.0).abs() < 0.03
    }

    #[test]
    fn what_came_and_what_went_is_found_in_its_place_under_another_light() {
        let (stays, goes, comes) = ((60, 50), (300, 210), (480, 50));
        let found = seen(shelf(&[stays, goes], 1.0), shelf(&[stays, comes], 0.85));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found.iter().any(|(delta, place)| *delta == 1 && near(*place, comes)),
            "{found:?}"
        );
        assert!(
            found.iter().any(|(delta, place)| *delta == -1 && near(*place, goes)),
            "{found:?}"
        );
    }

    #[test]
    fn the_same_shelves_under_another_light_have_not_changed() {
        assert_eq!(seen(shelf(&[(60, 50)], 1.0), shelf(&[(60, 50)], 0.8)), []);
    }
}
