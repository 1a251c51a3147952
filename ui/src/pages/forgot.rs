//! A new password: first a code by mail, then the code with the password.

use hearth_contract::session::{Forgot, Reset};
use leptos::prelude::*;

use super::{
    confirm::{SentTo, six_digits},
    entrance::{Credentials, Entrance},
    letter::Letter,
    second_step::SecondStep,
    view::Heading,
};
use crate::{
    deed::{Deed, typed},
    language::say,
    parts::{
        action::{Button, Submit, Tone, Way},
        field::Field,
        refusal::Refusal,
        strength::Strength,
    },
    words::say as w,
};

/// The page.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let credentials = Credentials::empty();
    let is_sent = Letter::Reset.is_awaited(credentials);
    let entrance = Entrance::with(credentials);
    view! {
        <main class="alone" id="main">
            <Heading title=Signal::derive(move || say(w::FORGOT_TITLE)().to_owned())/>
            {move || match (entrance.needs_code.get(), is_sent.get()) {
                (true, _) => view! { <SecondStep entrance/> }.into_any(),
                (false, true) => view! { <NewPassword credentials entrance is_sent/> }.into_any(),
                (false, false) => view! { <AskCode credentials is_sent/> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn AskCode(credentials: Credentials, is_sent: RwSignal<bool>) -> impl IntoView {
    let deed = Deed::<Forgot>::default();
    let send = move || {
        let command = typed(&credentials.mail.get_untracked(), "mail").map(|mail| Forgot { mail });
        deed.go(command, move |_| {
            Letter::Reset.sent(credentials);
            is_sent.set(true);
        });
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <p class="alone-says">{say(w::FORGOT_SAYS)}</p>
            <Field label=w::FIELD_MAIL name="mail" kind="email" keys="email" autocomplete="username"
                value=credentials.mail failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["mail"]/>
            <Submit label=w::FORGOT_DO busy=deed.is_busy/>
            <div class="form-ways"><Way label=w::SIGN_IN_TITLE to="/sign-in" tone=Tone::Quiet/></div>
        </form>
    }
}

#[component]
fn NewPassword(credentials: Credentials, entrance: Entrance, is_sent: RwSignal<bool>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let deed = Deed::<Reset>::default();
    let send = move || {
        let command = six_digits(&code.get_untracked()).and_then(|code| {
            Ok(Reset {
                code,
                mail: typed(&credentials.mail.get_untracked(), "mail")?,
                password: typed(&credentials.password.get_untracked(), "password")?,
            })
        });
        deed.go(command, move |_| {
            Letter::Reset.over();
            entrance.enter();
        });
    };
    let back = move || {
        Letter::Reset.over();
        is_sent.set(false);
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <SentTo credentials/>
            <Field label=w::CONFIRM_CODE name="code" keys="numeric" autocomplete="one-time-code" value=code failure=deed.failure/>
            <Field label=w::FORGOT_NEW name="password" kind="password" autocomplete="new-password"
                hint=w::FIELD_PASSWORD_HINT value=credentials.password failure=deed.failure/>
            <Strength password=credentials.password known=Signal::derive(move || vec![credentials.mail.get()])/>
            <Refusal failure=deed.failure fields=&["code", "password"]/>
            <Refusal failure=entrance.deed.failure/>
            <Submit label=w::FORGOT_SET busy=deed.is_busy/>
            <div class="form-ways"><Button label=w::CONFIRM_BACK tone=Tone::Quiet press=back/></div>
        </form>
    }
}
