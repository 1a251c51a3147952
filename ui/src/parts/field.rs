//! One thing somebody types: its label, its hint, its refusal.

use std::sync::atomic::{AtomicU32, Ordering};

use hearth_contract::{Failure, Reason};
use leptos::prelude::*;

use super::refusal::FieldRefusal;
use crate::{language::say, words::Text};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An id that no other element of the page has.
#[must_use]
pub fn unique(name: &str) -> String {
    format!("{name}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The field. When its form was refused because something in it is empty, every
/// empty field says so, not only the first.
#[component]
pub fn Field(
    label: Text,
    /// The command's name for it; where a refusal points.
    name: &'static str,
    value: RwSignal<String>,
    #[prop(into)] failure: Signal<Option<Failure>>,
    /// `text`, `email`, `password`, `date`, `number`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    /// Which keys a phone shows.
    #[prop(default = "text")]
    keys: &'static str,
    #[prop(optional, into)] hint: Option<Text>,
    /// It may stay empty.
    #[prop(optional)]
    optional: bool,
    /// The id of a list of proposals.
    #[prop(optional, into)]
    list: Option<String>,
) -> impl IntoView {
    let (id, hint_id, refusal_id) = (unique(name), unique("hint"), unique("refusal"));
    let mine = Signal::derive(move || {
        let failure = failure.get()?;
        let is_empty = value.with(|text| text.trim().is_empty());
        match failure.reason {
            Reason::FieldMissing => (is_empty && !optional).then(|| Failure::new(Reason::FieldMissing).at(name)),
            _ => Some(failure).filter(|failure| failure.field.as_deref() == Some(name)),
        }
    });
    let described = format!("{hint_id} {refusal_id}");
    view! {
        <div class="field">
            <label for=id.clone()>{say(label)}</label>
            <input id=id name=name type=kind autocomplete=autocomplete inputmode=keys list=list
                aria-describedby=described aria-invalid=move || mine.with(Option::is_some).to_string() bind:value=value/>
            <span class="field-hint" id=hint_id>{hint.map(say)}</span>
            <FieldRefusal id=refusal_id failure=mine/>
        </div>
    }
}
