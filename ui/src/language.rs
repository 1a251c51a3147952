//! Which language is spoken: the reader's choice, else the browser's.

use leptos::prelude::*;

use crate::{
    browser::{dom, storage},
    words::{Language, Text, fill},
};

const KEY: &str = "hearth-language";

thread_local! {
    /// One for the page; whoever says something follows it.
    static SPOKEN: ArcRwSignal<Language> = ArcRwSignal::new(first());
}

fn first() -> Language {
    Language::of_tag(&storage::read(KEY).unwrap_or_else(dom::language))
}

/// The language that is spoken.
#[must_use]
pub fn spoken() -> Language {
    SPOKEN.with(|spoken| spoken.get())
}

/// Speaks another language from now on.
pub fn speak(language: Language) {
    storage::write(KEY, Some(language.tag()));
    SPOKEN.with(|spoken| spoken.set(language));
}

/// Tells the browser which language the page is in, now and later.
pub fn mark() {
    Effect::new(|_| dom::mark_root("lang", Some(spoken().tag())));
}

/// A sentence, in the language that is spoken, for a view.
pub fn say(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text.to(spoken())
}

/// A sentence with its gaps filled, in the language that is spoken.
#[must_use]
pub fn told(text: Text, gaps: &[(&str, &str)]) -> String {
    fill(text.to(spoken()), gaps)
}
