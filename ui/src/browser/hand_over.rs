//! Text that leaves the page: to the clipboard, or to paper.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Copies a text; false where the browser does not let pages do so.
pub async fn copy(text: &str) -> bool {
    let copied = async {
        let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
        let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())?;
        let write: js_sys::Function = js_sys::Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
        let promise: js_sys::Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
        JsFuture::from(promise).await
    };
    copied.await.is_ok()
}

/// Opens the browser's dialog for printing.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}
