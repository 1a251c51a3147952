//! Ids minted by the page: of calls and of what it adds.

use hearth_contract::{CallId, ItemId};
use uuid::{Builder, Uuid};

/// An id for one call.
#[must_use]
pub fn mint() -> CallId {
    CallId(ordered())
}

/// An id for one new food.
#[must_use]
pub fn mint_item() -> ItemId {
    ItemId(ordered())
}

/// A version 7 UUID: the browser's time, then its randomness.
fn ordered() -> Uuid {
    let mut random = [0u8; 10];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    Builder::from_unix_timestamp_millis(js_sys::Date::now() as u64, &random).into_uuid()
}
