//! Signing in. An address that was never confirmed is confirmed here, and why one
//! was signed out is said here.

use hearth_contract::{Failure, Reason, session::Session};
use leptos::prelude::*;

use super::{
    confirm::ConfirmMail,
    entrance::{Credentials, Entrance},
    second_step::SecondStep,
    sign_on::SignOnWays,
    view::Heading,
};
use crate::{
    browser::passkey,
    home::Home,
    language::say,
    parts::{
        action::{Button, Submit, Tone, Way},
        field::Field,
        icon::{Icon, Sign},
        refusal::Refusal,
    },
    words::say as w,
};

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let credentials = Credentials::empty();
    let entrance = Entrance::with(credentials);
    let step = Memo::new(move |_| {
        let unconfirmed = |failure: &Option<Failure>| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.reason == Reason::MailUnconfirmed)
        };
        match (entrance.needs_code.get(), entrance.deed.failure.with(unconfirmed)) {
            (true, _) => Step::Code,
            (_, true) => Step::Confirm,
            _ => Step::Password,
        }
    });
    let title = Signal::derive(move || {
        say(match step.get() {
            Step::Code => w::SECOND_TITLE,
            Step::Confirm => w::CONFIRM_TITLE,
            Step::Password => w::SIGN_IN_WELCOME,
        })()
        .to_owned()
    });
    view! {
        <main class="alone" id="main">
            <p class="alone-flame"><Sign icon=Icon::Flame/></p>
            <Heading title/>
            {move || match step.get() {
                Step::Password => view! { <SignInForm credentials entrance/> }.into_any(),
                Step::Code => view! { <SecondStep entrance/> }.into_any(),
                Step::Confirm => view! { <ConfirmMail credentials entrance back=move || entrance.deed.failure.set(None)/> }.into_any(),
            }}
        </main>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Password,
    Code,
    Confirm,
}

#[component]
fn SignInForm(credentials: Credentials, entrance: Entrance) -> impl IntoView {
    let home = Home::here();
    let (deed, asked, answered) = (entrance.deed, entrance.asked, entrance.answered);
    let failure = Signal::derive(move || {
        deed.failure
            .get()
            .or_else(|| asked.failure.get())
            .or_else(|| answered.failure.get())
    });
    let ended = Signal::derive(move || match home.session.get() {
        Some(Session::Ended(why)) => failure.with(Option::is_none).then(|| why.into()),
        _ => None,
    });
    let by_passkey = Signal::derive(move || asked.is_busy.get() || answered.is_busy.get());
    view! {
        <Refusal failure=ended/>
        <form class="form" novalidate on:submit=move |event| {
            event.prevent_default();
            asked.failure.set(None);
            answered.failure.set(None);
            entrance.enter();
        }>
            <Field label=w::FIELD_MAIL name="mail" kind="email" keys="email" autocomplete="username webauthn"
                value=credentials.mail failure/>
            <Field label=w::FIELD_PASSWORD name="password" kind="password" autocomplete="current-password"
                value=credentials.password failure/>
            <Refusal failure fields=&["mail", "password"]/>
            <Submit label=w::SIGN_IN_TITLE busy=deed.is_busy/>
            {passkey::is_here().then(|| view! {
                <Button label=w::SIGN_IN_PASSKEY icon=Icon::Key busy=by_passkey press=move || entrance.enter_by_passkey()/>
            })}
            <SignOnWays/>
            <div class="form-ways">
                <Way label=w::SIGN_UP_TITLE to="/sign-up" tone=Tone::Quiet/>
                <Way label=w::FORGOT_TITLE to="/forgot" tone=Tone::Quiet/>
            </div>
        </form>
    }
}
