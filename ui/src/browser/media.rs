//! What this browser can show and film: asked before it is tried.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

fn has(name: &str) -> bool {
    Reflect::has(&js_sys::global(), &JsValue::from_str(name)).unwrap_or(false)
}

/// Whether moving pictures can be decoded here (WebCodecs).
#[must_use]
pub fn decodes_video() -> bool {
    has("VideoDecoder") && has("EncodedVideoChunk")
}

/// Whether there may be a camera to scan with.
#[must_use]
pub fn films() -> bool {
    super::dom::is_secure()
        && web_sys::window().is_some_and(|window| {
            Reflect::get(&window.navigator(), &"mediaDevices".into()).is_ok_and(|devices| devices.is_object())
        })
}
