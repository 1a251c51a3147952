//! Something that is done when somebody presses: its progress and its refusal.
//!
//! Pressing again after core could not be reached sends the same call id, so
//! that what was done after all is not done twice.

use std::marker::PhantomData;

use hearth_contract::{CallId, Command, Failure, Kind, Reason, text::BadText};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

use crate::host::{self, Outcome};

/// A deed. Copies name the same.
pub struct Deed<C> {
    /// Whether it is under way.
    pub is_busy: RwSignal<bool>,
    /// Why it was refused, the last time.
    pub failure: RwSignal<Option<Failure>>,
    unsure: StoredValue<Option<(Value, CallId)>>,
    of: PhantomData<fn(C)>,
}

impl<C> Clone for Deed<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Deed<C> {}

impl<C: Command> Default for Deed<C> {
    fn default() -> Self {
        Self {
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            unsure: StoredValue::new(None),
            of: PhantomData,
        }
    }
}

impl<C: Command> Deed<C> {
    /// Does it, if what was typed can be sent; `then` runs when it went well, even
    /// if whoever pressed has left the page meanwhile.
    pub fn go(self, command: Result<C, Failure>, then: impl FnOnce(Outcome<C::Reply>) + 'static) {
        if self.is_busy.try_get_untracked() != Some(false) {
            return;
        }
        match command {
            Ok(command) => spawn_local(self.run(command, then)),
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    async fn run(self, command: C, then: impl FnOnce(Outcome<C::Reply>)) {
        self.is_busy.set(true);
        self.failure.set(None);
        let args = serde_json::to_value(&command).unwrap_or_default();
        let before = self.unsure.try_update_value(Option::take).flatten();
        let id = before
            .filter(|(sent, _)| *sent == args)
            .map_or_else(host::mint, |(_, id)| id);
        let ended = host::call(command, id).await;
        self.is_busy.set(false);
        match ended {
            Ok(outcome) => then(outcome),
            Err(failure) => {
                if failure.kind == Kind::Unavailable {
                    let _ = self.unsure.try_update_value(|unsure| *unsure = Some((args, id)));
                }
                self.failure.set(Some(failure));
            }
        }
    }
}

/// Reads what somebody typed into a field.
///
/// # Errors
/// What is wrong with it, naming the field.
pub fn typed<T: TryFrom<String, Error = BadText>>(text: &str, field: &'static str) -> Result<T, Failure> {
    T::try_from(text.to_owned()).map_err(|bad| {
        let reason = match (bad, field) {
            (BadText::Empty, _) => Reason::FieldMissing,
            (BadText::TooLong, _) => Reason::FieldTooLong,
            (BadText::Malformed, "password") => Reason::PasswordWeak,
            (BadText::Malformed, _) => Reason::FieldWrong,
        };
        Failure::new(reason).at(field)
    })
}
