//! An address that leads nowhere: said so, with the ways to every place for who
//! is at home here.

use hearth_contract::session::Session;
use leptos::prelude::*;

use super::view::Heading;
use crate::{
    home::Home,
    language::say,
    parts::{action::Way, empty::Empty, icon::Icon, nav::Nav},
    words::say as w,
};

/// The page.
#[component]
pub fn Lost() -> impl IntoView {
    let home = Home::here();
    let is_in = Memo::new(move |_| {
        home.session
            .with(|who| matches!(who, Some(Session::Person(_) | Session::Kiosk(_))))
    });
    let says = || {
        view! {
            <Heading title=Signal::derive(move || say(w::LOST_TITLE)().to_owned())/>
            <Empty icon=Icon::Search says=w::LOST_SAYS/>
            <div class="form-ways"><Way label=w::LOST_HOME to="/"/></div>
        }
    };
    move || {
        if is_in.get() {
            view! { <div class="frame"><Nav/><main class="page" id="main">{says()}</main></div> }.into_any()
        } else {
            view! { <main class="alone" id="main">{says()}</main> }.into_any()
        }
    }
}
