//! The path of a first run: what is done, where one stands, what is to come.

use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::{
    language::say,
    words::{Text, say as w},
};

/// The steps, in order.
const STEPS: [Text; 4] = [w::STEP_ACCOUNT, w::STEP_CONFIRM, w::STEP_HOME, w::STEP_FRIDGE];

/// The path, with the step one stands on (0 to 3; 4 when all is done).
#[component]
pub fn Steps(#[prop(into)] at: Signal<usize>) -> impl IntoView {
    view! {
        <ol class="steps" aria-label=say(w::STEP_TITLE)>
            {STEPS.iter().enumerate().map(|(place, text)| view! {
                <li class="step" data-done=move || (place < at.get()).to_string()
                    aria-current=move || (place == at.get()).then_some("step")>
                    <span class="step-dot" aria-hidden="true">
                        {move || if place < at.get() { view! { <Sign icon=Icon::Check/> }.into_any() } else { (place + 1).into_any() }}
                    </span>
                    <span>{say(*text)}</span>
                </li>
            }).collect_view()}
        </ol>
    }
}
