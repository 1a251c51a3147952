//! Ids minted by the page: of calls and of what it adds.

use hearth_contract::{CallId, ItemId, text::InvitationCode};
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

/// A code for one new invitation.
#[must_use]
pub fn mint_code() -> InvitationCode {
    InvitationCode::from_random(random())
}

/// A version 7 UUID: the browser's time, then its randomness.
fn ordered() -> Uuid {
    Builder::from_unix_timestamp_millis(js_sys::Date::now() as u64, &random()).into_uuid()
}

fn random<const N: usize>() -> [u8; N] {
    let mut random = [0u8; N];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    random
}
