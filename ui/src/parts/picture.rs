//! A stored picture with its age, and the thing one looks for marked in it.

use hearth_contract::{PictureId, pantry::Area};
use jiff::Timestamp;
use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::{
    home::Home,
    household::{Household, Pictures},
    language::{say, told},
    tell,
    words::say as w,
};

/// What to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Shot {
    /// The picture.
    pub picture: PictureId,
    /// When it was taken.
    pub at: Timestamp,
    /// What to mark in it.
    pub mark: Option<Area>,
    /// What is marked, by name.
    pub what: Option<String>,
}

impl Shot {
    /// A picture with nothing marked.
    #[must_use]
    pub const fn plain(picture: PictureId, at: Timestamp) -> Self {
        Self {
            picture,
            at,
            mark: None,
            what: None,
        }
    }
}

/// The picture. A new one fades in where the old one was.
#[component]
pub fn Picture(#[prop(into)] shot: Signal<Shot>, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let (home, household, pictures) = (Home::here(), Household::here(), Pictures::here());
    let broken = RwSignal::new(None);
    let address = Memo::new(move |_| (pictures.0)(household.id(), shot.with(|shot| shot.picture)));
    let is_broken = move || broken.with(|broken| broken.as_ref() == Some(&address.get()));
    let alt = move || {
        let (what, hour) = shot.with(|shot| (shot.what.clone(), tell::hour(&household.zone(), shot.at)));
        match what {
            Some(what) => told(w::PICTURE_OF_FOOD, &[("what", &what), ("hour", &hour)]),
            None => told(w::PICTURE_OF_SHELVES, &[("hour", &hour)]),
        }
    };
    view! {
        <figure class="picture">
            <Show when=move || !is_broken() fallback=move || view! {
                <p class="picture-gone"><Sign icon=Icon::Fridge/>{say(w::PICTURE_GONE)}</p>
            }>
                <img src=address alt=alt decoding="async" on:error=move |_| broken.set(Some(address.get_untracked()))/>
                {move || shot.with(|shot| shot.mark).map(|area| view! { <Mark area/> })}
            </Show>
            <figcaption class="picture-age">
                <Sign icon=Icon::Clock/>
                <span>{move || told(w::PICTURE_SEEN, &[("ago", &tell::ago(shot.with(|shot| shot.at), home.now.get()))])}</span>
            </figcaption>
            {children.map(|children| children())}
        </figure>
    }
}

/// A frame around a part of the picture below.
#[component]
pub fn Mark(area: Area) -> impl IntoView {
    let part = |share: f32| format!("{:.2}%", share * 100.0);
    view! {
        <span class="picture-mark" aria-hidden="true" style:--x=part(area.x) style:--y=part(area.y)
            style:--w=part(area.w) style:--h=part(area.h)></span>
    }
}
