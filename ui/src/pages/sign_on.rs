//! Signing in by a provider's own page: the ways there, and the way back.

use hearth_contract::{
    Kind, Reason,
    session::sign_on::{Begin, Finish, Provider, Providers},
    text::SignOnAnswer,
};
use leptos::prelude::*;

use super::{
    entrance::{Credentials, Entrance},
    view::Heading,
};
use crate::{
    ask::ask,
    browser::dom,
    deed::Deed,
    host::Outcome,
    language::{say, told},
    parts::{
        action::{Tone, Way},
        answer::Waiting,
        icon::{Icon, Sign},
        refusal::Refusal,
    },
    words::say as w,
};

/// A button for each provider; nothing where there is none.
#[component]
pub fn SignOnWays() -> impl IntoView {
    let known = ask(|| Providers {});
    let deed = Deed::<Begin>::default();
    let go = move |issuer: String| {
        deed.go(Ok(Begin { issuer }), |outcome| {
            if let Outcome::Done(opening) = outcome {
                dom::leave_for(&opening.address);
            }
        });
    };
    view! {
        <ProviderButtons providers=Signal::derive(move || known.value().unwrap_or_default()) busy=deed.is_busy go/>
        <Refusal failure=deed.failure/>
    }
}

/// The buttons themselves.
#[component]
pub fn ProviderButtons(
    providers: Signal<Vec<Provider>>,
    #[prop(into)] busy: Signal<bool>,
    /// What a press does, by the provider's issuer.
    go: impl Fn(String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let button = move |Provider { issuer, name }: Provider| {
        view! {
            <button type="button" class="button" data-tone=Tone::Plain.name() aria-busy=move || busy.get().to_string()
                on:click=move |_| if !busy.get_untracked() { go(issuer.clone()) }>
                <Sign icon=Icon::Forward/>
                <span>{move || told(w::SIGN_IN_WITH, &[("name", name.as_str())])}</span>
            </button>
        }
    };
    move || providers.get().into_iter().map(button).collect_view()
}

/// The page one comes back to: it hands the answer to core, then leads home.
#[component]
pub fn SignOnPage() -> impl IntoView {
    let entrance = Entrance::with(Credentials::empty());
    let deed = Deed::<Finish>::default();
    let answer = StoredValue::new(dom::fragment().and_then(|text| SignOnAnswer::parse(&text).ok()));
    // It is good once, and nobody's business in the history.
    dom::forget_fragment();
    let finish = move || {
        let command = answer.get_value().map(|answer| Finish { answer });
        deed.go(command.ok_or_else(|| Reason::SignOnStale.into()), move |outcome| {
            if let Outcome::Done(person) = outcome {
                entrance.arrive(person);
            }
        });
    };
    finish();
    // Beside a refusal that wants a sign-in the way there stands already.
    let needs_way = move || {
        deed.failure.with(|failure| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.kind != Kind::NotSignedIn)
        })
    };
    view! {
        <main class="alone" id="main">
            <p class="alone-flame"><Sign icon=Icon::Flame/></p>
            <Heading title=Signal::derive(move || say(w::SIGN_IN_TITLE)().to_owned())/>
            <Show when=move || deed.is_busy.get()><Waiting lines=3/></Show>
            <Refusal failure=deed.failure retry=move |()| finish()/>
            <Show when=needs_way><Way label=w::SIGN_IN_TITLE to="/sign-in" tone=Tone::Accent/></Show>
        </main>
    }
}
