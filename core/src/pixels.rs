//! Pictures as people give them: what they are by their bytes, how large they
//! say they are, and how light each pixel is. Formats other than PNG and JPEG
//! are not read, whatever the picture library could.

use std::io::Cursor;

use hearth_contract::picture::MAX_PIXELS;
use image::{GrayImage, ImageFormat, ImageReader, Limits, Luma};

/// PNG or JPEG, by the first bytes.
pub(crate) fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    image::guess_format(bytes)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg))
}

/// How many pixels a picture says it has; nothing is decoded.
pub(crate) fn count(bytes: &[u8]) -> Option<u64> {
    let (width, height) = reader(bytes)?.into_dimensions().ok()?;
    Some(u64::from(width) * u64::from(height))
}

/// A picture's brightness; what is transparent counts as white paper. `None`
/// when it can't be read or has more than [`MAX_PIXELS`].
pub(crate) fn gray(bytes: &[u8]) -> Option<GrayImage> {
    if count(bytes)? > MAX_PIXELS {
        return None;
    }
    let mut reader = reader(bytes)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    if !picture.color().has_alpha() {
        return Some(picture.into_luma8());
    }
    let picture = picture.into_luma_alpha8();
    Some(GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [light, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        Luma([u8::try_from((light * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)])
    }))
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader.set_format(format_of(bytes)?);
    Some(reader)
}
