//! Joining: what an invitation offers, and the press that accepts it. Whoever is
//! not signed in does that first; the invitation waits in the page.

use hearth_contract::{
    family::{Join, Offer, Offered},
    session::Session,
    text::InvitationCode,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::view::Heading;
use crate::{
    browser::{dom, intl},
    deed::{Deed, typed},
    home::Home,
    host::Outcome,
    language::{say, told},
    parts::{
        action::{Submit, Tone, Way},
        answer::Waiting,
        field::Field,
        icon::{Icon, Sign},
        people::role_name,
        refusal::Refusal,
    },
    tell,
    threshold::Threshold,
    words::say as w,
};

/// The page.
#[component]
pub fn JoinPage() -> impl IntoView {
    let (home, threshold) = (Home::here(), Threshold::here());
    if let Some(code) = dom::fragment().and_then(|text| InvitationCode::parse(&text).ok()) {
        threshold.invited.set(Some(code));
        dom::forget_fragment();
    }
    let is_signed_in = Memo::new(move |_| {
        home.session
            .with(|session| session.as_ref().map(|who| matches!(who, Session::Person(_))))
    });
    view! {
        <main class="alone" id="main">
            <p class="alone-flame"><Sign icon=Icon::Flame/></p>
            <Heading title=Signal::derive(move || say(w::JOIN_TITLE)().to_owned())/>
            {move || match is_signed_in.get() {
                None => view! { <Refusal failure=home.silence retry=move |()| home.ask_who()/><Waiting lines=3/> }.into_any(),
                Some(false) => view! {
                    <p class="alone-says">{say(w::JOIN_SIGN)}</p>
                    <Way label=w::SIGN_UP_TITLE to="/sign-up" tone=Tone::Accent/>
                    <Way label=w::SIGN_UP_HAVE to="/sign-in"/>
                }.into_any(),
                Some(true) => view! { <Look/> }.into_any(),
            }}
        </main>
    }
}

/// Looks at the invitation: the one that waits, or one that is typed.
#[component]
fn Look() -> impl IntoView {
    let threshold = Threshold::here();
    let (text, deed) = (RwSignal::new(String::new()), Deed::<Offer>::default());
    let offered = RwSignal::new(None::<(InvitationCode, Offered)>);
    let look = move |code: InvitationCode| {
        deed.go(Ok(Offer { code: code.clone() }), move |outcome| {
            if let Outcome::Done(offer) = outcome {
                offered.set(Some((code, offer)));
            }
        });
    };
    // It waits until it is used or refused: the page may be drawn again before that.
    if let Some(code) = threshold.invited.get_untracked() {
        look(code);
    }
    Effect::new(move |_| {
        if deed.failure.with(Option::is_some) {
            threshold.invited.set(None);
        }
    });
    let send = move || match typed::<InvitationCode>(&text.get_untracked(), "code") {
        Ok(code) => look(code),
        Err(failure) => deed.failure.set(Some(failure)),
    };
    move || match offered.get() {
        Some((code, offer)) => view! { <Accept code offer/> }.into_any(),
        None => view! {
            <Show when=move || !deed.is_busy.get() fallback=|| view! { <Waiting lines=2/> }>
                <Refusal failure=deed.failure/>
                <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
                    <Field label=w::JOIN_CODE name="invitation" value=text failure=None/>
                    <Submit label=w::JOIN_LOOK/>
                </form>
                <Way label=w::JOIN_HOME to="/" tone=Tone::Quiet/>
            </Show>
        }
        .into_any(),
    }
}

/// What is offered, and the press that joins.
#[component]
fn Accept(code: InvitationCode, offer: Offered) -> impl IntoView {
    let (home, go) = (Home::here(), use_navigate());
    let (deed, threshold) = (Deed::<Join>::default(), Threshold::here());
    let called = RwSignal::new(match home.session.get_untracked() {
        Some(Session::Person(person)) => person.name.to_string(),
        _ => String::new(),
    });
    let send = move || {
        let code = code.clone();
        let command = typed(&called.get_untracked(), "called").map(|called| Join { code, called });
        let go = go.clone();
        deed.go(command, move |outcome| {
            if let Outcome::Done(family) = outcome {
                threshold.invited.set(None);
                threshold.choose(family.id);
                go(
                    "/",
                    NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    },
                );
            }
        });
    };
    let until = offer
        .until
        .map(|at| at.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(at));
    let says = move || {
        let role = say(role_name(offer.role.into()))();
        let gaps = [
            ("by", offer.by.as_str()),
            ("home", offer.family.as_str()),
            ("role", role),
        ];
        told(w::JOIN_SAYS, &gaps)
    };
    let ends = move || {
        let zone = intl::zone();
        let today = intl::day_of(&zone, home.now.get());
        let day = tell::short_day(intl::day_of(&zone, until?), today);
        Some(told(w::JOIN_UNTIL, &[("day", &day)]))
    };
    view! {
        <p class="alone-says">{says} " " {ends}</p>
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Field label=w::HOME_CALLED name="called" autocomplete="name" value=called failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["called"]/>
            <Submit label=w::JOIN_DO busy=deed.is_busy/>
        </form>
    }
}
