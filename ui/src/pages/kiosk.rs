//! The screen in the fridge's door while nobody uses it: the hour, three facts,
//! the shelves, and four things one comes for. Read from two metres.

use hearth_contract::{live::Camera, pantry::Item};
use leptos::prelude::*;
use leptos_router::components::A;

use super::today::Asked;
use crate::{
    foods,
    home::Home,
    household::Household,
    language::{say, spoken, told},
    parts::{
        answer::Answer,
        empty::Empty,
        food_line,
        icon::{Icon, Sign},
        picture::{Picture, Shot},
    },
    tell,
    words::{Text, say as w},
};

const ACTS: [(&str, Icon, Text); 4] = [
    ("/food", Icon::Search, w::KIOSK_FIND),
    ("/food?add", Icon::Plus, w::KIOSK_ADD),
    ("/energy", Icon::Energy, w::ENERGY_TITLE),
    ("/live?look", Icon::Eye, w::KIOSK_LOOK),
];

/// The screen.
#[component]
pub fn Kiosk(asked: Asked) -> impl IntoView {
    let (home, here) = (Home::here(), Household::here());
    let clock = Memo::new(move |_| tell::hour(&here.zone(), home.now.get()));
    let date = Memo::new(move |_| tell::long_day(&here.zone(), home.now.get()));
    view! {
        <div class="kiosk">
            <div class="kiosk-left">
                <div>
                    <h1 id="heading" tabindex="-1" class="for-readers">{say(w::TODAY_TITLE)}</h1>
                    <p class="kiosk-clock">{clock}</p>
                    <p class="kiosk-date">{date}</p>
                </div>
                <ul class="facts"><Facts asked/></ul>
            </div>
            <div class="kiosk-right">
                <div class="kiosk-shelf"><Shelves asked/></div>
                <nav class="acts" aria-label=say(w::KIOSK_ACTS)>
                    {ACTS.iter().map(|(to, icon, label)| view! {
                        <A href=*to attr:class="act"><Sign icon=*icon/><span>{say(*label)}</span></A>
                    }).collect_view()}
                </nav>
            </div>
        </div>
    }
}

#[component]
fn Facts(asked: Asked) -> impl IntoView {
    let (home, here, today) = (Home::here(), Household::here(), food_line::today());
    let expiring = move || -> Vec<Item> {
        let soon = |item: &Item| {
            item.best_before
                .is_some_and(|day| tell::days_to(day, today.get()) < food_line::SOON)
        };
        asked
            .items
            .value()
            .unwrap_or_default()
            .into_iter()
            .filter(soon)
            .take(2)
            .collect()
    };
    let eat = move || {
        let names: Vec<String> = expiring()
            .iter()
            .map(|item| foods::call(item.name.as_str(), item.food.as_ref(), spoken()))
            .collect();
        if names.is_empty() {
            say(w::SOON_NONE)().to_owned()
        } else {
            told(w::KIOSK_EAT, &[("food", &names.join(", "))])
        }
    };
    let eat_when = move || {
        expiring()
            .iter()
            .filter_map(|item| item.best_before)
            .map(|day| tell::until(day, today.get()))
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let power = move || {
        let glimpsed = home.power.get().map(|(power, _)| power);
        let asked = asked
            .now
            .value()
            .filter(|meters| !meters.is_empty())
            .map(|meters| hearth_contract::units::Watts(meters.iter().map(|meter| meter.reading.power_w.0).sum()));
        glimpsed.or(asked).map_or_else(
            || say(w::ENERGY_NO_METER)().to_owned(),
            |power| format!("{} W", tell::watts(power)),
        )
    };
    let used = move || {
        let used = asked.day.value().and_then(|day| day.total_wh()).map(tell::kwh);
        used.map(|used| told(w::ENERGY_TODAY, &[("used", &used)]))
            .unwrap_or_default()
    };
    let door = move || match asked
        .changes
        .value()
        .and_then(|changes| changes.first().map(|change| change.at))
    {
        Some(at) => told(w::CHANGE_TITLE, &[("hour", &tell::hour(&here.zone(), at))]),
        None => say(w::CHANGE_NONE)().to_owned(),
    };
    let door_when = move || {
        let latest = asked
            .changes
            .value()
            .and_then(|changes| changes.first().map(|change| change.at));
        latest.map(|at| tell::ago(at, home.now.get())).unwrap_or_default()
    };
    view! {
        <Fact icon=Icon::Food tone="soon" says=Signal::derive(eat) below=Signal::derive(eat_when)/>
        <Fact icon=Icon::Energy tone="accent" says=Signal::derive(power) below=Signal::derive(used)/>
        <Fact icon=Icon::Door tone="frost" says=Signal::derive(door) below=Signal::derive(door_when)/>
    }
}

#[component]
fn Fact(icon: Icon, tone: &'static str, says: Signal<String>, below: Signal<String>) -> impl IntoView {
    view! {
        <li class="fact">
            <span class="fact-sign" data-tone=tone><Sign icon/></span>
            <span class="fact-says">{says}<span class="fact-below">{below}</span></span>
        </li>
    }
}

#[component]
fn Shelves(asked: Asked) -> impl IntoView {
    fn last(cameras: &[Camera]) -> Option<Shot> {
        cameras
            .iter()
            .find_map(|camera| camera.last.as_ref())
            .map(|still| Shot::plain(still.picture, still.at))
    }
    view! {
        <Answer of=asked.cameras lines=6 is_empty=|cameras| last(cameras).is_none()
            none=|| view! { <Empty icon=Icon::Fridge says=w::SHELF_NONE/> } let:cameras>
            {untrack(|| cameras.with(|all| last(all))).map(|first| {
                let shot = Signal::derive(move || cameras.with(|all| last(all)).unwrap_or_else(|| first.clone()));
                view! { <Picture shot/> }
            })}
        </Answer>
    }
}
