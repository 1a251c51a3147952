//! Versions of a picture for the decoders.

use image::{
    GrayImage, Luma,
    imageops::{self, FilterType},
};

/// The picture with its longer side at most `most` pixels.
pub(crate) fn fit(picture: &GrayImage, most: u32) -> GrayImage {
    let longer = picture.width().max(picture.height());
    if longer <= most {
        return picture.clone();
    }
    let scaled = |side: u32| (u64::from(side) * u64::from(most)).div_ceil(u64::from(longer)).max(1);
    let side = |side| u32::try_from(scaled(side)).unwrap_or(most);
    imageops::thumbnail(picture, side(picture.width()), side(picture.height()))
}

/// Twice the size; `None` for a picture that is large enough as it is.
pub(crate) fn twice(picture: &GrayImage) -> Option<GrayImage> {
    let small = picture.width().max(picture.height()) < 900;
    small.then(|| {
        imageops::resize(
            picture,
            picture.width() * 2,
            picture.height() * 2,
            FilterType::CatmullRom,
        )
    })
}

/// Black where a pixel is darker by `delta` than the mean around it, white
/// elsewhere. Around: a square whose half side is the longer side divided by `part`.
pub(crate) fn threshold(picture: &GrayImage, part: u32, delta: i64) -> GrayImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let reach = (picture.width().max(picture.height()) / part).clamp(6, 40) as usize;
    let pixels = picture.as_raw();
    // sums[y][x]: everything above and left of (x, y).
    let mut sums = vec![0_i64; (width + 1) * (height + 1)];
    for y in 0..height {
        let mut row = 0;
        for x in 0..width {
            row += i64::from(pixels[y * width + x]);
            sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
        }
    }
    let mut out = vec![255_u8; width * height];
    for y in 0..height {
        let (top, bottom) = (
            y.saturating_sub(reach) * (width + 1),
            (y + reach + 1).min(height) * (width + 1),
        );
        let rows = bottom / (width + 1) - top / (width + 1);
        for x in 0..width {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(width));
            let count = (rows * (right - left)) as i64;
            let sum = sums[bottom + right] + sums[top + left] - sums[top + right] - sums[bottom + left];
            if (i64::from(pixels[y * width + x]) + delta) * count < sum {
                out[y * width + x] = 0;
            }
        }
    }
    GrayImage::from_raw(picture.width(), picture.height(), out).unwrap_or_else(|| picture.clone())
}

/// Turned by `degrees` about its centre, on white, nothing cut off.
pub(crate) fn turn(picture: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let side = width.hypot(height).ceil();
    let (middle_x, middle_y) = ((width - 1.0) / 2.0, (height - 1.0) / 2.0);
    let middle = (side - 1.0) / 2.0;
    GrayImage::from_fn(side as u32, side as u32, |x, y| {
        let (dx, dy) = (x as f32 - middle, y as f32 - middle);
        let (from_x, from_y) = (cos * dx + sin * dy + middle_x, cos * dy - sin * dx + middle_y);
        if from_x < 0.0 || from_y < 0.0 || from_x > width - 1.0 || from_y > height - 1.0 {
            return Luma([255]);
        }
        let (left, top) = (from_x as u32, from_y as u32);
        let (right, bottom) = ((left + 1).min(picture.width() - 1), (top + 1).min(picture.height() - 1));
        let (part_x, part_y) = (from_x.fract(), from_y.fract());
        let at = |x, y| f32::from(picture.get_pixel(x, y).0[0]);
        let upper = at(left, top) * (1.0 - part_x) + at(right, top) * part_x;
        let lower = at(left, bottom) * (1.0 - part_x) + at(right, bottom) * part_x;
        Luma([(upper * (1.0 - part_y) + lower * part_y).round() as u8])
    })
}
