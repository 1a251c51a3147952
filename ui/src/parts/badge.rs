//! A word in a small coloured field: the colour never says it alone.

use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// What a badge means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Nothing special.
    #[default]
    Plain,
    /// Good.
    Fresh,
    /// Soon.
    Soon,
    /// Danger, or live.
    Danger,
    /// Of the fridge.
    Frost,
}

impl Mood {
    /// Its name in the style sheets.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Fresh => "fresh",
            Self::Soon => "soon",
            Self::Danger => "danger",
            Self::Frost => "frost",
        }
    }
}

/// The badge.
#[component]
pub fn Badge(
    #[prop(into)] text: Signal<String>,
    #[prop(optional, into)] mood: Signal<Mood>,
    #[prop(optional, into)] icon: Option<Icon>,
) -> impl IntoView {
    view! {
        <span class="badge" data-mood=move || mood.get().name()>
            {icon.map(|icon| view! { <Sign icon/> })}
            <span>{text}</span>
        </span>
    }
}
