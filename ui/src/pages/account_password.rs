//! Another password, for who knows the present one.

use hearth_contract::{
    Failure, Reason,
    session::{Session, account::ChangePassword},
    text::Password,
};
use leptos::prelude::*;

use crate::{
    deed::{Deed, typed},
    home::Home,
    language::told,
    parts::{action::Submit, card::Card, field::Field, refusal::Refusal, strength::Strength},
    words::say as w,
};

/// Reads the present password; one that is too short is simply wrong.
///
/// # Errors
/// Missing, or wrong.
pub fn present(text: &str, field: &'static str) -> Result<Password, Failure> {
    typed(text, field).map_err(|failure: Failure| match failure.reason {
        Reason::FieldMissing | Reason::FieldTooLong => failure,
        _ => Failure::new(Reason::OwnPasswordWrong).at(field),
    })
}

/// The card.
#[component]
pub fn PasswordCard() -> impl IntoView {
    let home = Home::here();
    let (current, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let deed = Deed::<ChangePassword>::default();
    let known = Signal::derive(move || match home.session.get() {
        Some(Session::Person(person)) => vec![person.name.to_string(), person.mail.to_string()],
        _ => Vec::new(),
    });
    let send = move || {
        let command = present(&current.get_untracked(), "current").and_then(|current| {
            let password = typed(&password.get_untracked(), "password")?;
            Ok(ChangePassword { current, password })
        });
        deed.go(command, move |_| {
            let _ = current.try_set(String::new());
            let _ = password.try_set(String::new());
            home.say(untrack(|| told(w::PASSWORD_CHANGED, &[])));
        });
    };
    view! {
        <Card title=w::PASSWORD_TITLE>
            <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
                <Field label=w::PASSWORD_CURRENT name="current" kind="password" autocomplete="current-password"
                    value=current failure=deed.failure/>
                <Field label=w::FORGOT_NEW name="password" kind="password" autocomplete="new-password"
                    hint=w::FIELD_PASSWORD_HINT value=password failure=deed.failure/>
                <Strength password known/>
                <Refusal failure=deed.failure fields=&["current", "password"]/>
                <Submit label=w::PASSWORD_DO busy=deed.is_busy/>
            </form>
        </Card>
    }
}
