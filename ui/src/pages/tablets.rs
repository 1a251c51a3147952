//! The tablets in the fridges' doors: members of the family by certificate,
//! and how one is put out.

use hearth_contract::{
    Power,
    device::{Device, Hardware, List, Remove},
};
use leptos::prelude::*;

use crate::{
    ask::{Ask, ask},
    deed::Deed,
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::{Button, Tone},
        card::Card,
        icon::{Icon, Sign},
        refusal::Refusal,
    },
    tell,
    words::say as w,
};

/// The family's tablets, as members; nothing where there are none.
#[component]
pub fn Tablets() -> impl IntoView {
    let here = Household::here();
    let devices = ask(move || List { family: here.id() });
    view! { <TabletsCard devices/> }
}

/// The card with its answer.
#[component]
pub fn TabletsCard(devices: Ask<Vec<Device>>) -> impl IntoView {
    let tablets = Memo::new(move |_| {
        let devices = devices.value().unwrap_or_default().into_iter();
        devices
            .filter(|device| device.hardware == Hardware::Tablet)
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=move || tablets.with(|tablets| !tablets.is_empty())>
            <Card title=w::FAMILY_TABLETS>
                <ul class="lines">
                    <For each=move || tablets.get() key=|tablet| format!("{tablet:?}") let:tablet>
                        <li><Row tablet/></li>
                    </For>
                </ul>
            </Card>
        </Show>
    }
}

#[component]
fn Row(tablet: Device) -> impl IntoView {
    let home = Home::here();
    let presence = tablet.presence;
    let used = move || {
        if presence.online {
            say(w::TABLET_USED_NOW)().to_owned()
        } else {
            told(w::STAYS_USED, &[("ago", &tell::ago(presence.since, home.now.get()))])
        }
    };
    view! {
        <div class="food-line">
            <span class="device-sign"><Sign icon=Icon::Device/></span>
            <span class="food-says">
                <span class="food-name">{tablet.name.to_string()}</span>
                <span class="food-known">{say(w::TABLET_SAYS)} " · " {used}</span>
            </span>
        </div>
        <PutOut tablet/>
    }
}

/// Puts a tablet out, for those who may; asked twice, because it can't be undone here.
#[component]
pub fn PutOut(tablet: Device) -> impl IntoView {
    let (home, here) = (Home::here(), Household::here());
    let is_asked = RwSignal::new(false);
    let deed = Deed::<Remove>::default();
    let (thing, name) = (
        StoredValue::new(tablet.thing),
        StoredValue::new(tablet.name.to_string()),
    );
    let go = move || {
        let command = Remove {
            family: here.id(),
            thing: thing.get_value(),
        };
        deed.go(Ok(command), move |_| {
            home.say(untrack(|| told(w::TABLET_IS_OUT, &[("name", &name.get_value())])));
        });
    };
    view! {
        <Show when=move || here.may(Power::Pair)>
            <Show when=move || is_asked.get() fallback=move || view! {
                <div class="card-acts"><Button label=w::TABLET_PUT_OUT icon=Icon::Trash press=move || is_asked.set(true)/></div>
            }>
                <p class="note">{say(w::TABLET_PUT_OUT_SAYS)}</p>
                <div class="card-acts">
                    <Button label=w::TABLET_PUT_OUT_DO tone=Tone::Danger icon=Icon::Trash busy=deed.is_busy press=go/>
                    <Button label=w::ACT_CANCEL press=move || is_asked.set(false)/>
                </div>
            </Show>
            <Refusal failure=deed.failure/>
        </Show>
    }
}
