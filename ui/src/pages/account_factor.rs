//! The second factor: switched on with an authenticator app, its recovery codes
//! shown once, and switched off.

use hearth_contract::session::second_factor::{Begin, Factor, Secret, Settle, SwitchOff};
use leptos::prelude::*;

use super::{account_password::present, confirm::six_digits, recovery::Recovery};
use crate::{
    ask::Ask,
    deed::Deed,
    host::Outcome,
    language::say,
    parts::{
        action::{Button, Submit, Tone},
        answer::Answer,
        badge::{Badge, Mood},
        card::Card,
        field::Field,
        icon::Icon,
        qr::Qr,
        refusal::Refusal,
    },
    words::say as w,
};

#[derive(Clone)]
enum Stage {
    Idle,
    Secret(Secret),
    Codes(Vec<String>),
    Off,
}

/// The card.
#[component]
pub fn SecondFactorCard(state: Ask<Factor>) -> impl IntoView {
    let stage = RwSignal::new(Stage::Idle);
    view! {
        <Card title=w::FACTOR_TITLE>
            {move || match stage.get() {
                Stage::Idle => view! { <Idle state stage/> }.into_any(),
                Stage::Secret(secret) => view! { <SettleIt secret state stage/> }.into_any(),
                Stage::Codes(codes) => view! { <Recovery codes done=move |()| stage.set(Stage::Idle)/> }.into_any(),
                Stage::Off => view! { <SwitchItOff state stage/> }.into_any(),
            }}
        </Card>
    }
}

/// On or off, and the way to the other.
#[component]
fn Idle(state: Ask<Factor>, stage: RwSignal<Stage>) -> impl IntoView {
    let begin = Deed::<Begin>::default();
    let press = move || {
        begin.go(Ok(Begin {}), move |outcome| {
            if let Outcome::Done(secret) = outcome {
                let _ = stage.try_set(Stage::Secret(secret));
            }
        });
    };
    view! {
        <Answer of=state lines=2 let:factor>
            {move || if factor.get().is_on {
                view! {
                    <p><Badge text=Signal::derive(move || say(w::FACTOR_ON)().to_owned()) mood=Mood::Fresh icon=Icon::Check/></p>
                    <p>{say(w::FACTOR_ON_SAYS)}</p>
                    <div class="card-acts"><Button label=w::FACTOR_OFF_DO press=move || stage.set(Stage::Off)/></div>
                }.into_any()
            } else {
                view! {
                    <p>{say(w::FACTOR_SAYS)}</p>
                    <Refusal failure=begin.failure/>
                    <div class="card-acts">
                        <Button label=w::FACTOR_BEGIN icon=Icon::Key busy=begin.is_busy press/>
                    </div>
                }.into_any()
            }}
        </Answer>
    }
}

/// The secret as a picture and as text, and the six digits that settle it.
#[component]
fn SettleIt(secret: Secret, state: Ask<Factor>, stage: RwSignal<Stage>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let deed = Deed::<Settle>::default();
    let send = move || {
        let command = six_digits(&code.get_untracked()).map(|code| Settle { code });
        deed.go(command, move |outcome| {
            if let Outcome::Done(recovery) = outcome {
                state.again();
                let codes = recovery.codes;
                let _ = stage.try_set(if codes.is_empty() {
                    Stage::Idle
                } else {
                    Stage::Codes(codes)
                });
            }
        });
    };
    view! {
        <p>{say(w::FACTOR_SCAN)}</p>
        <Qr text=Signal::stored(secret.uri) label=w::FACTOR_QR/>
        <p class="secret">{say(w::FACTOR_TYPED)} " " <code translate="no">{spaced(&secret.text)}</code></p>
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Field label=w::CONFIRM_CODE name="code" keys="numeric" autocomplete="one-time-code" value=code failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["code"]/>
            <Submit label=w::FACTOR_SETTLE busy=deed.is_busy/>
            <div class="form-ways"><Button label=w::ACT_CANCEL tone=Tone::Quiet press=move || stage.set(Stage::Idle)/></div>
        </form>
    }
}

/// Off again, for who knows the password.
#[component]
fn SwitchItOff(state: Ask<Factor>, stage: RwSignal<Stage>) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let deed = Deed::<SwitchOff>::default();
    let send = move || {
        let command = present(&password.get_untracked(), "password").map(|password| SwitchOff { password });
        deed.go(command, move |_| {
            state.again();
            let _ = stage.try_set(Stage::Idle);
        });
    };
    view! {
        <p>{say(w::FACTOR_OFF_SAYS)}</p>
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Field label=w::FIELD_PASSWORD name="password" kind="password" autocomplete="current-password"
                value=password failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["password"]/>
            <Submit label=w::FACTOR_OFF_DO busy=deed.is_busy/>
            <div class="form-ways"><Button label=w::ACT_CANCEL tone=Tone::Quiet press=move || stage.set(Stage::Idle)/></div>
        </form>
    }
}

/// In fours, as one reads it out.
fn spaced(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}
