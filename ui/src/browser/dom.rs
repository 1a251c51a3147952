//! Small deeds on the page itself: title, focus, width, visibility, language.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

fn find(selector: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.query_selector(selector).ok()?
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// Sets or removes an attribute of the root element.
pub fn mark_root(name: &str, value: Option<&str>) {
    let Some(root) = root() else { return };
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// Names the page in the window's title.
pub fn title(text: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(text);
    }
}

/// Moves the focus to the first element that matches.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Scrolls the first element that matches back to its beginning.
pub fn to_top(selector: &str) {
    if let Some(element) = find(selector) {
        element.set_scroll_top(0);
    }
}

/// Scrolls the first element that matches into view, once it is drawn.
pub fn reveal(selector: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = find(selector) {
            element.scroll_into_view_with_bool(true);
        }
    });
}

/// The language the browser asks for.
#[must_use]
pub fn language() -> String {
    web_sys::window()
        .and_then(|window| window.navigator().language())
        .unwrap_or_default()
}

/// What the browser says of itself.
#[must_use]
pub fn agent() -> String {
    web_sys::window()
        .and_then(|window| window.navigator().user_agent().ok())
        .unwrap_or_default()
}

/// A parameter of the address.
#[must_use]
pub fn parameter(name: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    search.trim_start_matches('?').split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| value.to_owned())
    })
}

/// Where the page comes from; `None` in a window of our own, which has no address.
#[must_use]
pub fn origin() -> Option<String> {
    let origin = web_sys::window()?.location().origin().ok()?;
    let is_ours = origin.ends_with("tauri.localhost") || !origin.starts_with("http");
    (!is_ours).then_some(origin)
}

/// What stands behind the `#` of the address, with it.
#[must_use]
pub fn fragment() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    (hash.len() > 1).then_some(hash)
}

/// Takes the fragment out of the address and of the history.
pub fn forget_fragment() {
    let Some(window) = web_sys::window() else { return };
    if let (Ok(history), Ok(path)) = (window.history(), window.location().pathname()) {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
}

/// Leaves the page for another address.
pub fn leave_for(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(address);
    }
}

/// The clipboard; `None` where the page may not write there, as on plain HTTP.
fn clipboard() -> Option<web_sys::Clipboard> {
    let clipboard = web_sys::window()?.navigator().clipboard();
    (!clipboard.is_undefined()).then_some(clipboard)
}

/// Whether [`copy`] can be offered.
#[must_use]
pub fn can_copy() -> bool {
    clipboard().is_some()
}

/// Copies a text; answers whether it did.
pub async fn copy(text: &str) -> bool {
    let Some(clipboard) = clipboard() else { return false };
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text))
        .await
        .is_ok()
}

/// Whether a media query holds, followed as it changes.
pub fn media(query: &str) -> ReadSignal<bool> {
    let list = web_sys::window().and_then(|window| window.match_media(query).ok().flatten());
    let (holds, set_holds) = signal(list.as_ref().is_some_and(web_sys::MediaQueryList::matches));
    if let Some(list) = list {
        let again = list.clone();
        let changed = Closure::<dyn FnMut()>::new(move || set_holds.set(again.matches()));
        list.set_onchange(Some(changed.as_ref().unchecked_ref()));
        // The query lives as long as the page.
        changed.forget();
    }
    holds
}

/// Whether somebody can see the page, followed as it changes.
pub fn visible() -> ReadSignal<bool> {
    let document = web_sys::window().and_then(|window| window.document());
    let (seen, set_seen) = signal(document.as_ref().is_none_or(|document| !document.hidden()));
    let changed = window_event_listener_untyped("visibilitychange", move |_| {
        if let Some(document) = &document {
            set_seen.set(!document.hidden());
        }
    });
    on_cleanup(move || changed.remove());
    seen
}

/// Whether the page is a secure context: without one there is no camera and no decoder.
#[must_use]
pub fn is_secure() -> bool {
    web_sys::window().is_some_and(|window| window.is_secure_context())
}

/// Whether somebody is typing: keys of their own belong to them.
#[must_use]
pub fn is_typing() -> bool {
    let active = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.active_element());
    active.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Calls `act` when this key is pressed and nobody is typing, until its owner is gone.
pub fn on_key(key: &'static str, act: impl Fn() + 'static) {
    let pressed = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == key && !event.ctrl_key() && !event.meta_key() && !is_typing() {
            event.prevent_default();
            act();
        }
    });
    on_cleanup(move || pressed.remove());
}
