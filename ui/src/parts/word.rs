//! A short message at the page's foot, and the one live region that reads it out.

use leptos::prelude::*;

use super::{
    action::{Button, Tone},
    icon::Icon,
};
use crate::{
    home::{Home, Word},
    language::spoken,
    words::{self, say as w},
};

/// How long a message stays, seconds.
const STAYS: i64 = 8;

/// The message, while there is one.
#[component]
pub fn Words() -> impl IntoView {
    let home = Home::here();
    let since = Memo::new(move |_| {
        home.word.track();
        untrack(|| home.now.get())
    });
    let is_over = Memo::new(move |_| home.now.get().duration_since(since.get()).as_secs() >= STAYS);
    let text = move |word: &Word| match word {
        Word::Said(text, _) => text.clone(),
        Word::Refused(failure) => words::says(failure.reason).to(spoken()).to_owned(),
    };
    let undo = |word: &Word| if let Word::Said(_, undo) = word { *undo } else { None };
    let is_shown = move || home.word.with(Option::is_some) && !is_over.get();
    view! {
        <div class="words" role="status" aria-live="polite" data-shown=move || is_shown().to_string()>
            {move || home.word.get().filter(|_| is_shown()).map(|word| view! {
                <p class="words-text">{text(&word)}</p>
                {undo(&word).map(|undo| view! {
                    <Button label=w::ACT_UNDO tone=Tone::Quiet icon=Icon::Undo press=move || {
                        home.word.set(None);
                        undo.run(());
                    }/>
                })}
            })}
        </div>
    }
}
