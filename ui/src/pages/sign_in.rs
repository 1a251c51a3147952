//! Signing in. An address that was never confirmed is confirmed here.

use std::rc::Rc;

use hearth_contract::{
    Failure, Reason,
    session::{Session, SignIn},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{confirm::ConfirmMail, view::Heading};
use crate::{
    deed::{Deed, typed},
    home::Home,
    host::Outcome,
    language::say,
    parts::{
        action::{Submit, Tone, Way},
        field::Field,
        icon::{Icon, Sign},
        refusal::Refusal,
    },
    words::say as w,
};

/// What one needs to sign in, while it is being typed.
#[derive(Clone, Copy)]
pub struct Credentials {
    /// The mail address.
    pub mail: RwSignal<String>,
    /// The password; forgotten with the page.
    pub password: RwSignal<String>,
}

impl Credentials {
    /// Nothing typed yet.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            mail: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
        }
    }

    fn command(self) -> Result<SignIn, Failure> {
        Ok(SignIn {
            mail: typed(&self.mail.get_untracked(), "mail")?,
            // A password that is too short is simply wrong here.
            password: typed(&self.password.get_untracked(), "password").map_err(|failure: Failure| {
                if failure.reason == Reason::PasswordWeak {
                    Reason::WrongPassword.into()
                } else {
                    failure
                }
            })?,
        })
    }
}

/// Signing in with what was typed, then home. Copies name the same.
#[derive(Clone, Copy)]
pub struct Entrance {
    credentials: Credentials,
    /// The deed: its progress and its refusal.
    pub deed: Deed<SignIn>,
    home: Home,
    go_home: StoredValue<Rc<dyn Fn()>, LocalStorage>,
}

impl Entrance {
    /// The entrance of this page.
    #[must_use]
    pub fn with(credentials: Credentials) -> Self {
        let go = use_navigate();
        let go_home = move || {
            go(
                "/",
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            )
        };
        let go_home: Rc<dyn Fn()> = Rc::new(go_home);
        Self {
            credentials,
            deed: Deed::default(),
            home: Home::here(),
            go_home: StoredValue::new_local(go_home),
        }
    }

    /// Signs in.
    pub fn enter(self) {
        self.deed.go(self.credentials.command(), move |outcome| {
            if let Outcome::Done(person) = outcome {
                self.home.is(Session::Person(person));
                if let Some(go_home) = self.go_home.try_get_value() {
                    go_home();
                }
            }
        });
    }
}

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let credentials = Credentials::empty();
    let entrance = Entrance::with(credentials);
    let deed = entrance.deed;
    let is_unconfirmed = Memo::new(move |_| {
        deed.failure
            .with(|failure| failure.as_ref().is_some_and(|f| f.reason == Reason::MailUnconfirmed))
    });
    view! {
        <main class="alone" id="main">
            <p class="alone-flame"><Sign icon=Icon::Flame/></p>
            <Heading title=Signal::derive(move || say(w::SIGN_IN_WELCOME)().to_owned())/>
            <Show when=move || is_unconfirmed.get() fallback=move || view! { <SignInForm credentials entrance/> }>
                <ConfirmMail credentials entrance/>
            </Show>
        </main>
    }
}

#[component]
fn SignInForm(credentials: Credentials, entrance: Entrance) -> impl IntoView {
    let deed = entrance.deed;
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); entrance.enter(); }>
            <Field label=w::FIELD_MAIL name="mail" kind="email" keys="email" autocomplete="username"
                value=credentials.mail failure=deed.failure/>
            <Field label=w::FIELD_PASSWORD name="password" kind="password" autocomplete="current-password"
                value=credentials.password failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["mail", "password"]/>
            <Submit label=w::SIGN_IN_TITLE busy=deed.is_busy/>
            <div class="form-ways">
                <Way label=w::SIGN_UP_TITLE to="/sign-up" tone=Tone::Quiet/>
                <Way label=w::FORGOT_TITLE to="/forgot" tone=Tone::Quiet/>
            </div>
        </form>
    }
}
