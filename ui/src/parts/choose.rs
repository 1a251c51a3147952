//! One of a few: a label and a list that opens.

use leptos::prelude::*;

use super::field::unique;
use crate::{language::say, words::Text};

/// The list.
#[component]
pub fn Choose<T: Copy + PartialEq + Send + Sync + 'static>(
    label: Text,
    value: RwSignal<T>,
    /// What can be chosen, in this order.
    options: &'static [(T, Text)],
) -> impl IntoView {
    let id = unique("choose");
    let choose = move |event| {
        let chosen = event_target_value(&event).parse::<usize>().ok();
        if let Some((chosen, _)) = chosen.and_then(|n| options.get(n)) {
            value.set(*chosen);
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{say(label)}</label>
            <select id=id on:change=choose>
                {options.iter().enumerate().map(|(n, (option, text))| view! {
                    <option value=n.to_string() prop:selected=move || value.get() == *option>{say(*text)}</option>
                }).collect_view()}
            </select>
        </div>
    }
}
