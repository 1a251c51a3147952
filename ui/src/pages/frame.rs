//! The frame around every page of a home: navigation, alarms, how things stand.
//!
//! It lets in who is signed in and has a home, and the tablet of a home; the
//! rest is shown the way there.

use hearth_contract::{
    alarm::Open,
    family::{Family, Mine},
    session::Session,
};
use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};

use super::hanging::Hanging;
use crate::{
    ask::{Answer as Known, Ask, ask, ask_anew},
    face::Looks,
    home::Home,
    household::Household,
    parts::{alarms::Alarms, answer::Waiting, nav::Nav, refusal::Refusal, standing::Standing},
    threshold::Threshold,
};

/// Asks for the reader's families.
#[must_use]
pub fn families() -> Ask<Vec<Family>> {
    ask_anew(|| Mine {})
}

#[derive(Clone, PartialEq)]
enum Entry {
    Unknown,
    Stranger,
    Hanging,
    /// Signed out from elsewhere: the sign-in page says why.
    Ended,
    Signed,
}

/// How one comes in.
#[component]
pub fn Frame() -> impl IntoView {
    let home = Home::here();
    let entry = Memo::new(move |_| match home.session.get() {
        None => Entry::Unknown,
        Some(Session::Nobody) => Entry::Stranger,
        Some(Session::Ended(_)) => Entry::Ended,
        Some(Session::Person(_)) => Entry::Signed,
        Some(Session::Kiosk(kiosk)) if kiosk.paired => Entry::Signed,
        Some(Session::Kiosk(_)) => Entry::Hanging,
    });
    // The tablet in a fridge's door has one face, whatever was chosen before.
    let looks = Looks::here();
    Effect::new(move |_| {
        if home.session.with(|session| matches!(session, Some(Session::Kiosk(_)))) {
            looks.be_kiosk(true);
        }
    });
    move || match entry.get() {
        Entry::Unknown => view! {
            <main class="page" id="main">
                <Show when=move || home.silence.with(Option::is_some) fallback=|| view! { <Waiting lines=5/> }>
                    <Refusal failure=home.silence retry=move |()| home.ask_who()/>
                </Show>
            </main>
        }
        .into_any(),
        Entry::Hanging => view! { <Hanging/> }.into_any(),
        Entry::Ended => view! { <Redirect path="/sign-in"/> }.into_any(),
        Entry::Stranger => view! { <Redirect path="/welcome"/> }.into_any(),
        Entry::Signed => view! { <Inside/> }.into_any(),
    }
}

/// Who is signed in has a home, or makes one.
#[component]
fn Inside() -> impl IntoView {
    let mine = families();
    let threshold = Threshold::here();
    let first = Memo::new(move |_| {
        mine.value().map(|families| {
            let chosen = threshold.chosen.get();
            let chosen = families.iter().position(|family| Some(family.id) == chosen);
            families.into_iter().nth(chosen.unwrap_or(0))
        })
    });
    // Another home is another page: nothing of the one before stays on it.
    let known =
        Memo::new(move |_| first.with(|first| first.as_ref().map(|first| first.as_ref().map(|family| family.id))));
    move || match known.get() {
        Some(Some(_)) => match untrack(|| first.get().flatten()) {
            Some(family) => {
                let household = Signal::derive(move || first.get().flatten().unwrap_or_else(|| family.clone()));
                view! { <Within household/> }.into_any()
            }
            None => ().into_any(),
        },
        Some(None) => view! { <Redirect path="/welcome"/> }.into_any(),
        None => {
            let failure = Signal::derive(move || {
                mine.read(|answer| {
                    if let Known::Failed(failure, _) = answer {
                        Some(failure.clone())
                    } else {
                        None
                    }
                })
            });
            view! {
                <main class="page" id="main">
                    <Refusal failure retry=move |()| mine.again()/>
                    <Show when=move || failure.with(Option::is_none)><Waiting lines=5/></Show>
                </main>
            }
            .into_any()
        }
    }
}

/// The page itself, with what surrounds it.
#[component]
fn Within(household: Signal<Family>) -> impl IntoView {
    provide_context(Household(household));
    let here = Household(household);
    let alarms = ask(move || Open { family: here.id() });
    view! {
        <div class="frame">
            <Nav/>
            <main class="page" id="main">
                <Standing/>
                <Alarms open=Signal::derive(move || alarms.value().unwrap_or_default())/>
                <Outlet/>
            </main>
        </div>
    }
}
