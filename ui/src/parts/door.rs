//! The day's doors: a small picture for each closing, latest first.

use hearth_contract::pantry::Change;
use leptos::prelude::*;

use super::picture::{Picture, Shot};
use crate::{household::Household, tell};

/// The most closings that are shown.
const MOST: usize = 8;

/// The closings.
#[component]
pub fn Doors(#[prop(into)] changes: Signal<Vec<Change>>) -> impl IntoView {
    let household = Household::here();
    view! {
        <ol class="doors">
            <For each=move || changes.get().into_iter().take(MOST) key=|change| change.id let:change>
                <li>
                    <Picture shot=Shot::plain(change.after, change.at)/>
                    <p class="change-when">{move || tell::hour(&household.zone(), change.at)}</p>
                </li>
            </For>
        </ol>
    }
}
