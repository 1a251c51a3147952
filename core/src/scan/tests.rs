//! The cascade on drawn codes, on pictures without any, and (when recorded
//! data are there) on photographs.

use std::path::Path;

use image::{GrayImage, Luma, imageops};
use qrcodegen::{QrCode, QrCodeEcc};

use super::*;

/// A drawn code with `module` pixels a module and a quiet zone of four.
pub(crate) fn code(text: &str, module: u32) -> GrayImage {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
    let side = (code.size() as u32 + 8) * module;
    GrayImage::from_fn(side, side, |x, y| {
        let at = |place: u32| (place / module) as i32 - 4;
        Luma([if code.get_module(at(x), at(y)) { 0 } else { 255 }])
    })
}

pub(crate) fn blurred(picture: &GrayImage, sigma: f32) -> GrayImage {
    imageops::blur(picture, sigma)
}

/// How many photographs without a code are looked at.
const PHOTOGRAPHS: usize = 40;
const OURS: &str = "HEARTH:FR:HF24000123:K7Q2M9XD";

/// A code on a grey table.
fn on_a_table(module: u32) -> GrayImage {
    let code = code(OURS, module);
    let side = code.width() * 2;
    let mut table = GrayImage::from_fn(side, side, |x, y| Luma([(90 + (x * 40 + y * 30) / side) as u8]));
    imageops::replace(
        &mut table,
        &code,
        i64::from(code.width() / 2),
        i64::from(code.width() / 3),
    );
    table
}

fn noise(side: u32) -> GrayImage {
    let mut dice = 0x2545_F491_u32;
    GrayImage::from_fn(side, side, |_, _| {
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        Luma([(dice >> 24) as u8])
    })
}

#[test]
fn a_drawn_code_is_read_in_every_size_and_turned() {
    for module in [2, 4, 8, 20] {
        assert_eq!(read(&code(OURS, module)), Outcome::Text(OURS.into()), "{module}");
    }
    for degrees in [15.0, 45.0, 90.0, 200.0] {
        assert_eq!(
            read(&shape::turn(&code(OURS, 8), degrees)),
            Outcome::Text(OURS.into()),
            "{degrees}"
        );
    }
}

#[test]
fn a_code_on_a_table_and_a_little_blurred_is_read() {
    assert_eq!(read(&on_a_table(6)), Outcome::Text(OURS.into()));
    assert_eq!(read(&blurred(&on_a_table(6), 2.0)), Outcome::Text(OURS.into()));
}

#[test]
fn a_code_that_is_too_blurred_is_said_to_be_there() {
    for sigma in [8.0, 10.0, 14.0] {
        for picture in [code(OURS, 8), code(OURS, 10), on_a_table(8)] {
            let outcome = read(&blurred(&picture, sigma));
            assert!(
                matches!(outcome, Outcome::Blurred | Outcome::Text(_)),
                "{sigma}: {outcome:?}"
            );
        }
        assert_eq!(read(&blurred(&code(OURS, 8), sigma)), Outcome::Blurred, "{sigma}");
    }
}

#[test]
fn where_there_is_no_code_none_is_seen() {
    let gradient = GrayImage::from_fn(640, 480, |x, y| Luma([((x + y) / 5) as u8]));
    let plain = GrayImage::from_pixel(640, 480, Luma([128]));
    let stripes = GrayImage::from_fn(640, 480, |x, _| Luma([if x / 40 % 2 == 0 { 30 } else { 220 }]));
    // A bowl on a table: round, shaded, sharp at its rim.
    let bowl = GrayImage::from_fn(640, 480, |x, y| {
        let far = (x as f32 - 320.0).hypot(y as f32 - 240.0);
        Luma([if far < 140.0 { (200.0 - far / 2.0) as u8 } else { 60 }])
    });
    let pictures = [
        ("gradient", gradient),
        ("plain", plain),
        ("stripes", stripes),
        ("bowl", bowl),
        ("noise", noise(400)),
    ];
    for (name, picture) in pictures {
        assert_eq!(read(&picture), Outcome::Missing, "{name}");
    }
    assert_eq!(read(&GrayImage::new(1, 1)), Outcome::Missing);
}

/// Reads every photograph of the folders that begin so, and gives how many
/// were read rightly, and how many there are.
fn recorded(data: &Path, prefix: &str) -> (usize, usize) {
    let (mut right, mut all) = (0, 0);
    let mut folders: Vec<_> = std::fs::read_dir(data.join("qr"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders
        .into_iter()
        .filter(|f| f.file_name().unwrap().to_str().unwrap().starts_with(prefix))
    {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !matches!(
                path.extension().and_then(|e| e.to_str()),
                Some("png" | "jpg" | "jpeg" | "gif")
            ) {
                continue;
            }
            let Ok(expected) =
                std::fs::read(path.with_extension("txt")).or_else(|_| std::fs::read(path.with_extension("bin")))
            else {
                continue;
            };
            all += 1;
            let picture = image::open(&path).unwrap().into_luma_alpha8();
            let picture = GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
                let [light, alpha] = picture.get_pixel(x, y).0.map(u32::from);
                Luma([((light * alpha + 255 * (255 - alpha)) / 255) as u8])
            });
            let Outcome::Text(text) = read(&picture) else { continue };
            let plain = |text: &str| text.trim().trim_start_matches('\u{feff}').replace("\r\n", "\n");
            let latin: String = expected.iter().copied().map(char::from).collect();
            let same = plain(&String::from_utf8_lossy(&expected)) == plain(&text) || plain(&latin) == plain(&text);
            right += usize::from(same);
        }
    }
    (right, all)
}

#[test]
fn recorded_photographs_are_read_nine_times_in_ten() {
    let Some(data) = std::env::var_os("HEARTH_DATA") else {
        println!("recorded: skipped 2");
        return;
    };
    for prefix in ["qrcode-", "code128-"] {
        let (right, all) = recorded(Path::new(&data), prefix);
        println!("recorded: {prefix} {right} of {all} read");
        assert!(all > 0 && right * 10 >= all * 9, "{prefix}: {right} of {all}");
    }
}

#[test]
fn recorded_photographs_without_a_code_are_not_taken_for_blurred_ones() {
    let Some(data) = std::env::var_os("HEARTH_DATA") else {
        println!("recorded: skipped 1");
        return;
    };
    let mut pictures = Vec::new();
    let mut open = vec![Path::new(&data).join("food/test")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path)
            } else {
                pictures.push(path)
            }
        }
    }
    pictures.sort();
    let looked: Vec<_> = pictures
        .iter()
        .step_by(pictures.len().div_ceil(PHOTOGRAPHS).max(1))
        .collect();
    let (mut missing, mut hidden) = (0, 0);
    for path in &looked {
        let picture = image::open(path).unwrap().into_luma8();
        missing += usize::from(read(&picture) == Outcome::Missing);
        hidden += usize::from(read(&code_in(&picture)) == Outcome::Blurred);
    }
    println!(
        "recorded: {missing} of {} without a code, {hidden} with a blurred one rightly answered",
        looked.len()
    );
    assert!(missing * 10 >= looked.len() * 9, "{missing} of {}", looked.len());
}

/// A code put on a photograph, and the whole taken out of focus.
fn code_in(photograph: &GrayImage) -> GrayImage {
    let mut picture = shape::fit(photograph, 800);
    let code = code(OURS, (picture.width().min(picture.height()) / 70).max(4));
    let (left, top) = (
        (picture.width() - code.width()) / 2,
        (picture.height() - code.height()) / 2,
    );
    imageops::replace(&mut picture, &code, i64::from(left), i64::from(top));
    blurred(&picture, 10.0)
}
