//! The first run: a path, not a form. Who is not signed in makes an account or
//! signs in; who has no home makes one; then the fridge is brought in.

use hearth_contract::{family::Create, session::Session};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_navigate};

use super::{frame::families, view::Heading};
use crate::{
    ask::Answer as Known,
    browser::intl,
    deed::{Deed, typed},
    home::Home,
    language::say,
    parts::{
        action::{Submit, Tone, Way},
        answer::Waiting,
        field::Field,
        icon::{Icon, Sign},
        refusal::Refusal,
        steps::Steps,
    },
    words::say as w,
};

/// The page: where one stands on the path.
#[component]
pub fn Welcome() -> impl IntoView {
    let home = Home::here();
    let is_signed_in = Memo::new(move |_| {
        home.session.with(|session| {
            session
                .as_ref()
                .map(|s| !matches!(s, Session::Nobody | Session::Ended(_)))
        })
    });
    view! {
        <main class="alone" id="main">
            {move || match is_signed_in.get() {
                None => view! {
                    <Refusal failure=home.silence retry=move |()| home.ask_who()/>
                    <Waiting lines=3/>
                }.into_any(),
                Some(false) => view! { <Stranger/> }.into_any(),
                Some(true) => view! { <Homeless/> }.into_any(),
            }}
        </main>
    }
}

/// Nobody is signed in.
#[component]
pub fn Stranger() -> impl IntoView {
    view! {
        <p class="alone-flame"><Sign icon=Icon::Flame/></p>
        <Heading title=Signal::derive(move || say(w::WELCOME_TITLE)().to_owned())/>
        <p class="alone-says">{say(w::WELCOME_SAYS)}</p>
        <Steps at=0/>
        <Way label=w::SIGN_UP_TITLE to="/sign-up" tone=Tone::Accent/>
        <Way label=w::SIGN_UP_HAVE to="/sign-in"/>
        <Way label=w::JOIN_HAVE to="/join" tone=Tone::Quiet/>
    }
}

/// Signed in; whether there is a home is asked.
#[component]
fn Homeless() -> impl IntoView {
    let mine = families();
    // Who makes a home here goes on from here: its event must not lead away.
    let count = Memo::new(move |before: Option<&Option<usize>>| match before {
        Some(Some(0)) => Some(0),
        _ => mine.value().map(|families| families.len()),
    });
    let failure = Signal::derive(move || {
        mine.read(|answer| {
            if let Known::Failed(failure, None) = answer {
                Some(failure.clone())
            } else {
                None
            }
        })
    });
    move || match count.get() {
        None => view! { <Refusal failure retry=move |()| mine.again()/><Waiting lines=3/> }.into_any(),
        Some(0) => view! { <MakeHome/> }.into_any(),
        Some(_) => view! { <Redirect path="/"/> }.into_any(),
    }
}

/// Makes the home.
#[component]
pub fn MakeHome() -> impl IntoView {
    let (home, go) = (Home::here(), use_navigate());
    let deed = Deed::<Create>::default();
    let name = RwSignal::new(String::new());
    let called = RwSignal::new(match home.session.get_untracked() {
        Some(Session::Person(person)) => person.name.to_string(),
        _ => String::new(),
    });
    let send = move || {
        let command = typed(&name.get_untracked(), "name").and_then(|name| {
            Ok(Create {
                name,
                called: typed(&called.get_untracked(), "called")?,
                zone: typed(&intl::zone(), "zone")?,
            })
        });
        let go = go.clone();
        deed.go(command, move |_| {
            go(
                "/pair?first",
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            )
        });
    };
    view! {
        <Steps at=2/>
        <Heading title=Signal::derive(move || say(w::HOME_TITLE)().to_owned())/>
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Field label=w::HOME_NAME name="name" hint=w::HOME_NAME_HINT value=name failure=deed.failure/>
            <Field label=w::HOME_CALLED name="called" autocomplete="name" value=called failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["name", "called"]/>
            <Submit label=w::HOME_DO busy=deed.is_busy/>
            <div class="form-ways"><Way label=w::JOIN_HAVE to="/join" tone=Tone::Quiet/></div>
        </form>
    }
}
