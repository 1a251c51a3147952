//! The label with a device's serial number, as makers print it: Code 128.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use rxing::{BarcodeFormat, Writer, oned::Code128Writer};

use crate::fault::Fault;

/// Size of the bars, pixels, and of the paper around them.
const BARS: (i32, i32) = (360, 90);
const PAPER: u32 = 30;

/// This text as bars, PNG.
///
/// # Errors
/// Code 128 has no such letters.
pub fn png(text: &str) -> Result<Vec<u8>, Fault> {
    let (width, height) = BARS;
    let bars = Code128Writer
        .encode(text, &BarcodeFormat::CODE_128, width, height)
        .map_err(|error| Fault::Picture(error.to_string()))?;
    let is_dark = |x: u32, y: u32| x < bars.width() && y < bars.height() && bars.get(x, y);
    let label = GrayImage::from_fn(bars.width() + 2 * PAPER, bars.height() + 2 * PAPER, |x, y| {
        let ink = is_dark(x.wrapping_sub(PAPER), y.wrapping_sub(PAPER));
        Luma([if ink { 0 } else { 255 }])
    });
    let mut png = Cursor::new(Vec::new());
    label
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|error| Fault::Picture(error.to_string()))?;
    Ok(png.into_inner())
}
