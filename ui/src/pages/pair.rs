//! Bringing in a device: its code by camera, by picture, dropped, or typed.
//! Each failure has its own sentence and next step; then one sees it come alive.

use hearth_contract::device::{Device, List};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{devices::DeviceLine, pairing::Pairing, scan::Scanner, view::Heading};
use crate::{
    ask::{Ask, ask},
    browser::{files, media},
    household::Household,
    language::say,
    parts::{
        action::{Button, Submit, Tone, Way},
        card::Card,
        field::{Field, unique},
        icon::{Icon, Sign},
        refusal::Refusal,
        steps::Steps,
    },
    words::say as w,
};

/// The page; with `?first` the last step of the first run.
#[component]
pub fn PairPage() -> impl IntoView {
    let here = Household::here();
    let is_first = use_query_map().with_untracked(|query| query.get("first").is_some());
    let pairing = Pairing::begin();
    let devices = ask(move || List { family: here.id() });
    view! { <PairFace pairing devices is_first/> }
}

/// The page with its answers.
#[component]
pub fn PairFace(pairing: Pairing, devices: Ask<Vec<Device>>, is_first: bool) -> impl IntoView {
    let is_paired = Memo::new(move |_| pairing.paired.with(Option::is_some));
    view! {
        <div class="pair">
            {is_first.then(|| view! { <Steps at=Signal::derive(move || if is_paired.get() { 4 } else { 3 })/> })}
            <Heading title=Signal::derive(move || say(if is_paired.get() { w::PAIR_DONE } else { w::PAIR_TITLE })().to_owned())/>
            <Show when=move || is_paired.get() fallback=move || view! { <Ways pairing is_first/> }>
                <Alive pairing devices/>
            </Show>
        </div>
    }
}

/// The ways to bring a code.
#[component]
fn Ways(pairing: Pairing, is_first: bool) -> impl IntoView {
    let is_scanning = RwSignal::new(false);
    let is_over = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let file = unique("picture");
    view! {
        <p class="note">{say(w::PAIR_SAYS)}</p>
        <Show when=move || pairing.needs_button()>
            <Card title=w::PAIR_BUTTON>
                <p class="note" role="status">{say(w::PAIR_BUTTON_SAYS)}</p>
                <Button label=w::PAIR_PRESSED tone=Tone::Accent icon=Icon::Check busy=pairing.is_busy press=move || pairing.again()/>
            </Card>
        </Show>
        <Show when=move || is_scanning.get()>
            <Scanner pairing close=move || is_scanning.set(false)/>
        </Show>
        <section class="card" aria-label=say(w::PAIR_PICTURE_TITLE) data-over=move || is_over.get().to_string()
            on:dragover=move |event| { event.prevent_default(); is_over.set(true); }
            on:dragleave=move |_| is_over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                is_over.set(false);
                if let Some(picture) = files::dropped(&event) { pairing.picture(picture); }
            }>
            <div class="pair-ways">
                {(media::films)().then(|| view! {
                    <Button label=w::PAIR_SCAN tone=Tone::Accent icon=Icon::Scan press=move || {
                        pairing.failure.set(None);
                        is_scanning.set(true);
                    }/>
                })}
                <label class="button pair-file" for=file.clone() aria-busy=move || pairing.is_busy.get().to_string()>
                    <Sign icon=Icon::Picture/><span>{say(w::PAIR_PICTURE)}</span>
                </label>
                <input id=file class="for-readers" type="file" accept="image/*"
                    on:change=move |event| if let Some(picture) = files::chosen(&event) { pairing.picture(picture); }/>
            </div>
            <p class="pair-drop" role="status">
                {move || say(if pairing.is_busy.get() && !is_scanning.get() { w::PAIR_READING } else { w::PAIR_DROP })()}
            </p>
            <Refusal failure=pairing.failure fields=&["code"]/>
            {(!(media::films)()).then(|| view! { <p class="note">{say(w::PAIR_NO_CAMERA)}</p> })}
        </section>
        <Card title=w::PAIR_TYPE_TITLE>
            <form class="form" novalidate on:submit=move |event| { event.prevent_default(); pairing.text(&typed.get_untracked()); }>
                <Field label=w::PAIR_CODE name="code" hint=w::PAIR_CODE_HINT value=typed failure=pairing.failure/>
                <Submit label=w::PAIR_DO busy=pairing.is_busy/>
            </form>
        </Card>
        {is_first.then(|| view! { <div class="form-ways"><Way label=w::PAIR_LATER to="/" tone=Tone::Quiet/></div> })}
    }
}

/// The device that came in, until it is there.
#[component]
fn Alive(pairing: Pairing, devices: Ask<Vec<Device>>) -> impl IntoView {
    let device = Memo::new(move |_| {
        let paired = pairing.paired.get()?;
        let fresh = devices
            .value()
            .unwrap_or_default()
            .into_iter()
            .find(|device| device.thing == paired.thing);
        Some(fresh.unwrap_or(paired))
    });
    let is_online = move || device.with(|device| device.as_ref().is_some_and(|device| device.presence.online));
    view! {
        <Card title=w::PAIR_DEVICE>
            {move || device.get().map(|device| view! { <DeviceLine device/> })}
            <p class="note" role="status">{move || say(if is_online() { w::PAIR_ALIVE } else { w::PAIR_WAKING })()}</p>
        </Card>
        <div class="card-acts">
            <Way label=w::PAIR_GO to="/" tone=Tone::Accent icon=Icon::Home/>
            <Button label=w::PAIR_ANOTHER icon=Icon::Scan press=move || pairing.paired.set(None)/>
        </div>
    }
}
