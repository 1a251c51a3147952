//! A press that can't be taken back: the button asks once more, in its own place,
//! so that the focus stays on it.

use leptos::prelude::*;

use super::action::Tone;
use crate::{language::say, words::Text};

/// The button.
#[component]
pub fn Twice(
    label: Text,
    /// What it says when it was pressed once.
    sure: Text,
    press: impl Fn() + 'static,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    let is_sure = RwSignal::new(false);
    let tone = move || if is_sure.get() { Tone::Danger } else { Tone::Plain };
    let pressed = move |_| {
        if !is_sure.get_untracked() {
            is_sure.set(true);
        } else if !busy.get_untracked() {
            press();
        }
    };
    view! {
        <button type="button" class="button" data-tone=move || tone().name() aria-busy=move || busy.get().to_string()
            on:click=pressed>
            <span>{move || say(if is_sure.get() { sure } else { label })()}</span>
        </button>
    }
}
