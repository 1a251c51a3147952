//! What can be pressed: buttons, the one that sends a form, and links that look like them.

use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{Icon, Sign};
use crate::{language::say, words::Text};

/// How much a button wants to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// One of several.
    #[default]
    Plain,
    /// What most people want here.
    Accent,
    /// It takes something away.
    Danger,
    /// Beside the point.
    Quiet,
}

impl Tone {
    /// Its name in the style sheets.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Accent => "accent",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

/// A button that does something here.
#[component]
pub fn Button(
    label: Text,
    press: impl Fn() + 'static,
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] icon: Option<Icon>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="button" class="button" data-tone=tone.name() aria-busy=move || busy.get().to_string()
            on:click=move |_| if !busy.get_untracked() { press() }>
            {icon.map(|icon| view! { <Sign icon/> })}
            <span>{say(label)}</span>
        </button>
    }
}

/// The button that sends the form it stands in.
#[component]
pub fn Submit(
    label: Text,
    #[prop(default = Tone::Accent)] tone: Tone,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="submit" class="button" data-tone=tone.name() aria-busy=move || busy.get().to_string()>
            <span>{say(label)}</span>
        </button>
    }
}

/// A way to another page that looks like a button.
#[component]
pub fn Way(
    label: Text,
    to: &'static str,
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] icon: Option<Icon>,
) -> impl IntoView {
    view! {
        <A href=to attr:class="button" attr:data-tone=tone.name()>
            {icon.map(|icon| view! { <Sign icon/> })}
            <span>{say(label)}</span>
        </A>
    }
}
