//! The account: password, second factor, passkeys, where one is signed in, and its end.

use hearth_contract::{
    device::{self, Device},
    session::{
        passkey::{self, Passkey},
        second_factor::{Factor, State},
        stay::{self, Stay},
    },
};
use leptos::prelude::*;

use super::{
    account_factor::SecondFactorCard, account_passkeys::Passkeys, account_password::PasswordCard, account_stays::Stays,
    tablets::TabletsCard, view::Heading,
};
use crate::{
    ask::{Ask, ask},
    household::Household,
    language::say,
    parts::{
        action::{Tone, Way},
        card::Card,
        icon::Icon,
    },
    words::say as w,
};

/// What the page asks.
#[derive(Clone, Copy)]
pub struct Asked {
    /// The second factor.
    pub factor: Ask<Factor>,
    /// The passkeys.
    pub passkeys: Ask<Vec<Passkey>>,
    /// Where one is signed in.
    pub stays: Ask<Vec<Stay>>,
    /// The home's devices; the tablets among them are never signed in, and listed beside.
    pub devices: Ask<Vec<Device>>,
}

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    let here = Household::here();
    let asked = Asked {
        factor: ask(|| State {}),
        passkeys: ask(|| passkey::List {}),
        stays: ask(|| stay::List {}),
        devices: ask(move || device::List { family: here.id() }),
    };
    view! { <AccountFace asked/> }
}

/// The page with its answers.
#[component]
pub fn AccountFace(asked: Asked) -> impl IntoView {
    view! {
        <Heading title=Signal::derive(move || say(w::ACCOUNT_TITLE)().to_owned())/>
        <div class="columns">
            <div class="column">
                <PasswordCard/>
                <SecondFactorCard state=asked.factor/>
            </div>
            <div class="column">
                <Passkeys passkeys=asked.passkeys/>
                <Stays stays=asked.stays/>
                <TabletsCard devices=asked.devices/>
                <Card title=w::LEAVING_TITLE>
                    <p>{say(w::LEAVING_SHORT)}</p>
                    <div class="card-acts"><Way label=w::LEAVING_TITLE to="/leaving" tone=Tone::Danger icon=Icon::Trash/></div>
                </Card>
            </div>
        </div>
    }
}
