//! The six digits from the mail: typed, or sent again.

use hearth_contract::{
    Failure, Reason,
    session::{Confirm, Resend},
    text::ConfirmationCode,
};
use leptos::prelude::*;

use super::{
    entrance::{Credentials, Entrance},
    letter::Letter,
};
use crate::{
    deed::{Deed, typed},
    home::Home,
    language::told,
    parts::{
        action::{Button, Submit, Tone},
        field::Field,
        refusal::Refusal,
    },
    words::say as w,
};

/// Reads six digits out of a field.
///
/// # Errors
/// Missing, or not six digits.
pub fn six_digits(text: &str) -> Result<ConfirmationCode, Failure> {
    typed(text, "code").map_err(|failure: Failure| match failure.reason {
        Reason::FieldMissing => failure,
        _ => Failure::new(Reason::ConfirmationWrong).at("code"),
    })
}

/// Where the digits were sent.
#[component]
pub fn SentTo(credentials: Credentials) -> impl IntoView {
    view! {
        <p class="alone-says">{move || told(w::CONFIRM_SENT, &[("mail", credentials.mail.get().trim())])}</p>
    }
}

/// The form; when the address is confirmed one is let in, who has reloaded the page by password.
#[component]
pub fn ConfirmMail(
    credentials: Credentials,
    entrance: Entrance,
    /// Leads back to where the address was typed.
    back: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let home = Home::here();
    let code = RwSignal::new(String::new());
    let (confirm, resend) = (Deed::<Confirm>::default(), Deed::<Resend>::default());
    let send = move || {
        let command = typed(&credentials.mail.get_untracked(), "mail").and_then(|mail| {
            Ok(Confirm {
                mail,
                code: six_digits(&code.get_untracked())?,
            })
        });
        confirm.go(command, move |_| {
            Letter::Confirm.over();
            entrance.enter_or_ask();
        });
    };
    let again = move || {
        let command = typed(&credentials.mail.get_untracked(), "mail").map(|mail| Resend { mail });
        resend.go(command, move |_| home.say(untrack(|| told(w::CONFIRM_SENT_AGAIN, &[]))));
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <SentTo credentials/>
            <Field label=w::CONFIRM_CODE name="code" keys="numeric" autocomplete="one-time-code" value=code failure=confirm.failure/>
            <Refusal failure=confirm.failure fields=&["code"]/>
            <Refusal failure=resend.failure/>
            <Refusal failure=entrance.deed.failure/>
            <Submit label=w::CONFIRM_DO busy=confirm.is_busy/>
            <div class="form-ways">
                <Button label=w::CONFIRM_AGAIN tone=Tone::Quiet busy=resend.is_busy press=again/>
                <Button label=w::CONFIRM_BACK tone=Tone::Quiet press=move || { Letter::Confirm.over(); back(); }/>
            </div>
        </form>
    }
}
