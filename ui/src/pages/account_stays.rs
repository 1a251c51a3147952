//! Where one is signed in, and its end: one by one, or everywhere.

use hearth_contract::session::{
    Session,
    stay::{End, EndAll, Stay},
};
use leptos::prelude::*;

use crate::{
    ask::Ask,
    deed::Deed,
    home::Home,
    language::{say, told},
    parts::{
        action::{Button, Tone},
        answer::Answer,
        badge::{Badge, Mood},
        card::Card,
        icon::{Icon, Sign},
        refusal::Refusal,
    },
    tell,
    words::say as w,
};

/// The card.
#[component]
pub fn Stays(stays: Ask<Vec<Stay>>) -> impl IntoView {
    let home = Home::here();
    let all = Deed::<EndAll>::default();
    view! {
        <Card title=w::STAYS_TITLE>
            <Answer of=stays lines=2 is_empty=Vec::is_empty
                none=move || view! { <p>{say(w::STAYS_NONE)}</p> } let:list>
                <ul class="lines">
                    <For each=move || list.get() key=|stay| (stay.id.clone(), stay.used_at) let:stay>
                        <li><Line stay stays/></li>
                    </For>
                </ul>
            </Answer>
            <p>{say(w::STAYS_SAYS)}</p>
            <Refusal failure=all.failure/>
            <div class="card-acts">
                <Button label=w::STAYS_END_ALL tone=Tone::Danger icon=Icon::SignOut busy=all.is_busy
                    press=move || all.go(Ok(EndAll {}), move |_| home.is(Session::Nobody))/>
            </div>
        </Card>
    }
}

#[component]
fn Line(stay: Stay, stays: Ask<Vec<Stay>>) -> impl IntoView {
    let home = Home::here();
    let deed = Deed::<End>::default();
    let Stay {
        id,
        place,
        used_at,
        is_this,
        ..
    } = stay;
    let known = move || {
        if place.is_empty() {
            say(w::STAYS_SOMEWHERE)().to_owned()
        } else {
            place.clone()
        }
    };
    let used = move || told(w::STAYS_USED, &[("ago", &tell::ago(used_at, home.now.get()))]);
    view! {
        <div class="food-line">
            <Sign icon=Icon::Device/>
            <span class="food-says">
                <span class="food-name">{known}</span>
                <span class="food-known">{used}</span>
            </span>
            {if is_this {
                view! {
                    <Badge text=Signal::derive(move || say(w::STAYS_THIS)().to_owned()) mood=Mood::Fresh/>
                }.into_any()
            } else {
                view! {
                    <Button label=w::STAYS_END tone=Tone::Quiet busy=deed.is_busy
                        press=move || deed.go(Ok(End { id: id.clone() }), move |_| stays.again())/>
                }.into_any()
            }}
        </div>
        <Refusal failure=deed.failure/>
    }
}
