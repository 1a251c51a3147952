//! The code on the fridge's screen, as a picture.

use std::{fmt::Display, io::Cursor};

use image::{ImageFormat, Luma};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::fault::Fault;

/// About how wide and high the picture is, pixels.
pub const SIDE: u32 = 480;
/// Light modules around the code, as ISO/IEC 18004 asks for.
const QUIET: u32 = 4;

/// The code as a QR picture, PNG, with its quiet zone.
///
/// # Errors
/// The code is too long for a QR picture; ours never are.
pub fn code_png(code: &impl Display) -> Result<Vec<u8>, Fault> {
    let qr =
        QrCode::encode_text(&code.to_string(), QrCodeEcc::Medium).map_err(|error| Fault::Picture(error.to_string()))?;
    let modules = qr.size().unsigned_abs() + 2 * QUIET;
    let scale = (SIDE / modules).max(1);
    let dark = |pixel: u32| i32::try_from(pixel / scale).unwrap_or(0) - QUIET.cast_signed();
    let picture = image::GrayImage::from_fn(modules * scale, modules * scale, |x, y| {
        Luma([if qr.get_module(dark(x), dark(y)) { 0 } else { 255 }])
    });
    let mut png = Cursor::new(Vec::new());
    picture
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|error| Fault::Picture(error.to_string()))?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use hearth_contract::pairing::PairingCode;

    use super::*;

    #[test]
    fn the_picture_reads_back_as_the_code() {
        let code: PairingCode = "HEARTH:FR:HF24000123:K7Q2M9XD".parse().unwrap();
        let picture = image::load_from_memory(&code_png(&code).unwrap()).unwrap().to_luma8();
        assert!((400..=SIDE).contains(&picture.width()), "{}", picture.width());
        let mut reader = quircs::Quirc::default();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut found = reader.identify(width, height, &picture);
        let read = found.next().unwrap().unwrap().decode().unwrap();
        assert_eq!(String::from_utf8(read.payload).unwrap(), code.to_string());
    }
}
