//! Recovery codes: shown this one time, to be copied or printed.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::hand_over,
    home::Home,
    language::{say, told},
    parts::action::{Button, Tone},
    words::say as w,
};

/// The codes.
#[component]
pub fn Recovery(codes: Vec<String>, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let home = Home::here();
    let text = codes.join("\n");
    let copy = move || {
        let text = text.clone();
        spawn_local(async move {
            let said = if hand_over::copy(&text).await {
                w::RECOVERY_COPIED
            } else {
                w::RECOVERY_COPY_YOURSELF
            };
            home.say(untrack(|| told(said, &[])));
        });
    };
    view! {
        <p>{say(w::RECOVERY_SAYS)}</p>
        <ul class="recovery" aria-label=say(w::RECOVERY_TITLE)>
            {codes.into_iter().map(|code| view! { <li><code translate="no">{code}</code></li> }).collect_view()}
        </ul>
        <div class="card-acts">
            <Button label=w::RECOVERY_COPY press=copy/>
            <Button label=w::RECOVERY_PRINT press=hand_over::print/>
            <Button label=w::RECOVERY_DONE tone=Tone::Accent press=move || done.run(())/>
        </div>
    }
}
