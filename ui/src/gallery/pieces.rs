//! The pieces by themselves, in every tone and mood.

use hearth_contract::{Command, Failure, Reason, session::sign_on::Providers};
use leptos::prelude::*;

use crate::{
    language::say,
    pages::sign_on::ProviderButtons,
    parts::{
        action::{Button, Submit, Tone, Way},
        answer::Waiting,
        badge::{Badge, Mood},
        card::Card,
        empty::Empty,
        field::Field,
        icon::{Icon, Sign},
        people::Initial,
        refusal::Refusal,
        shelf::Simulated,
        steps::Steps,
    },
    words::{say as w, says},
};

/// All of them.
#[component]
pub fn Pieces() -> impl IntoView {
    let failure = RwSignal::new(Some(Failure::new(Reason::HubUnreachable)));
    let wrong = RwSignal::new(Some(Failure::new(Reason::ConfirmationWrong).at("code")));
    let tones = [Tone::Plain, Tone::Accent, Tone::Danger, Tone::Quiet];
    let moods = [Mood::Plain, Mood::Fresh, Mood::Soon, Mood::Danger, Mood::Frost];
    view! {
        <div class="pieces">
            <h1 id="heading" tabindex="-1">"Pieces"</h1>
            <Steps at=2/>
            <div class="piece-row">
                {tones.map(|tone| view! { <Button label=w::LIVE_LOOK tone icon=Icon::Eye press=|| ()/> })}
                <Button label=w::ACT_UNDO busy=true press=|| ()/>
                <Way label=w::PAIR_TITLE to="/pair" icon=Icon::Scan/>
                <Submit label=w::SIGN_IN_TITLE/>
            </div>
            <div class="piece-row">
                {moods.map(|mood| view! { <Badge text=Signal::derive(move || mood.name().to_owned()) mood icon=Icon::Clock/> })}
                <Simulated/>
                <Initial name="Ana"/>
            </div>
            <div class="piece-row">{Icon::ALL.iter().map(|icon| view! { <Sign icon=*icon/> }).collect_view()}</div>
            <Card title=w::CONFIRM_TITLE>
                <div class="form">
                    <Field label=w::CONFIRM_CODE name="code" value=RwSignal::new("12345".to_owned()) failure=wrong/>
                    <Field label=w::FIELD_PASSWORD name="password" kind="password" hint=w::FIELD_PASSWORD_HINT
                        value=RwSignal::new(String::new()) failure=wrong/>
                </div>
            </Card>
            <Refusal failure retry=|()| ()/>
            <Card title=w::SOON_TITLE><Empty icon=Icon::Food says=w::FOOD_NONE/></Card>
            <Card title=w::ANSWER_LOADING><Waiting lines=3/></Card>
            <Card title=w::TROUBLE_UNKNOWN>
                <ul class="lines">
                    {Reason::ALL.iter().map(|reason| view! { <li>{say(says(*reason))}</li> }).collect_view()}
                </ul>
            </Card>
        </div>
    }
}

/// What stands below the password: a button for each provider, and how coming
/// back from one can fail.
#[component]
pub fn SignOnPieces() -> impl IntoView {
    let sample = Providers::sample_reply().value;
    let providers = Signal::stored(sample);
    view! {
        <h1 id="heading" tabindex="-1">"Sign-on"</h1>
        <div class="form"><ProviderButtons providers busy=false go=|_| ()/></div>
        <Refusal failure=Some(Failure::new(Reason::SignOnDeclined)) retry=|()| ()/>
        <Refusal failure=Some(Failure::new(Reason::SignOnUnreachable)) retry=|()| ()/>
    }
}
