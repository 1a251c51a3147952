//! Devices: are they well? Each with its presence and since when; and bringing in another.

use hearth_contract::{
    Power,
    control::{self, Controls},
    device::{Device, Hardware, List},
    ids::ThingName,
};
use leptos::prelude::*;

use super::{
    control::ControlsCard,
    let_go::{GoneCard, Gones, LetGo},
    view::Heading,
};
use crate::{
    ask::{Ask, ask},
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::{Tone, Way},
        answer::Answer,
        badge::{Badge, Mood},
        card::Card,
        empty::Empty,
        icon::{Icon, Sign},
        shelf::Simulated,
    },
    tell,
    words::say as w,
};

/// The page.
#[component]
pub fn Devices() -> impl IntoView {
    let here = Household::here();
    let devices = ask(move || List { family: here.id() });
    let controls = ask(move || control::List { family: here.id() });
    view! { <DevicesFace devices controls/> }
}

/// The page with its answer.
#[component]
pub fn DevicesFace(devices: Ask<Vec<Device>>, controls: Ask<Vec<Controls>>) -> impl IntoView {
    let here = Household::here();
    Gones::provide();
    view! {
        <Heading title=Signal::derive(move || say(w::DEVICES_TITLE)().to_owned())>
            <Show when=move || here.may(Power::Pair)>
                <Way label=w::PAIR_TITLE to="/pair" tone=Tone::Accent icon=Icon::Scan/>
            </Show>
        </Heading>
        <GoneCard/>
        <Card title=w::DEVICES_LIST>
            <Answer of=devices is_empty=Vec::is_empty
                none=|| view! { <Empty icon=Icon::Device says=w::DEVICES_NONE/> } let:devices>
                <ul class="lines">
                    <For each=move || devices.get() key=|device| format!("{device:?}") let:device>
                        <li>
                            <DeviceLine device=device.clone()/>
                            <LetGo device/>
                        </li>
                    </For>
                </ul>
            </Answer>
        </Card>
        <Answer of=controls let:controls>
            <For each=move || controls.get() key=|controls| controls.thing.clone() let:first>
                <ControlsCard called=name_of(devices, first.thing.clone()) controls=Memo::new(move |_| {
                    let same = |one: &&Controls| one.thing == first.thing;
                    controls.with(|all| all.iter().find(same).cloned().unwrap_or(first.clone()))
                })/>
            </For>
        </Answer>
    }
}

/// What the family calls a device.
fn name_of(devices: Ask<Vec<Device>>, thing: ThingName) -> Signal<String> {
    Signal::derive(move || {
        let all = devices.value().unwrap_or_default();
        let found = all.into_iter().find(|device| device.thing == thing);
        found.map_or_else(String::new, |device| device.name.to_string())
    })
}

/// One device.
#[component]
pub fn DeviceLine(device: Device) -> impl IntoView {
    let home = Home::here();
    let (icon, kind) = match device.hardware {
        Hardware::Fridge => (Icon::Fridge, w::DEVICE_FRIDGE),
        Hardware::Meter => (Icon::Meter, w::DEVICE_METER),
        Hardware::Tablet => (Icon::Device, w::DEVICE_TABLET),
    };
    let presence = device.presence;
    let state = Signal::derive(move || {
        told(
            if presence.online {
                w::DEVICE_ONLINE
            } else {
                w::DEVICE_OFFLINE
            },
            &[],
        )
    });
    let mood = if presence.online { Mood::Fresh } else { Mood::Soon };
    let serial = device.serial.to_string();
    let since = move || {
        let ago = tell::ago(presence.since, home.now.get());
        format!("{} {serial} · {}", say(kind)(), told(w::DEVICE_SINCE, &[("ago", &ago)]))
    };
    view! {
        <div class="food-line">
            <span class="device-sign"><Sign icon/></span>
            <span class="food-says">
                <span class="food-name">{device.name.to_string()}</span>
                <span class="food-known">{since}</span>
            </span>
            <span class="device-badges">
                {device.simulated.then(|| view! { <Simulated/> })}
                <Badge text=state mood/>
            </span>
        </div>
    }
}
