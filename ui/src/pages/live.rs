//! Live: what does it look like inside now? The last picture at once with its
//! age; moving pictures when somebody presses, and only as long as they look.

use hearth_contract::{
    CameraId,
    live::{Camera, Cameras},
    pantry::{Change, Changes},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::view::Heading;
use crate::{
    ask::{Ask, ask},
    browser::{clock, media},
    household::Household,
    language::{say, told},
    parts::{
        action::{Button, Tone, Way},
        answer::Answer,
        card::Card,
        door::Doors,
        empty::Empty,
        icon::Icon,
        moving::Moving,
        picture::{Picture, Shot},
    },
    words::{Text, say as w},
};

/// How often the still is asked for again where moving pictures can't be shown, ms.
const STILL_EVERY: u64 = 3000;

/// What the page asks.
#[derive(Clone, Copy)]
pub struct Asked {
    /// All cameras.
    pub cameras: Ask<Vec<Camera>>,
    /// What the doors changed.
    pub changes: Ask<Vec<Change>>,
}

/// What a camera is called; its own name where we have none.
fn called(camera: &CameraId) -> String {
    let text: Text = match camera.as_str() {
        "shelves" => w::CAMERA_SHELVES,
        "door" => w::CAMERA_DOOR,
        "drawer" => w::CAMERA_DRAWER,
        other => return other.to_owned(),
    };
    told(text, &[])
}

/// The page.
#[component]
pub fn Live() -> impl IntoView {
    let here = Household::here();
    let looks = use_query_map().with_untracked(|query| query.get("look").is_some());
    let asked = Asked {
        cameras: ask(move || Cameras { family: here.id() }),
        changes: ask(move || Changes { family: here.id() }),
    };
    view! { <LiveFace asked is_looking=looks/> }
}

/// The page with its answers.
#[component]
pub fn LiveFace(asked: Asked, is_looking: bool) -> impl IntoView {
    let looking = RwSignal::new(is_looking);
    let chosen = RwSignal::new(0usize);
    view! {
        <Heading title=Signal::derive(move || say(w::LIVE_TITLE)().to_owned())/>
        <div class="columns">
            <div class="column">
                <Answer of=asked.cameras lines=6 is_empty=Vec::is_empty none=no_camera let:cameras>
                    <Choice cameras chosen/>
                    {
                        let of = Memo::new(move |_| cameras.with(|all| all.get(chosen.get()).or(all.first()).map(|camera| (camera.thing.clone(), camera.camera.clone()))));
                        let last = move || cameras.with(|all| {
                            let still = all.get(chosen.get()).or(all.first())?.last.as_ref()?;
                            Some(Shot::plain(still.picture, still.at))
                        });
                        move || of.get().map(|(thing, camera)| view! { <View thing camera last=Signal::derive(last) looking cameras=asked.cameras/> })
                    }
                </Answer>
            </div>
            <div class="column">
                <Card title=w::LIVE_DOORS>
                    <Answer of=asked.changes is_empty=Vec::is_empty
                        none=|| view! { <Empty icon=Icon::Door says=w::CHANGE_NONE/> } let:changes>
                        <Doors changes/>
                    </Answer>
                </Card>
            </div>
        </div>
    }
}

/// Which camera, where there are several.
#[component]
fn Choice(cameras: Signal<Vec<Camera>>, chosen: RwSignal<usize>) -> impl IntoView {
    move || {
        let cameras = cameras.get();
        (cameras.len() > 1).then(|| view! {
            <div class="choice" role="group" aria-label=say(w::LIVE_CAMERAS)>
                {cameras.iter().enumerate().map(|(place, camera)| {
                    let camera = camera.camera.clone();
                    view! {
                        <button type="button" class="choice-one" aria-pressed=move || (chosen.get() == place).to_string()
                            on:click=move |_| chosen.set(place)>{move || called(&camera)}</button>
                    }
                }).collect_view()}
            </div>
        })
    }
}

/// One camera: its last picture, or what it sees now.
#[component]
fn View(
    thing: hearth_contract::ThingName,
    camera: CameraId,
    last: Signal<Option<Shot>>,
    looking: RwSignal<bool>,
    cameras: Ask<Vec<Camera>>,
) -> impl IntoView {
    let of = StoredValue::new((thing, camera));
    let still = move || match last.get() {
        Some(shot) => view! { <Picture shot/> }.into_any(),
        None => view! { <Empty icon=Icon::Fridge says=w::SHELF_NONE/> }.into_any(),
    };
    let moves = media::decodes_video();
    view! {
        <section class="card" aria-label=say(w::LIVE_INSIDE)>
            {move || match (looking.get(), moves) {
                (true, true) => {
                    let (thing, camera) = of.get_value();
                    view! { <Moving thing camera last/> }.into_any()
                }
                (true, false) => {
                    clock::every(STILL_EVERY, move || cameras.again());
                    view! { {still}<p class="note">{say(w::LIVE_NO_DECODER)}</p> }.into_any()
                }
                (false, _) => still().into_any(),
            }}
            <div class="card-acts">
                <Show when=move || looking.get() fallback=move || view! {
                    <Button label=w::LIVE_LOOK tone=Tone::Accent icon=Icon::Eye press=move || looking.set(true)/>
                }>
                    <Button label=w::LIVE_STOP icon=Icon::Stop press=move || looking.set(false)/>
                </Show>
            </div>
        </section>
    }
}

fn no_camera() -> impl IntoView {
    view! {
        <Card title=w::LIVE_INSIDE>
            <Empty icon=Icon::Camera says=w::LIVE_NONE><Way label=w::PAIR_TITLE to="/pair" icon=Icon::Scan/></Empty>
        </Card>
    }
}
