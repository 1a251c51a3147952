//! Every piece and every page in every state, from the contract's samples:
//! `/gallery?show=today&state=full`. In test builds only, linked from nowhere; time stands
//! still here, so that pictures of it can be compared.

mod account;
mod answers;
mod control;
mod pieces;

use hearth_contract::{
    family::Family,
    host::Link,
    session::{Person, Session},
};
use jiff::SignedDuration;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{
    answers::State,
    pieces::{Pieces, SignOnPieces},
};
use crate::{
    home::Home,
    household::Household,
    pages::{
        account::AccountFace,
        devices::DevicesFace,
        energy::{self, EnergyFace},
        family::FamilyFace,
        food::{self, FoodFace},
        kiosk::Kiosk,
        left::Left,
        live::{self, LiveFace},
        pair::PairFace,
        pairing::Pairing,
        settings::Settings,
        today::{self, TodayFace},
        welcome::{MakeHome, Stranger},
    },
    parts::{alarms::Alarms, nav::Nav, standing::Standing},
};

const SHOWS: [&str; 16] = [
    "pieces", "today", "kiosk", "food", "search", "live", "energy", "family", "devices", "settings", "account", "left",
    "pair", "welcome", "home", "sign-on",
];

/// The gallery.
#[component]
pub fn Gallery() -> impl IntoView {
    let sample = Family::sample();
    let at = hearth_contract::family::Member::sample().joined_at;
    let home = Home::still(at + SignedDuration::from_mins(12));
    home.session.set(Some(Session::Person(Person::sample())));
    provide_context(home);
    provide_context(Household(Signal::stored(sample)));
    let query = use_query_map();
    let show = move || query.with(|query| query.get("show"));
    let state = move || {
        let name = query.with(|query| query.get("state")).unwrap_or_default();
        State::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(State::Full, |(_, state)| *state)
    };
    move || {
        let state = state();
        home.link.set(if state == State::Long {
            Link::Connecting
        } else {
            Link::Live
        });
        home.waiting.set(if state == State::Long { 2 } else { 0 });
        match show().as_deref() {
            None => view! { <Index/> }.into_any(),
            Some("welcome") => view! { <main class="alone" id="main"><Stranger/></main> }.into_any(),
            Some("sign-on") => view! { <main class="alone" id="main"><SignOnPieces/></main> }.into_any(),
            Some("left") => view! { <main class="alone" id="main"><Left farewell=state.farewell()/></main> }.into_any(),
            Some("home") => view! { <main class="alone" id="main"><MakeHome/></main> }.into_any(),
            Some(name) => {
                let page = page(name, state);
                view! {
                    <div class="frame">
                        <Nav/>
                        <main class="page" id="main">
                            <Standing/>
                            <Alarms open=Signal::stored(if name == "today" { state.alarms() } else { Vec::new() })/>
                            {page}
                        </main>
                    </div>
                }
                .into_any()
            }
        }
    }
}

/// A page, answered in this state.
fn page(name: &str, state: State) -> AnyView {
    let today = today::Asked {
        members: state.members(),
        changes: state.changes(),
        items: state.items(),
        cameras: state.cameras(),
        devices: state.devices(),
        now: state.now(),
        day: state.day(false),
    };
    let food = food::Asked {
        found: state.items(),
        changes: state.changes(),
    };
    let words = RwSignal::new(if name == "search" {
        "xhs".to_owned()
    } else {
        String::new()
    });
    match name {
        "today" => view! { <TodayFace asked=today/> }.into_any(),
        "kiosk" => view! { <Kiosk asked=today/> }.into_any(),
        "food" => view! { <FoodFace asked=food words is_adding=true/> }.into_any(),
        "search" => view! { <FoodFace asked=food words is_adding=false/> }.into_any(),
        "live" => {
            let asked = live::Asked {
                cameras: state.cameras(),
                changes: state.changes(),
            };
            view! { <LiveFace asked is_looking=false/> }.into_any()
        }
        "energy" => {
            let asked = energy::Asked {
                now: state.now(),
                day: state.day(false),
                before: state.day(true),
            };
            let day = state
                .day(false)
                .value()
                .map_or(jiff::civil::date(2026, 11, 21), |day| day.day);
            view! { <EnergyFace asked day=Signal::stored(day) today=Signal::stored(day) go=|_| ()/> }.into_any()
        }
        "family" => view! { <FamilyFace members=state.members()/> }.into_any(),
        "devices" => view! { <DevicesFace devices=state.devices() controls=state.controls()/> }.into_any(),
        "account" => view! { <AccountFace asked=state.account()/> }.into_any(),
        "settings" => view! { <Settings/> }.into_any(),
        "pair" => {
            let pairing = Pairing::begin();
            match state {
                State::Failed => pairing.failure.set(Some(hearth_contract::Reason::CodeBlurred.into())),
                State::Full | State::Long => pairing
                    .paired
                    .set(state.devices().value().and_then(|all| all.into_iter().next())),
                State::Loading => pairing.is_busy.set(true),
                State::Empty => {}
            }
            view! { <PairFace pairing devices=state.devices() is_first=true/> }.into_any()
        }
        _ => view! { <Pieces/> }.into_any(),
    }
}

/// What there is to see.
#[component]
fn Index() -> impl IntoView {
    view! {
        <main class="page" id="main">
            <h1 id="heading" tabindex="-1">"Gallery"</h1>
            <ul class="shows">
                {SHOWS.iter().map(|show| view! {
                    <li>
                        <strong>{*show}</strong>
                        {State::ALL.iter().map(|(state, _)| view! {
                            " " <a class="show" href=format!("/gallery?show={show}&state={state}")>{*state}</a>
                        }).collect_view()}
                    </li>
                }).collect_view()}
            </ul>
        </main>
    }
}
