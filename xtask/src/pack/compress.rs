//! Compressed copies beside the files, so that serving costs nothing.

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What shrinks; pictures and sounds are compressed already.
const SHRINKS: &[&str] = &["wasm", "js", "css", "html", "svg", "webmanifest"];

/// Lays a `.br` and a `.gz` beside every file that shrinks.
///
/// # Errors
/// When a file can't be read or written.
pub fn compress(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry.context("reading a folder")?.path();
        if path.is_dir() {
            compress(&path)?;
        } else if path
            .extension()
            .is_some_and(|ending| SHRINKS.iter().any(|known| ending == *known))
        {
            compress_file(&path).with_context(|| format!("compressing {}", path.display()))?;
        }
    }
    Ok(())
}

fn compress_file(path: &Path) -> Result<()> {
    let plain = fs::read(path)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&plain)?;
    fs::write(beside(path, "gz"), gzip.finish()?)?;

    let wishes = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut plain.as_slice(), &mut small, &wishes)?;
    fs::write(beside(path, "br"), small)?;
    Ok(())
}

/// `style.css` and `br` give `style.css.br`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
