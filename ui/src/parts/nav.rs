//! The way between the pages: below on the phone and the fridge, at the side of a wide window.

use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{Icon, Sign};
use crate::{
    face::{Face, Looks},
    language::say,
    words::{Text, say as w},
};

/// A page one can go to.
type Place = (&'static str, Icon, Text);

const TODAY: Place = ("/", Icon::Home, w::TODAY_TITLE);
const FOOD: Place = ("/food", Icon::Food, w::NAV_FOOD);
const LIVE: Place = ("/live", Icon::Live, w::NAV_LIVE);
const ENERGY: Place = ("/energy", Icon::Energy, w::ENERGY_TITLE);
const FAMILY: Place = ("/family", Icon::Family, w::FAMILY_TITLE);
const DEVICES: Place = ("/devices", Icon::Device, w::DEVICES_TITLE);
const SETTINGS: Place = ("/settings", Icon::Settings, w::SETTINGS_TITLE);

const fn places(face: Face) -> &'static [Place] {
    match face {
        Face::Phone => &[TODAY, FOOD, LIVE, ENERGY, FAMILY],
        Face::Desktop => &[TODAY, FOOD, LIVE, ENERGY, FAMILY, DEVICES, SETTINGS],
        Face::Kiosk => &[TODAY, FOOD, LIVE, ENERGY, SETTINGS],
    }
}

/// The navigation of the face.
#[component]
pub fn Nav() -> impl IntoView {
    let looks = Looks::here();
    let face = Memo::new(move |_| looks.face());
    view! {
        <nav class="nav" aria-label=say(w::NAV_TITLE)>
            <p class="brand"><Sign icon=Icon::Flame/>"Hearth"</p>
            {move || places(face.get()).iter().map(|(to, icon, label)| view! {
                <A href=*to exact=*to == "/" attr:class="nav-way">
                    <Sign icon=*icon/>
                    <span>{say(*label)}</span>
                </A>
            }).collect_view()}
        </nav>
    }
}
