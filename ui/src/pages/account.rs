//! The account: password, second factor, passkeys, where one is signed in, and its end.

use leptos::prelude::*;

use super::{
    account_factor::SecondFactorCard, account_passkeys::Passkeys, account_password::PasswordCard, account_stays::Stays,
    view::Heading,
};
use crate::{
    language::say,
    parts::{
        action::{Tone, Way},
        card::Card,
        icon::Icon,
    },
    words::say as w,
};

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    view! {
        <Heading title=Signal::derive(move || say(w::ACCOUNT_TITLE)().to_owned())/>
        <div class="columns">
            <div class="column">
                <PasswordCard/>
                <SecondFactorCard/>
            </div>
            <div class="column">
                <Passkeys/>
                <Stays/>
                <Card title=w::LEAVING_TITLE>
                    <p>{say(w::LEAVING_SHORT)}</p>
                    <div class="card-acts"><Way label=w::LEAVING_TITLE to="/leaving" tone=Tone::Danger icon=Icon::Trash/></div>
                </Card>
            </div>
        </div>
    }
}
