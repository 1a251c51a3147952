//! One of a few: a label and a list that opens.

use leptos::prelude::*;

use super::field::unique;
use crate::{language::say, words::Text};

/// The list, of what has a word each.
#[component]
pub fn Choose<T: Copy + PartialEq + Send + Sync + 'static>(
    label: Text,
    value: RwSignal<T>,
    /// What can be chosen, in this order.
    options: &'static [(T, Text)],
) -> impl IntoView {
    let called = |(option, text): &(T, Text)| {
        let text = *text;
        (*option, Signal::derive(move || say(text)().to_owned()))
    };
    let options: Vec<(T, Signal<String>)> = options.iter().map(called).collect();
    view! { <Pick label value options/> }
}

/// The list, of what is called somehow.
#[component]
pub fn Pick<T: Copy + PartialEq + Send + Sync + 'static>(
    label: Text,
    value: RwSignal<T>,
    /// What can be chosen, in this order.
    options: Vec<(T, Signal<String>)>,
) -> impl IntoView {
    let id = unique("choose");
    let values = StoredValue::new(options.iter().map(|(option, _)| *option).collect::<Vec<_>>());
    let choose = move |event| {
        let chosen = event_target_value(&event).parse::<usize>().ok();
        if let Some(chosen) = chosen.and_then(|n| values.with_value(|values| values.get(n).copied())) {
            value.set(chosen);
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{say(label)}</label>
            <select id=id on:change=choose>
                {options.into_iter().enumerate().map(|(n, (option, text))| view! {
                    <option value=n.to_string() prop:selected=move || value.get() == option>{text}</option>
                }).collect_view()}
            </select>
        </div>
    }
}
