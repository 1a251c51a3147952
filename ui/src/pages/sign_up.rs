//! Making an account: who one is, then the six digits from the mail.

use hearth_contract::session::SignUp;
use leptos::prelude::*;

use super::{
    confirm::ConfirmMail,
    entrance::{Credentials, Entrance},
    letter::Letter,
    view::Heading,
};
use crate::{
    deed::{Deed, typed},
    language::say,
    parts::{
        action::{Submit, Tone, Way},
        field::Field,
        refusal::Refusal,
        steps::Steps,
        strength::Strength,
    },
    words::say as w,
};

/// The page: two steps of the path.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let credentials = Credentials::empty();
    let is_sent = Letter::Confirm.is_awaited(credentials);
    let entrance = Entrance::with(credentials);
    let title = Signal::derive(move || {
        say(if is_sent.get() {
            w::CONFIRM_TITLE
        } else {
            w::SIGN_UP_TITLE
        })()
        .to_owned()
    });
    view! {
        <main class="alone" id="main">
            <Steps at=Signal::derive(move || usize::from(is_sent.get()))/>
            <Heading title/>
            <Show when=move || is_sent.get() fallback=move || view! { <Account credentials is_sent/> }>
                <ConfirmMail credentials entrance back=move || is_sent.set(false)/>
            </Show>
        </main>
    }
}

#[component]
fn Account(credentials: Credentials, is_sent: RwSignal<bool>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let deed = Deed::<SignUp>::default();
    let send = move || {
        let command = typed(&name.get_untracked(), "name").and_then(|name| {
            Ok(SignUp {
                name,
                mail: typed(&credentials.mail.get_untracked(), "mail")?,
                password: typed(&credentials.password.get_untracked(), "password")?,
            })
        });
        deed.go(command, move |_| {
            Letter::Confirm.sent(credentials);
            is_sent.set(true);
        });
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Field label=w::FIELD_NAME name="name" autocomplete="name" value=name failure=deed.failure/>
            <Field label=w::FIELD_MAIL name="mail" kind="email" keys="email" autocomplete="username"
                value=credentials.mail failure=deed.failure/>
            <Field label=w::FIELD_PASSWORD name="password" kind="password" autocomplete="new-password"
                hint=w::FIELD_PASSWORD_HINT value=credentials.password failure=deed.failure/>
            <Strength password=credentials.password known=Signal::derive(move || vec![name.get(), credentials.mail.get()])/>
            <Refusal failure=deed.failure fields=&["name", "mail", "password"]/>
            <Submit label=w::SIGN_UP_DO busy=deed.is_busy/>
            <div class="form-ways"><Way label=w::SIGN_UP_HAVE to="/sign-in" tone=Tone::Quiet/></div>
        </form>
    }
}
