//! The tablets in the fridges' doors: members of the family by certificate.

use hearth_contract::device::{Device, Hardware, List};
use leptos::prelude::*;

use super::let_go::LetGo;
use crate::{
    ask::{Ask, ask},
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        card::Card,
        icon::{Icon, Sign},
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
        <LetGo device=tablet/>
    }
}
