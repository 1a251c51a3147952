//! The header of a JPEG: its size and its comments, without decoding anything.
//!
//! # Source
//! ITU-T T.81, annex B.

/// A marker segment: its marker and what is in it.
fn segments(jpeg: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = jpeg.strip_prefix(&[0xFF, 0xD8]).unwrap_or_default();
    std::iter::from_fn(move || {
        while let [0xFF, 0xFF, ..] = rest {
            rest = &rest[1..];
        }
        let [0xFF, marker, high, low, ..] = *rest else {
            return None;
        };
        // The scan begins: what follows are no segments.
        if marker == 0xDA || marker == 0xD9 {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = rest.get(4..2 + length)?;
        rest = rest.get(2 + length..)?;
        Some((marker, body))
    })
}

/// Width and height, pixels; `None` if it is no JPEG.
pub(super) fn size(jpeg: &[u8]) -> Option<(u16, u16)> {
    let frame = |marker: u8| (0xC0..=0xCF).contains(&marker) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
    let (_, body) = segments(jpeg).find(|(marker, _)| frame(*marker))?;
    let number = |from: usize| Some(u16::from_be_bytes([*body.get(from)?, *body.get(from + 1)?]));
    Some((number(3)?, number(1)?))
}

/// The comments, in order.
pub(super) fn comments(jpeg: &[u8]) -> impl Iterator<Item = &[u8]> {
    segments(jpeg)
        .filter(|(marker, _)| *marker == 0xFE)
        .map(|(_, body)| body)
}
