//! The last answers of this visit, so that a page one comes back to shows
//! something at once, and a page that lost its hub shows what was known.
//!
//! They are gone with the window, or when somebody else is here.

use std::{cell::RefCell, collections::HashMap};

use hearth_contract::Command;

/// Answers that are kept; when there are more, all but the newest go.
const MOST: usize = 100;

thread_local! {
    static KEPT: RefCell<HashMap<String, String>> = RefCell::default();
}

fn key<C: Command>(command: &C) -> String {
    format!("{} {}", C::NAME, serde_json::to_string(command).unwrap_or_default())
}

/// The last answer to this question, if there was one.
#[must_use]
pub fn answer<C: Command>(command: &C) -> Option<C::Reply> {
    KEPT.with_borrow(|kept| serde_json::from_str(kept.get(&key(command))?).ok())
}

/// Keeps an answer.
pub fn keep<C: Command>(command: &C, reply: &C::Reply) {
    if let Ok(json) = serde_json::to_string(reply) {
        KEPT.with_borrow_mut(|kept| {
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.insert(key(command), json);
        });
    }
}

/// Somebody else is here: what was answered is not theirs.
pub fn forget() {
    KEPT.with_borrow_mut(HashMap::clear);
}
