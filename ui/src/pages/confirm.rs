//! The six digits from the mail: typed, or sent again.

use hearth_contract::{
    Failure, Reason,
    session::{Confirm, Resend},
    text::ConfirmationCode,
};
use leptos::prelude::*;

use super::entrance::{Credentials, Entrance};
use crate::{
    deed::{Deed, typed},
    home::Home,
    language::{say, told},
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

/// The form; when the address is confirmed one is let in.
#[component]
pub fn ConfirmMail(credentials: Credentials, entrance: Entrance) -> impl IntoView {
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
        confirm.go(command, move |_| entrance.enter());
    };
    let again = move || {
        let command = typed(&credentials.mail.get_untracked(), "mail").map(|mail| Resend { mail });
        resend.go(command, move |_| home.say(untrack(|| told(w::CONFIRM_SENT_AGAIN, &[]))));
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <p class="alone-says">{say(w::CONFIRM_SENT)}</p>
            <Field label=w::CONFIRM_CODE name="code" keys="numeric" autocomplete="one-time-code" value=code failure=confirm.failure/>
            <Refusal failure=confirm.failure fields=&["code"]/>
            <Refusal failure=resend.failure/>
            <Refusal failure=entrance.deed.failure/>
            <Submit label=w::CONFIRM_DO busy=confirm.is_busy/>
            <div class="form-ways"><Button label=w::CONFIRM_AGAIN tone=Tone::Quiet busy=resend.is_busy press=again/></div>
        </form>
    }
}
