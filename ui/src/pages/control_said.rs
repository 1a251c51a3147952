//! What a device says of a property, with its age, and what became of the last order.

use hearth_contract::control::{Control, Measured};
use jiff::SignedDuration;
use leptos::prelude::*;

use crate::{
    home::Home,
    language::{say, told},
    parts::badge::Badge,
    setting::{by_now, ended, standing, value, wish},
    tell,
    words::say as w,
};

/// How long it is news what became of an order.
const NEWS: SignedDuration = SignedDuration::from_hours(24);

/// What the device says, and how long ago.
#[component]
pub fn Said(control: Signal<Control>) -> impl IntoView {
    let home = Home::here();
    let says = move || {
        control.with(|control| match control.reported {
            Some(reported) => {
                let ago = tell::ago(reported.at, home.now.get());
                let gaps = [("value", value(Some(by_now(reported, home.now.get())))), ("ago", ago)];
                told(
                    w::CONTROL_REPORTED,
                    &gaps.each_ref().map(|(gap, text)| (*gap, text.as_str())),
                )
            }
            None => told(w::CONTROL_UNSAID, &[]),
        })
    };
    view! { <span class="food-known">{says}</span> }
}

/// What it has come to, where something measures that.
#[component]
pub fn Measures(control: Signal<Control>) -> impl IntoView {
    let home = Home::here();
    let measured = Memo::new(move |_| control.with(|control| control.measured));
    let says = move |measured: Measured| {
        let (value, ago) = (
            tell::celsius(measured.temperature_c.get(), 1),
            tell::ago(measured.at, home.now.get()),
        );
        told(w::CONTROL_MEASURED, &[("value", &value), ("ago", &ago)])
    };
    move || {
        measured
            .get()
            .map(|measured| view! { <span class="food-known">{move || says(measured)}</span> })
    }
}

/// What became of the last order; nothing once that was a while ago.
#[component]
pub fn Became(control: Signal<Control>) -> impl IntoView {
    let home = Home::here();
    let order = Memo::new(move |_| {
        let order = control.with(|control| control.order.clone())?;
        let is_news = ended(&order).is_none_or(|at| home.now.get().duration_since(at) < NEWS);
        is_news.then_some(order)
    });
    move || {
        let order = order.get()?;
        let (mood, text, why) = standing(order.standing);
        let by = move || {
            let (name, value) = (order.by.as_str(), wish(order.setting));
            match ended(&order) {
                Some(at) => {
                    let ago = tell::ago(at, home.now.get());
                    told(w::CONTROL_WAS, &[("name", name), ("value", &value), ("ago", &ago)])
                }
                None => told(w::CONTROL_BY, &[("name", name), ("value", &value)]),
            }
        };
        Some(view! {
            <div class="control-order">
                <Badge text=Signal::derive(move || say(text)().to_owned()) mood/>
                <span class="food-known">
                    {by}
                    {why.map(|why| view! { <span class="control-why">{say(why)}</span> })}
                </span>
            </div>
        })
    }
}
