//! The two decoders. Both are other people's code on whatever picture anybody
//! gives, so a panic in them is a picture they could not read.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::GrayImage;
use rxing::{BarcodeFormat, DecodeHints, helpers::detect_in_luma_with_hints};

/// A QR code by `rxing`: strong on damaged and turned ones.
pub(crate) fn square(picture: &GrayImage) -> Option<String> {
    by_rxing(picture, BarcodeFormat::QR_CODE)
}

/// A Code 128 label by `rxing`.
pub(crate) fn label(picture: &GrayImage) -> Option<String> {
    by_rxing(picture, BarcodeFormat::CODE_128)
}

/// A QR code by `quircs`: strong on skewed ones.
pub(crate) fn grid(picture: &GrayImage) -> Option<String> {
    quietly(|| {
        let mut decoder = quircs::Quirc::default();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let codes = decoder.identify(width, height, picture);
        let payload = codes.flatten().find_map(|code| code.decode().ok())?.payload;
        Some(text_of(payload))
    })
}

/// Whether there are the three corners of a QR code, readable or not.
pub(crate) fn sees_grid(picture: &GrayImage) -> bool {
    let seen = quietly(|| {
        let mut decoder = quircs::Quirc::default();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        decoder.identify(width, height, picture).flatten().next().map(|_| ())
    });
    seen.is_some()
}

fn by_rxing(picture: &GrayImage, format: BarcodeFormat) -> Option<String> {
    quietly(|| {
        let mut hints = DecodeHints {
            TryHarder: Some(true),
            AlsoInverted: Some(true),
            PossibleFormats: Some(HashSet::from([format])),
            ..DecodeHints::default()
        };
        let found = detect_in_luma_with_hints(
            picture.as_raw().clone(),
            picture.width(),
            picture.height(),
            Some(format),
            &mut hints,
        );
        found.ok().map(|found| found.getText().to_owned())
    })
}

fn quietly<T>(decode: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        tracing::warn!("a decoder gave up on a picture");
        None
    })
}

/// Codes say what they say in UTF-8 nowadays; older ones in Latin-1.
fn text_of(payload: Vec<u8>) -> String {
    String::from_utf8(payload).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}
