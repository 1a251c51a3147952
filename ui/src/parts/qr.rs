//! A code that a phone can read from the screen, with its quiet zone.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

use crate::{language::say, words::Text};

/// Light modules around the code, as ISO/IEC 18004 asks for.
const QUIET: i32 = 4;

/// The code; nothing while there is no text.
#[component]
pub fn Qr(text: Signal<String>, label: Text) -> impl IntoView {
    move || {
        let text = text.get();
        let code = (!text.is_empty())
            .then(|| QrCode::encode_text(&text, QrCodeEcc::Medium).ok())
            .flatten()?;
        let side = code.size() + 2 * QUIET;
        Some(view! {
            <svg class="qr" role="img" aria-label=say(label) viewBox=format!("0 0 {side} {side}")>
                <rect class="qr-paper" width=side height=side/>
                <path class="qr-ink" d=drawn(&code)/>
            </svg>
        })
    }
}

/// Every dark module as a square of one.
fn drawn(code: &QrCode) -> String {
    let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    all.filter(|(x, y)| code.get_module(*x, *y))
        .map(|(x, y)| format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET))
        .collect()
}
