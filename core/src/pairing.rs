//! Reading a pairing code from a picture a page gave. The cloud judges the
//! code; here it only becomes text.

use async_trait::async_trait;
use bytes::Bytes;
use hearth_contract::{
    Failure, Reason,
    pairing::{Code, Read},
};

use crate::{
    app::Core,
    dispatch::Answered,
    pixels,
    scan::{self, Outcome},
};

#[async_trait]
impl Answered for Read {
    async fn answer(self, core: &Core) -> Result<Code, Failure> {
        let bytes = core
            .pictures()
            .get(&self.picture)
            .ok_or(Failure::new(Reason::Absent).at("picture"))?;
        let read = tokio::task::spawn_blocking(move || read(&bytes)).await;
        read.map_err(|_| Failure::new(Reason::Bug))?
    }
}

/// The code in a picture.
fn read(bytes: &Bytes) -> Result<Code, Failure> {
    let refused = |reason| Failure::new(reason).at("picture");
    let picture = pixels::gray(bytes).ok_or_else(|| refused(Reason::PictureUnreadable))?;
    match scan::read(&picture) {
        Outcome::Text(text) => text.parse().map_err(|_| refused(Reason::CodeForeign)),
        Outcome::Blurred => Err(refused(Reason::CodeBlurred)),
        Outcome::Missing => Err(refused(Reason::CodeMissing)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{GrayImage, ImageFormat, Luma};

    use super::*;
    use crate::scan::tests::{blurred, code};

    fn answer(picture: &GrayImage) -> Result<Code, Failure> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, ImageFormat::Png).unwrap();
        read(&out.into_inner().into())
    }

    #[test]
    fn every_kind_of_picture_gets_its_own_answer() {
        let ours = "HEARTH:FR:HF24000123:K7Q2M9XD";
        assert_eq!(answer(&code(ours, 8)).unwrap().to_string(), ours);
        let reason = |picture: &GrayImage| answer(picture).unwrap_err().reason;
        assert_eq!(reason(&code("https://example.org/fridge", 8)), Reason::CodeForeign);
        assert_eq!(reason(&blurred(&code(ours, 8), 8.0)), Reason::CodeBlurred);
        assert_eq!(
            reason(&GrayImage::from_fn(400, 300, |x, _| Luma([(x / 2) as u8]))),
            Reason::CodeMissing
        );
    }

    #[test]
    fn what_is_transparent_is_paper() {
        let ours = "HEARTH:FR:HF24000123:K7Q2M9XD";
        let dark = code(ours, 6);
        let ink = image::GrayAlphaImage::from_fn(dark.width(), dark.height(), |x, y| {
            image::LumaA([0, 255 - dark.get_pixel(x, y).0[0]])
        });
        let mut out = Cursor::new(Vec::new());
        ink.write_to(&mut out, ImageFormat::Png).unwrap();
        assert_eq!(read(&out.into_inner().into()).unwrap().to_string(), ours);
    }
}
