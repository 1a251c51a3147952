//! Settings: language, look, face, and who is signed in.

use hearth_contract::session::{Session, SignOut};
use leptos::prelude::*;

use super::view::Heading;
use crate::{
    deed::Deed,
    face::{Look, Looks},
    home::Home,
    language::{say, speak, spoken},
    parts::{
        action::{Button, Way},
        card::Card,
        icon::Icon,
        people::Initial,
        refusal::Refusal,
    },
    words::{Language, say as w},
};

/// The page.
#[component]
pub fn Settings() -> impl IntoView {
    let (looks, home) = (Looks::here(), Home::here());
    view! {
        <Heading title=Signal::derive(move || say(w::SETTINGS_TITLE)().to_owned())/>
        <div class="columns">
            <div class="column">
                <Card title=w::SETTINGS_LANGUAGE>
                    <div class="options" role="radiogroup" aria-label=say(w::SETTINGS_LANGUAGE)>
                        {Language::ALL.map(|language| view! {
                            <Choice group="language" is_chosen=Signal::derive(move || spoken() == language)
                                choose=move || speak(language) language>{language_name(language)}</Choice>
                        })}
                    </div>
                </Card>
                <Card title=w::SETTINGS_LOOK>
                    <div class="options" role="radiogroup" aria-label=say(w::SETTINGS_LOOK)>
                        {[(Look::Auto, w::LOOK_AUTO), (Look::Light, w::LOOK_LIGHT), (Look::Dark, w::LOOK_DARK)].map(|(look, name)| view! {
                            <Choice group="look" is_chosen=Signal::derive(move || looks.look() == look)
                                choose=move || looks.wear(look)>{say(name)}</Choice>
                        })}
                    </div>
                </Card>
                <Card title=w::SETTINGS_FACE>
                    <div class="options" role="radiogroup" aria-label=say(w::SETTINGS_FACE)>
                        {[(false, w::FACE_AUTO), (true, w::FACE_KIOSK)].map(|(is_kiosk, name)| view! {
                            <Choice group="face" is_chosen=Signal::derive(move || looks.is_kiosk() == is_kiosk)
                                choose=move || looks.be_kiosk(is_kiosk)>{say(name)}</Choice>
                        })}
                    </div>
                </Card>
            </div>
            <Show when=move || home.session.with(|session| !matches!(session, Some(Session::Kiosk(_))))>
                <div class="column"><Account/></div>
            </Show>
        </div>
    }
}

/// A language's name, in that language.
const fn language_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Chinese => "简体中文",
    }
}

#[component]
fn Choice(
    group: &'static str,
    is_chosen: Signal<bool>,
    choose: impl Fn() + 'static,
    /// The language the choice is written in, if it is not the page's.
    #[prop(optional, into)]
    language: Option<Language>,
    children: Children,
) -> impl IntoView {
    view! {
        <label class="option">
            <input type="radio" name=group prop:checked=is_chosen on:change=move |_| choose()/>
            <span lang=language.map(Language::tag)>{children()}</span>
        </label>
    }
}

/// Who is signed in, and the way out.
#[component]
fn Account() -> impl IntoView {
    let home = Home::here();
    let out = Deed::<SignOut>::default();
    view! {
        <Card title=w::SETTINGS_ACCOUNT>
            {move || match home.session.get() {
                Some(Session::Person(person)) => Some(view! {
                    <div class="food-line">
                        <Initial name=person.name.to_string()/>
                        <span class="food-says">
                            <span class="food-name">{person.name.to_string()}</span>
                            <span class="food-known">{person.mail.to_string()}</span>
                        </span>
                    </div>
                }),
                _ => None,
            }}
            <Refusal failure=out.failure/>
            <div class="card-acts">
                <Way label=w::SETTINGS_MANAGE to="/account" icon=Icon::Key/>
                <Button label=w::SETTINGS_SIGN_OUT icon=Icon::SignOut busy=out.is_busy
                    press=move || out.go(Ok(SignOut {}), move |_| home.is(Session::Nobody))/>
            </div>
        </Card>
    }
}
