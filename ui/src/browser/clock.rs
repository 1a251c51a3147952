//! The page's clock and its timers. Real time: ages are told by it, nothing is decided by it.

use std::time::Duration;

use jiff::Timestamp;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Now, by the browser.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_millisecond(js_sys::Date::now() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Waits that long.
pub async fn wait(ms: i32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Runs `act` every `ms` until whoever asked is gone.
pub fn every(ms: u64, act: impl Fn() + 'static) {
    if let Ok(timer) = set_interval_with_handle(act, Duration::from_millis(ms)) {
        on_cleanup(move || timer.clear());
    }
}
