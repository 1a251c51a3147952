//! Looking inside: the last picture at once, moving pictures on request, and
//! nothing streams when nobody looks.

use anyhow::Result;
use hearth_tests::browser::Looks;

use super::steps::Home;

#[tokio::test]
async fn the_inside_moves_while_somebody_looks_and_stops_after() -> Result<()> {
    let home = Home::start().await?;
    home.hub.visit("lemon", 1).await?;
    let window = home.window(Looks::PHONE, "/live").await?;
    window
        .until(
            "the last picture",
            "return [...document.images].some(i => i.src.includes('/host/src/') && i.complete && i.naturalWidth > 100)",
        )
        .await?;
    window.press("Look inside").await?;
    window.sees("Live").await?;
    window
        .until(
            "a picture that moves",
            "const canvas = document.querySelector('canvas'); if (!canvas || !canvas.width) return false; \
             const copy = document.createElement('canvas'); copy.width = 64; copy.height = 48; \
             const pen = copy.getContext('2d'); pen.drawImage(canvas, 0, 0, 64, 48); \
             const now = pen.getImageData(0, 0, 64, 48).data.join(); \
             const moved = window.lastFrame && window.lastFrame !== now; window.lastFrame = now; return !!moved;",
        )
        .await?;
    window.picture("phone-live").await?;
    window.press("Stop looking").await?;
    window.pressable("Look inside").await?;
    window.close().await
}
