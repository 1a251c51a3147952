//! What one stands before: an invitation that waits until somebody is signed in,
//! and which of several homes the pages show.

use hearth_contract::{FamilyId, text::InvitationCode};
use leptos::prelude::*;

use crate::browser::storage;

/// Where the chosen home's id is kept.
const CHOSEN: &str = "hearth-home";

/// The threshold of this page. Copies name the same.
#[derive(Clone, Copy)]
pub struct Threshold {
    /// An invitation that waits; forgotten with the page.
    pub invited: RwSignal<Option<InvitationCode>>,
    /// The home that was chosen; `None`: the oldest.
    pub chosen: RwSignal<Option<FamilyId>>,
}

impl Threshold {
    /// Provided to everything below.
    pub fn provide() {
        provide_context(Self {
            invited: RwSignal::new(None),
            chosen: RwSignal::new(storage::read(CHOSEN).and_then(|id| id.parse().ok())),
        });
    }

    /// The threshold of this page.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Shows another of the reader's homes, now and next time.
    pub fn choose(self, family: FamilyId) {
        storage::write(CHOSEN, Some(&family.to_string()));
        self.chosen.set(Some(family));
    }
}
