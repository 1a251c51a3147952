//! The fridge as it was last seen, with the way to look inside now.

use hearth_contract::{Power, device::Device, live::Camera};
use leptos::prelude::*;

use super::{
    action::Way,
    answer::Answer,
    badge::{Badge, Mood},
    card::Card,
    empty::Empty,
    icon::Icon,
    picture::{Picture, Shot},
};
use crate::{ask::Ask, household::Household, language::say, words::say as w};

/// The first camera that has a picture.
fn last(cameras: &[Camera]) -> Option<Shot> {
    let still = cameras.iter().find_map(|camera| camera.last.as_ref())?;
    Some(Shot::plain(still.picture, still.at))
}

/// Says that something is made up by a simulation.
#[component]
pub fn Simulated() -> impl IntoView {
    view! { <Badge text=Signal::derive(move || say(w::SIMULATED)().to_owned()) mood=Mood::Frost icon=Icon::Simulated/> }
}

/// The fridge's card.
#[component]
pub fn ShelfCard(cameras: Ask<Vec<Camera>>, devices: Ask<Vec<Device>>) -> impl IntoView {
    let household = Household::here();
    let is_simulated = move || {
        devices.read(|answer| {
            answer
                .seen()
                .is_some_and(|seen| seen.value.iter().any(|device| device.simulated))
        })
    };
    view! {
        <Card title=w::SHELF_TITLE aside=move || is_simulated().then(|| view! { <Simulated/> })>
            <Answer of=cameras lines=5 is_empty=|cameras| last(cameras).is_none() none=no_picture let:cameras>
                {untrack(|| cameras.with(|all| last(all))).map(|first| {
                    let shot = Signal::derive(move || cameras.with(|all| last(all)).unwrap_or_else(|| first.clone()));
                    view! { <Picture shot/> }
                })}
            </Answer>
            <div class="card-acts">
                <Show when=move || household.may(Power::LookInside)>
                    <Way label=w::LIVE_LOOK to="/live?look" icon=Icon::Eye/>
                </Show>
            </div>
        </Card>
    }
}

fn no_picture() -> impl IntoView {
    view! {
        <Empty icon=Icon::Fridge says=w::SHELF_NONE>
            <Way label=w::PAIR_TITLE to="/pair" icon=Icon::Scan/>
        </Empty>
    }
}
