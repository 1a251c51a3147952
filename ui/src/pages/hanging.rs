//! The screen in the fridge's door before a family has taken the tablet in: its
//! code, and what happens by itself. There is nothing to sign in to.

use hearth_contract::session::ShowCode;
use leptos::{prelude::*, task::spawn_local};

use super::view::Heading;
use crate::{
    home::Home,
    host::{self, Outcome},
    language::say,
    parts::{
        icon::{Icon, Sign},
        qr::Qr,
    },
    words::say as w,
};

/// How often the code is asked for, seconds: it is another one each minute.
const LOOK_S: i64 = 2;

/// The screen.
#[component]
pub fn Hanging() -> impl IntoView {
    let home = Home::here();
    let code = RwSignal::new(String::new());
    let tick = Memo::new(move |_| home.now.get().as_second() / LOOK_S);
    Effect::new(move |_| {
        // Read, not only tracked: a memo nobody reads follows nothing.
        let _ = tick.get();
        spawn_local(async move {
            // While a new certificate is on its way there is no code.
            let shown = host::call(ShowCode {}, host::mint()).await;
            let text = match shown {
                Ok(Outcome::Done(shown)) => shown.to_string(),
                _ => String::new(),
            };
            let _ = code.try_set(text);
        });
    });
    view! {
        <main class="alone" id="main">
            <p class="alone-flame"><Sign icon=Icon::Flame/></p>
            <Heading title=Signal::derive(move || say(w::HANGING_TITLE)().to_owned())/>
            <p class="alone-says">{say(w::HANGING_SAYS)}</p>
            <Qr text=code.into() label=w::HANGING_CODE/>
            <p class="alone-says"><output>{code}</output></p>
        </main>
    }
}
