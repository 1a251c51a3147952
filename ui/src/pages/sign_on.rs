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
    host::{self, Outcome},
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
    // The person is in their browser, beside this window.
    let is_beside = RwSignal::new(false);
    let go = move |issuer: String| {
        deed.go(Ok(Begin { issuer }), move |outcome| {
            if let Outcome::Done(opening) = outcome {
                match opening.address {
                    Some(address) => dom::leave_for(&address),
                    None => is_beside.set(true),
                }
            }
        });
    };
    view! {
        <ProviderButtons providers=Signal::derive(move || known.value().unwrap_or_default()) busy=deed.is_busy go/>
        <Show when=move || is_beside.get()><p class="alone-says" role="status">{say(w::SIGN_ON_BESIDE)}</p></Show>
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
    let button = move |Provider { issuer, name, is_own }: Provider| {
        let label = move || match is_own && host::is_window() {
            true => say(w::SIGN_IN_BROWSER)().to_owned(),
            false => told(w::SIGN_IN_WITH, &[("name", name.as_str())]),
        };
        view! {
            <button type="button" class="button" data-tone=Tone::Plain.name() aria-busy=move || busy.get().to_string()
                on:click=move |_| if !busy.get_untracked() { go(issuer.clone()) }>
                <Sign icon=Icon::Forward/>
                <span>{label}</span>
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
