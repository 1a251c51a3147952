//! A refusal: what happened in one sentence, what to do in the next, and the way there.

use hearth_contract::{Failure, Kind};
use leptos::prelude::*;

use super::{
    action::{Button, Tone, Way},
    icon::{Icon, Sign},
};
use crate::{
    language::{say, spoken},
    words::{self, say as w},
};

/// The refusal; nothing while there is none. Fields named in `fields` show theirs themselves.
#[component]
pub fn Refusal(
    #[prop(into)] failure: Signal<Option<Failure>>,
    /// What tries once more.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// The fields of this form.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    let shown = move || {
        failure
            .get()
            .filter(|failure| !failure.field.as_deref().is_some_and(|field| fields.contains(&field)))
    };
    move || {
        shown().map(|failure| {
            let again = retry.filter(|_| matches!(failure.kind, Kind::Unavailable | Kind::Internal | Kind::TooMany));
            let lasts = failure
                .retry_after
                .map(|wait| crate::language::told(w::TROUBLE_AFTER, &[("n", &crate::tell::whole(wait.0 as f64))]));
            view! {
                <div class="refusal" role="alert">
                    <Sign icon=Icon::Warning/>
                    <div class="refusal-says">
                        <strong>{move || words::says(failure.reason).to(spoken())}</strong>
                        <p>{move || words::next(failure.reason).to(spoken())} " " {lasts}</p>
                    </div>
                    {again.map(|again| view! {
                        <Button label=w::ACT_RETRY icon=Icon::Refresh press=move || again.run(())/>
                    })}
                    {(failure.kind == Kind::NotSignedIn && retry.is_some()).then(|| view! {
                        <Way label=w::SIGN_IN_TITLE to="/sign-in" tone=Tone::Accent/>
                    })}
                </div>
            }
        })
    }
}

/// A refusal of one field, to stand below it; also read with it.
#[component]
pub fn FieldRefusal(id: String, #[prop(into)] failure: Signal<Option<Failure>>) -> impl IntoView {
    view! {
        <span class="field-refusal" id=id aria-live="polite">
            {move || failure.get().map(|failure| view! {
                {say(words::says(failure.reason))} " " {say(words::next(failure.reason))}
            })}
        </span>
    }
}
