//! How hard the password is to guess that is being typed: a word, and the same as a bar.

use leptos::prelude::*;

use crate::{
    language::say,
    strength::{self, Strength as Of},
    words::say as w,
};

/// The word; read out politely as it changes.
#[component]
pub fn Strength(
    password: RwSignal<String>,
    /// What is known of its person.
    #[prop(into)]
    known: Signal<Vec<String>>,
) -> impl IntoView {
    let strength = Memo::new(move |_| {
        let known = known.get();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        password.with(|password| strength::of(password, &known))
    });
    let said = move || match strength.get() {
        Of::Empty => "",
        Of::Short => say(w::STRENGTH_SHORT)(),
        Of::Easy => say(w::STRENGTH_EASY)(),
        Of::Good => say(w::STRENGTH_GOOD)(),
        Of::Strong => say(w::STRENGTH_STRONG)(),
    };
    let level = move || strength.get() as u8;
    view! {
        <p class="strength" data-level=move || level().to_string() aria-live="polite">
            <span class="strength-bar" aria-hidden="true"></span>
            <span>{said}</span>
        </p>
    }
}
