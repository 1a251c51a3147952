//! A step that waits for six digits by mail: which address they went to survives
//! a reload of the page, the password does not.

use leptos::prelude::*;

use super::entrance::Credentials;
use crate::browser::storage;

/// What the digits are for.
#[derive(Clone, Copy)]
pub enum Letter {
    /// Confirming the address of a new account.
    Confirm,
    /// Setting a new password.
    Reset,
}

impl Letter {
    const fn key(self) -> &'static str {
        match self {
            Self::Confirm => "hearth-confirm",
            Self::Reset => "hearth-reset",
        }
    }

    /// Whether it is awaited; then the address it went to is typed already.
    #[must_use]
    pub fn is_awaited(self, credentials: Credentials) -> RwSignal<bool> {
        let mail = storage::read_of_visit(self.key());
        let is_awaited = RwSignal::new(mail.is_some());
        if let Some(mail) = mail {
            credentials.mail.set(mail);
        }
        is_awaited
    }

    /// It is on its way.
    pub fn sent(self, credentials: Credentials) {
        storage::write_of_visit(self.key(), Some(credentials.mail.get_untracked().trim()));
    }

    /// It has come, or is not awaited any more.
    pub fn over(self) {
        storage::write_of_visit(self.key(), None);
    }
}
