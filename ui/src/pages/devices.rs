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
    let_go::{GoneCard, LastGone, LetGo},
    rename::RenameDevice,
    view::Heading,
};
use crate::{
    ask::{Ask, ask},
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::{Button, Tone, Way},
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
    let all = move || devices.value().unwrap_or_default();
    LastGone::provide();
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
                    <For each=move || devices.get() key=|device| device.thing.clone() let:first>
                        <li><DeviceEntry devices first/></li>
                    </For>
                </ul>
            </Answer>
        </Card>
        <Answer of=controls let:controls>
            <For each=move || controls.get() key=|controls| controls.thing.clone() let:first>
                <ControlsCard called=name_of(all, first.thing.clone()) controls=Memo::new(move |_| {
                    let same = |one: &&Controls| one.thing == first.thing;
                    controls.with(|all| all.iter().find(same).cloned().unwrap_or(first.clone()))
                })/>
            </For>
        </Answer>
    }
}

/// One device, and what can be done with it; a form that is open stays open
/// while what is said of the device changes.
#[component]
fn DeviceEntry(devices: Signal<Vec<Device>>, first: Device) -> impl IntoView {
    let is_renamed = RwSignal::new(false);
    let kept = StoredValue::new(first.clone());
    let device = Memo::new(move |_| {
        let same = |device: &&Device| kept.with_value(|kept| device.thing == kept.thing);
        devices.with(|all| all.iter().find(same).cloned().unwrap_or(kept.get_value()))
    });
    let behind = Signal::derive(move || {
        let device = device.get();
        match (device.gateway, device.hardware) {
            (Some(gateway), _) => {
                let found = devices.with(|all| all.iter().find(|one| one.thing == gateway).cloned());
                let name = found.map(|gateway| gateway.name.to_string()).unwrap_or_default();
                Some(told(w::DEVICE_BEHIND, &[("name", &name)]))
            }
            (None, Hardware::Microwave) => Some(say(w::DEVICE_NO_GATEWAY)().to_owned()),
            (None, _) => None,
        }
    });
    view! {
        {move || view! { <DeviceLine device=device.get() behind/> }}
        <LetGo device=first beside=move || view! {
            <Button label=w::DEVICE_RENAME tone=Tone::Quiet icon=Icon::Edit press=move || is_renamed.set(true)/>
        }/>
        <Show when=move || is_renamed.get()>
            <RenameDevice device=device.get_untracked() is_open=is_renamed/>
        </Show>
    }
}

/// What the family calls a device.
fn name_of(devices: impl Fn() -> Vec<Device> + Send + Sync + 'static, thing: ThingName) -> Signal<String> {
    Signal::derive(move || {
        let found = devices().into_iter().find(|device| device.thing == thing);
        found.map_or_else(String::new, |device| device.name.to_string())
    })
}

/// One device.
#[component]
pub fn DeviceLine(
    device: Device,
    /// What it reaches the cloud through.
    #[prop(optional, into)]
    behind: Signal<Option<String>>,
) -> impl IntoView {
    let home = Home::here();
    let (icon, kind) = match device.hardware {
        Hardware::Fridge => (Icon::Fridge, w::DEVICE_FRIDGE),
        Hardware::Meter => (Icon::Meter, w::DEVICE_METER),
        Hardware::Tablet => (Icon::Device, w::DEVICE_TABLET),
        Hardware::Microwave => (Icon::Microwave, w::DEVICE_MICROWAVE),
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
    let software = device
        .software
        .map(|version| told(w::DEVICE_SOFTWARE, &[("version", &version.to_string())]));
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
                {software.map(|software| view! { <span class="food-known">{software}</span> })}
                {move || behind.get().map(|behind| view! { <span class="food-known">{behind}</span> })}
            </span>
            <span class="device-badges">
                {device.simulated.then(|| view! { <Simulated/> })}
                <Badge text=state mood/>
            </span>
        </div>
    }
}
