//! Scanning with the camera: a view with a frame, and a still of it tried again
//! and again until a code is read or something else is wrong.

use hearth_contract::Reason;
use leptos::{html, prelude::*, task::spawn_local};

use super::pairing::Pairing;
use crate::{
    browser::{
        camera::{Camera, NoCamera},
        clock,
    },
    language::say,
    parts::{
        action::Button,
        icon::{Icon, Sign},
    },
    words::{Text, say as w},
};

/// The pause between two stills, ms.
const PAUSE: i32 = 400;

/// The camera; `close` ends it.
#[component]
pub fn Scanner(pairing: Pairing, close: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let trouble = RwSignal::new(None::<NoCamera>);
    let is_open = StoredValue::new(true);
    Effect::new(move |before: Option<bool>| {
        let Some(video) = video.get() else { return false };
        if before == Some(true) {
            return true;
        }
        spawn_local(async move {
            let camera = match Camera::start(video).await {
                Ok(camera) => camera,
                Err(why) => {
                    trouble.try_set(Some(why));
                    return;
                }
            };
            // The camera is dropped, and dark, as soon as this is gone.
            while is_open.try_get_value().is_some() {
                if let Some(still) = camera.still().await {
                    pairing.try_picture(&still).await;
                    if is_open.try_get_value().is_none()
                        || !pairing.may_go_on()
                        || pairing.paired.with_untracked(Option::is_some)
                    {
                        break;
                    }
                }
                clock::wait(PAUSE).await;
            }
            if is_open.try_get_value().is_some() {
                close();
            }
        });
        true
    });
    let says = move || -> Text {
        match (
            trouble.get(),
            pairing
                .failure
                .with(|failure| failure.as_ref().map(|failure| failure.reason)),
        ) {
            (Some(NoCamera::Forbidden), _) => w::SCAN_FORBIDDEN,
            (Some(NoCamera::Absent), _) => w::SCAN_ABSENT,
            (None, Some(Reason::CodeBlurred)) => w::SCAN_BLURRED,
            _ => w::SCAN_POINT,
        }
    };
    view! {
        <div class="scan">
            <video class="scan-view" node_ref=video muted=true playsinline=true aria-label=say(w::SCAN_VIEW)></video>
            <span class="scan-frame" aria-hidden="true"></span>
            <p class="scan-says" role="status"><Sign icon=Icon::Scan/><span>{move || say(says())()}</span></p>
            <div class="scan-end"><Button label=w::ACT_CANCEL press=close/></div>
        </div>
    }
}
