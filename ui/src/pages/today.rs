//! Today: is all well at home? What changed, what is used, what expires.

use hearth_contract::{
    Power,
    device::{self, Device},
    family::{Member, Members},
    live::{Camera, Cameras},
    meter::{AskDay, AskNow, Day, Now},
    pantry::{Change, Changes, Item, List},
    session::Session,
};
use leptos::prelude::*;

use super::{kiosk::Kiosk, view::Heading};
use crate::{
    ask::{Ask, ask},
    browser::intl,
    face::{Face, Looks},
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::{Tone, Way},
        answer::Answer,
        card::Card,
        change::ChangeCard,
        curve::Curve,
        empty::Empty,
        energy::WattsNow,
        food_line::{self, FoodLine},
        icon::Icon,
        people::Initials,
        shelf::ShelfCard,
    },
    tell,
    words::say as w,
};

/// The most foods in the list of what expires.
const MOST: usize = 4;

/// What the page asks.
#[derive(Clone, Copy)]
pub struct Asked {
    /// Everybody.
    pub members: Ask<Vec<Member>>,
    /// What the doors changed.
    pub changes: Ask<Vec<Change>>,
    /// The food.
    pub items: Ask<Vec<Item>>,
    /// The cameras.
    pub cameras: Ask<Vec<Camera>>,
    /// The devices.
    pub devices: Ask<Vec<Device>>,
    /// The power now.
    pub now: Ask<Vec<Now>>,
    /// Today's curve.
    pub day: Ask<Day>,
}

impl Asked {
    fn of(here: Household) -> Self {
        let today = food_line::today();
        Self {
            members: ask(move || Members { family: here.id() }),
            changes: ask(move || Changes { family: here.id() }),
            items: ask(move || List { family: here.id() }),
            cameras: ask(move || Cameras { family: here.id() }),
            devices: ask(move || device::List { family: here.id() }),
            now: ask(move || AskNow { family: here.id() }),
            day: ask(move || AskDay {
                family: here.id(),
                day: today.get(),
            }),
        }
    }
}

/// The page; on the fridge its door's screen.
#[component]
pub fn Today() -> impl IntoView {
    let (here, looks) = (Household::here(), Looks::here());
    super::energy::look_while_seen(here);
    let asked = Asked::of(here);
    let is_kiosk = Memo::new(move |_| looks.face() == Face::Kiosk);
    move || {
        if is_kiosk.get() {
            view! { <Kiosk asked/> }.into_any()
        } else {
            view! { <TodayFace asked/> }.into_any()
        }
    }
}

/// The page with its answers.
#[component]
pub fn TodayFace(asked: Asked) -> impl IntoView {
    let (home, here, looks) = (Home::here(), Household::here(), Looks::here());
    let is_bare = Memo::new(move |_| asked.devices.value().is_some_and(|devices| devices.is_empty()));
    let has_devices = move || !is_bare.get();
    let has_meter = move || !asked.now.value().is_some_and(|meters| meters.is_empty());
    let greeting = Signal::derive(move || {
        let text = match intl::hour_of(&here.zone(), home.now.get()) {
            5..12 => w::TODAY_MORNING,
            12..18 => w::TODAY_DAY,
            _ => w::TODAY_EVENING,
        };
        match home.session.get() {
            Some(Session::Person(person)) => told(text, &[("name", person.name.as_str())]),
            _ => say(w::TODAY_TITLE)().to_owned(),
        }
    });
    view! {
        <Heading title=greeting below=Signal::derive(move || here.0.with(|family| family.name.to_string()))>
            <Initials members=Signal::derive(move || asked.members.value().unwrap_or_default())/>
            // Below a phone's five places there is no room for these two.
            <Show when=move || looks.face() == Face::Phone>
                <Way label=w::DEVICES_TITLE to="/devices" tone=Tone::Quiet icon=Icon::Device/>
                <Way label=w::SETTINGS_TITLE to="/settings" tone=Tone::Quiet icon=Icon::Settings/>
            </Show>
        </Heading>
        <div class="columns">
            <div class="column">
                <Show when=has_devices fallback=|| view! { <First/> }>
                    <Latest changes=asked.changes/>
                    <ShelfCard cameras=asked.cameras devices=asked.devices/>
                </Show>
            </div>
            <div class="column">
                <Show when=has_devices>
                    <Card title=w::ENERGY_NOW>
                        <WattsNow now=asked.now/>
                        <Show when=has_meter><Answer of=asked.day let:day><Curve day before=Signal::stored(None)/></Answer></Show>
                    </Card>
                </Show>
                <Soon items=asked.items/>
            </div>
        </div>
    }
}

/// Where no device is, nothing is said of doors and watts.
#[component]
fn First() -> impl IntoView {
    let here = Household::here();
    view! {
        <Card title=w::DEVICES_LIST>
            <Empty icon=Icon::Device says=w::DEVICES_NONE>
                <Show when=move || here.may(Power::Pair)>
                    <Way label=w::PAIR_TITLE to="/pair" tone=Tone::Accent icon=Icon::Scan/>
                </Show>
            </Empty>
        </Card>
    }
}

/// The latest change.
#[component]
fn Latest(changes: Ask<Vec<Change>>) -> impl IntoView {
    view! {
        <Answer of=changes is_empty=Vec::is_empty none=|| view! {
            <Card title=w::CHANGE_LATEST><Empty icon=Icon::Door says=w::CHANGE_NONE/></Card>
        } let:changes>
            {
                let first = Memo::new(move |_| changes.with(|changes| changes.first().cloned()));
                move || first.get().map(|change| view! { <ChangeCard change/> })
            }
        </Answer>
    }
}

/// What should be eaten soon.
#[component]
fn Soon(items: Ask<Vec<Item>>) -> impl IntoView {
    let today = food_line::today();
    let soon = move |items: &[Item]| -> Vec<Item> {
        let is_soon = |item: &&Item| {
            item.best_before
                .is_some_and(|day| tell::days_to(day, today.get()) < food_line::SOON)
        };
        items.iter().filter(is_soon).take(MOST).cloned().collect()
    };
    view! {
        <Card title=w::SOON_TITLE aside=|| view! { <Way label=w::SOON_ALL to="/food" tone=Tone::Quiet/> }>
            <Answer of=items let:items>
                {
                    let soon = Memo::new(move |_| items.with(|items| soon(items)));
                    view! {
                        <Show when=move || soon.with(Vec::is_empty)><Empty icon=Icon::Check says=w::SOON_NONE/></Show>
                        <ul class="lines">
                            <For each=move || soon.get() key=|item| format!("{item:?}") let:item>
                                <li><FoodLine item/></li>
                            </For>
                        </ul>
                    }
                }
            </Answer>
        </Card>
    }
}
