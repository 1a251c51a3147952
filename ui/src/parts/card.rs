//! A card says one thing: a heading, what is small beside it, and the thing.

use leptos::prelude::*;

use crate::{language::say, words::Text};

/// The card; a region that readers can jump to.
#[component]
pub fn Card(
    title: Text,
    /// What stands small at the heading's side.
    #[prop(optional, into)]
    aside: ViewFn,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" aria-label=say(title)>
            <header class="card-head">
                <h2>{say(title)}</h2>
                {aside.run()}
            </header>
            {children()}
        </section>
    }
}
