//! How things stand between page, core and cloud: said only when it is not well.

use hearth_contract::host::Link;
use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::{
    home::Home,
    language::{say, told},
    tell,
    words::say as w,
};

/// What is not well.
#[component]
pub fn Standing() -> impl IntoView {
    let home = Home::here();
    view! {
        <div class="standing" role="status">
            {move || match (home.reached.get(), home.link.get()) {
                (false, _) => Some((Icon::WifiOff, w::STANDING_LOST)),
                (true, Link::Connecting) => Some((Icon::Refresh, w::STANDING_CONNECTING)),
                _ => None,
            }
            .map(|(icon, text)| view! { <p class="standing-line"><Sign icon/><span>{say(text)}</span></p> })}
            {move || Some(home.waiting.get()).filter(|edits| *edits > 0).map(|edits| view! {
                <p class="standing-line">
                    <Sign icon=Icon::Waiting/>
                    <span>{move || told(
                        if edits == 1 { w::STANDING_WAITS } else { w::STANDING_WAIT },
                        &[("n", &tell::whole(f64::from(edits)))],
                    )}</span>
                </p>
            })}
        </div>
    }
}
