//! A card says one thing: a heading, what is small beside it, and the thing.

use leptos::prelude::*;

use crate::{language::say, words::Text};

/// The card; a region that readers can jump to.
#[component]
pub fn Card(
    title: Text,
    /// What it is about, where there are several of its title; stands small at
    /// the heading's side.
    #[prop(optional, into)]
    of: Option<Signal<String>>,
    /// What stands small at the heading's side.
    #[prop(optional, into)]
    aside: ViewFn,
    children: Children,
) -> impl IntoView {
    let label = move || match of {
        Some(of) => format!("{}: {}", of.get(), say(title)()),
        None => say(title)().to_owned(),
    };
    view! {
        <section class="card" aria-label=label>
            <header class="card-head">
                <h2>{say(title)}</h2>
                {of.map(|of| view! { <span>{of}</span> })}
                {aside.run()}
            </header>
            {children()}
        </section>
    }
}
