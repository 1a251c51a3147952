//! The whole: surroundings first, then the page of the address.

use leptos::{mount::mount_to_body, prelude::*};
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(feature = "gallery")]
use crate::gallery::Gallery;
#[cfg(not(feature = "gallery"))]
use crate::pages::lost::Lost as Gallery;
use crate::{
    browser::dom,
    face::Looks,
    home::Home,
    host,
    household::Pictures,
    language::{self, say},
    pages::{
        account::Account, devices::Devices, energy::Energy, family::FamilyPage, food::Food, forgot::ForgotPage,
        frame::Frame, join::JoinPage, leaving::Leaving, live::Live, lost::Lost, pair::PairPage, settings::Settings,
        sign_in::SignInPage, sign_on::SignOnPage, sign_up::SignUpPage, today::Today, welcome::Welcome,
    },
    parts::word::Words,
    threshold::Threshold,
    words::say as w,
};

/// Where the browser begins.
#[wasm_bindgen(start)]
pub fn start() {
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    Looks::provide();
    let home = Home::provide();
    Threshold::provide();
    provide_context(Pictures(host::src));
    language::mark();
    home.open();
    view! {
        <Router>
            <a class="skip" href="#main" on:click=|event| { event.prevent_default(); dom::focus("#heading"); }>{say(w::NAV_SKIP)}</a>
            <Routes fallback=|| view! { <Lost/> }>
                <ParentRoute path=path!("") view=Frame>
                    <Route path=path!("") view=Today/>
                    <Route path=path!("food") view=Food/>
                    <Route path=path!("live") view=Live/>
                    <Route path=path!("energy") view=Energy/>
                    <Route path=path!("family") view=FamilyPage/>
                    <Route path=path!("devices") view=Devices/>
                    <Route path=path!("settings") view=Settings/>
                    <Route path=path!("account") view=Account/>
                    <Route path=path!("pair") view=PairPage/>
                </ParentRoute>
                <Route path=path!("sign-in") view=SignInPage/>
                <Route path=path!("sign-on") view=SignOnPage/>
                <Route path=path!("sign-up") view=SignUpPage/>
                <Route path=path!("forgot") view=ForgotPage/>
                <Route path=path!("leaving") view=Leaving/>
                <Route path=path!("join") view=JoinPage/>
                <Route path=path!("welcome") view=Welcome/>
                <Route path=path!("gallery") view=Gallery/>
            </Routes>
            <Words/>
        </Router>
    }
}
