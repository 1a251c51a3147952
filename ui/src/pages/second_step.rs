//! The second step of signing in: six digits, or a recovery code.

use hearth_contract::{Failure, Reason, session::second_factor::SecondFactor};
use leptos::prelude::*;

use super::entrance::Entrance;
use crate::{
    deed::{Deed, typed},
    host::Outcome,
    language::say,
    parts::{
        action::{Button, Submit, Tone},
        field::Field,
        refusal::Refusal,
    },
    words::say as w,
};

/// Reads a code of the second factor out of a field.
fn second_code(text: &str) -> Result<SecondFactor, Failure> {
    typed(text, "code")
        .map(|code| SecondFactor { code })
        .map_err(|failure: Failure| match failure.reason {
            Reason::FieldMissing => failure,
            _ => Failure::new(Reason::SecondCodeWrong).at("code"),
        })
}

/// The form.
#[component]
pub fn SecondStep(entrance: Entrance) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let deed = Deed::<SecondFactor>::default();
    let send = move || {
        deed.go(second_code(&code.get_untracked()), move |outcome| {
            if let Outcome::Done(person) = outcome {
                entrance.arrive(person);
            }
        });
    };
    let back = move || entrance.needs_code.set(false);
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <p class="alone-says">{say(w::SECOND_SAYS)}</p>
            <Field label=w::SECOND_CODE name="code" autocomplete="one-time-code" hint=w::SECOND_HINT
                value=code failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["code"]/>
            <Submit label=w::SIGN_IN_TITLE busy=deed.is_busy/>
            <div class="form-ways"><Button label=w::SECOND_BACK tone=Tone::Quiet press=back/></div>
        </form>
    }
}
