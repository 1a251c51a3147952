//! What all pages begin with: a heading that gets the focus when one arrives.

use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::*;

use crate::browser::dom;

/// The first page of a visit leaves the focus where the browser put it.
static ARRIVED: AtomicBool = AtomicBool::new(false);

/// The page's heading and what stands beside it.
#[component]
pub fn Heading(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] below: Option<Signal<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    Effect::new(move |before: Option<()>| {
        dom::title(&format!("{} · Hearth", title.get()));
        if before.is_none() && ARRIVED.swap(true, Ordering::Relaxed) {
            dom::focus("#heading");
            dom::to_top("#main");
        }
    });
    view! {
        <header class="heading">
            <div class="heading-says">
                <h1 id="heading" tabindex="-1">{title}</h1>
                {below.map(|below| view! { <p class="heading-below">{below}</p> })}
            </div>
            {children.map(|children| view! { <div class="heading-aside">{children()}</div> })}
        </header>
    }
}
