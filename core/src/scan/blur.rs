//! Whether a picture hides a code behind its blur.
//!
//! Two things must come together: nothing in the picture is sharp, and
//! somewhere there is a patch, about as high as wide, of middling detail: dark
//! and light close together, as a code is once its modules run into each other.
//! A smooth wall has no such patch, a sharp photograph is not blurred.

use image::{GrayImage, imageops};

use crate::scan::shape::fit;

/// An edge of full contrast across this many pixels is blurred (of 500).
const EDGE_ACROSS: f32 = 5.0;
/// How far a pixel must be from its surroundings to count as detail, parts of the contrast.
const DETAIL: f32 = 0.08;
/// The side of the small picture that patches are looked for in.
const SMALL: u32 = 64;

/// Whether this picture (at most 500 pixels wide and high) may hide a code.
pub(crate) fn hides_code(picture: &GrayImage) -> bool {
    let contrast = contrast(picture);
    contrast >= 24.0 && is_blurred(picture, contrast) && has_patch(picture, contrast)
}

/// The span of brightness, without the outermost percent at each end.
fn contrast(picture: &GrayImage) -> f32 {
    let mut counts = [0_u32; 256];
    picture
        .as_raw()
        .iter()
        .for_each(|light| counts[usize::from(*light)] += 1);
    let edge = picture.as_raw().len() as u32 / 100;
    let from = |mut lights: Box<dyn Iterator<Item = usize>>| {
        let mut seen = 0;
        lights.find(|light| {
            seen += counts[*light];
            seen > edge
        })
    };
    let (dark, light) = (
        from(Box::new(0..256)).unwrap_or(0),
        from(Box::new((0..256).rev())).unwrap_or(255),
    );
    light.saturating_sub(dark) as f32
}

/// No edge is steeper than blurred ones are. One pixel in a thousand may be:
/// noise, a speck of light.
fn is_blurred(picture: &GrayImage, contrast: f32) -> bool {
    let smooth = imageops::blur(picture, 0.8);
    let (width, height) = smooth.dimensions();
    let at = |x: u32, y: u32| f32::from(smooth.get_pixel(x, y).0[0]);
    let mut steep = 0_u32;
    for y in 0..height - 1 {
        for x in 0..width - 1 {
            let slope = (at(x + 1, y) - at(x, y)).hypot(at(x, y + 1) - at(x, y));
            steep += u32::from(slope * EDGE_ACROSS > contrast);
        }
    }
    steep <= width * height / 1000
}

/// A patch of detail about as high as wide.
fn has_patch(picture: &GrayImage, contrast: f32) -> bool {
    let small = fit(picture, SMALL);
    let around = imageops::blur(&small, 4.0);
    let detail: Vec<bool> = small
        .as_raw()
        .iter()
        .zip(around.as_raw())
        .map(|(here, there)| (f32::from(*here) - f32::from(*there)).abs() > DETAIL * contrast)
        .collect();
    let (width, height) = (small.width() as usize, small.height() as usize);
    let mut seen = vec![false; detail.len()];
    (0..detail.len()).any(|start| {
        if seen[start] || !detail[start] {
            return false;
        }
        let (area, across, down) = spread(start, width, height, &detail, &mut seen);
        let (longer, shorter) = (across.max(down), across.min(down));
        // A tenth of the picture, no more than twice as long as wide, and more than an outline.
        longer * 10 >= width.max(height) && longer <= shorter * 2 && area * 5 >= across * down
    })
}

/// The connected patch of detail around `start`, over gaps of one pixel: its
/// area, width and height.
fn spread(start: usize, width: usize, height: usize, detail: &[bool], seen: &mut [bool]) -> (usize, usize, usize) {
    let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
    let mut area = 0;
    let mut open = vec![start];
    seen[start] = true;
    while let Some(place) = open.pop() {
        let (x, y) = (place % width, place / width);
        area += 1;
        (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
        for near_y in y.saturating_sub(2)..(y + 3).min(height) {
            for near_x in x.saturating_sub(2)..(x + 3).min(width) {
                let near = near_y * width + near_x;
                if detail[near] && !seen[near] {
                    seen[near] = true;
                    open.push(near);
                }
            }
        }
    }
    (area, right + 1 - left, bottom + 1 - top)
}
