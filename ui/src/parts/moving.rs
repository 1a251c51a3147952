//! Moving pictures of one camera, as long as this is on the page and can be seen.
//! It says live only while frames arrive; until the first one comes, the last
//! picture stands there with its age.

use std::{cell::RefCell, rc::Rc};

use hearth_contract::{CameraId, ThingName, live::Look};
use leptos::{html, prelude::*, task::spawn_local};

use super::{
    badge::{Badge, Mood},
    icon::Icon,
    picture::{Picture, Shot},
    refusal::Refusal,
};
use crate::{
    browser::{clock, dom, player::Player},
    deed::Deed,
    host::{self, Open, Shown},
    household::Household,
    language::{say, told},
    words::say as w,
};

/// After this long without a frame the view is not live any more, ms.
const STALE: i64 = 3000;
/// How long to wait before a view that broke is opened again, ms.
const AGAIN_AFTER: i32 = 1500;

/// The moving picture.
#[component]
pub fn Moving(thing: ThingName, camera: CameraId, #[prop(into)] last: Signal<Option<Shot>>) -> impl IntoView {
    let here = Household::here();
    let canvas = NodeRef::<html::Canvas>::new();
    let (seen, attempt) = (dom::visible(), RwSignal::new(0u32));
    let (last_ms, is_live) = (StoredValue::new(0i64), RwSignal::new(false));
    let has_moved = RwSignal::new(false);
    let kept = StoredValue::new_local(None::<Open>);
    let look = Deed::<Look>::default();
    let of = StoredValue::new((thing, camera));
    // Core keeps the lease while the view is open. A view that ends says not why:
    // asking for the lease does.
    let ask_why = move || {
        if let (Some((thing, camera)), Some(family)) = (of.try_get_value(), here.0.try_with_untracked(|home| home.id)) {
            look.go(Ok(Look { family, thing, camera }), |_| {});
        }
    };
    Effect::new(move |_| {
        attempt.track();
        // What was open is closed before there is a new one.
        kept.set_value(None);
        let (Some(canvas), true) = (canvas.get(), seen.get()) else {
            return;
        };
        let again = move || {
            ask_why();
            spawn_local(async move {
                clock::wait(AGAIN_AFTER).await;
                attempt.try_update(|times| *times += 1);
            });
        };
        let Some(player) = Player::start(canvas, again) else {
            return;
        };
        let player = Rc::new(RefCell::new(player));
        let (thing, camera) = of.get_value();
        let open = host::watch(untrack(|| here.id()), &thing, &camera, move |shown| match shown {
            Shown::Frame(frame) => {
                player.borrow_mut().play(&frame);
                let _ = last_ms.try_update_value(|last| *last = clock::now().as_millisecond());
                if is_live.try_get_untracked() == Some(false) {
                    is_live.set(true);
                    has_moved.set(true);
                }
            }
            Shown::Over => again(),
        });
        kept.set_value(open);
    });
    clock::every(1000, move || {
        let is_stale = clock::now().as_millisecond() - last_ms.get_value() > STALE;
        if is_stale && is_live.get_untracked() {
            is_live.set(false);
        }
    });
    on_cleanup(move || drop(kept.try_update_value(Option::take)));
    let state = Signal::derive(move || told(if is_live.get() { w::LIVE_NOW } else { w::LIVE_CONNECTING }, &[]));
    let mood = Signal::derive(move || if is_live.get() { Mood::Danger } else { Mood::Plain });
    let badge = move || view! { <span class="moving-state"><Badge text=state mood icon=Icon::Live/></span> };
    let still = Memo::new(move |_| last.get().filter(|_| !has_moved.get()));
    view! {
        {move || still.get().map(|shot| view! { <Picture shot>{badge()}</Picture> })}
        <figure class="picture" hidden=move || still.with(Option::is_some) data-live=move || is_live.get().to_string()>
            <canvas node_ref=canvas width="640" height="400" role="img" aria-label=say(w::LIVE_ALT)></canvas>
            {badge()}
        </figure>
        <Refusal failure=look.failure retry=move |()| ask_why()/>
    }
}
