//! Control: what a device is set to, what was ordered, and setting it.
//!
//! A value on this page is what is wanted; what the device says stands below it
//! with its age, and beside it what became of the last order.

use hearth_contract::{
    Power,
    control::{Control, Controls, Place, Setting, Value, Withdraw},
    ids::ThingName,
};
use leptos::prelude::*;

use super::{
    control_said::{Became, Measures, Said},
    heating::HeatingHand,
};
use crate::{
    deed::Deed,
    household::Household,
    language::say,
    parts::{
        action::{Button, Tone},
        card::Card,
        refusal::Refusal,
        set::{Stepper, Switch},
    },
    setting::{called, open, value, wanted},
    words::{Text, say as w},
};

/// What one device is set to.
#[component]
pub fn ControlsCard(
    #[prop(into)] controls: Signal<Controls>,
    /// What the family calls the device.
    #[prop(into)]
    called: Signal<String>,
) -> impl IntoView {
    let thing = controls.with_untracked(|controls| controls.thing.clone());
    let all = move || controls.with(|controls| controls.properties.clone());
    // A line stays where it is while what it says changes: the focus is on its button.
    let one = move |first: Control| {
        Memo::new(move |_| {
            let same = |control: &&Control| control.property == first.property;
            controls.with(|controls| controls.properties.iter().find(same).cloned().unwrap_or(first.clone()))
        })
    };
    view! {
        <Card title=w::CONTROL_TITLE of=called>
            <ul class="lines">
                <For each=all key=|control| control.property let:first>
                    <li><ControlLine thing=thing.clone() control=one(first)/></li>
                </For>
            </ul>
        </Card>
    }
}

#[component]
fn ControlLine(thing: ThingName, #[prop(into)] control: Signal<Control>) -> impl IntoView {
    let here = Household::here();
    let property = control.with_untracked(|control| control.property);
    let (place, withdraw) = (Deed::<Place>::default(), Deed::<Withdraw>::default());
    let kept = StoredValue::new(thing);
    let set = move |setting: Setting| {
        let (family, thing) = (untrack(|| here.id()), kept.get_value());
        place.go(Ok(Place { family, thing, setting }), |_| {});
    };
    let take_back = move || {
        let (family, thing) = (untrack(|| here.id()), kept.get_value());
        let command = Withdraw {
            family,
            thing,
            property,
        };
        withdraw.go(Ok(command), |_| {});
    };
    let label = called(property);
    let wanted = Signal::derive(move || control.with(wanted));
    let is_open = Memo::new(move |_| control.with(|control| open(control).is_some()));
    let may = move || here.may(Power::Control);
    view! {
        <div class="control">
            <div class="control-says">
                <span class="food-name">{say(label)}</span>
                <Said control/>
                <Measures control/>
            </div>
            <Became control/>
            <Show when=may fallback=move || view! {
                <strong class="control-value">{move || value(wanted.get())}</strong>
            }>
                <Hand label wanted busy=place.is_busy set/>
            </Show>
            <Show when=move || is_open.get() && may()>
                <Button label=w::CONTROL_WITHDRAW tone=Tone::Quiet busy=withdraw.is_busy press=take_back/>
            </Show>
        </div>
        <Refusal failure=place.failure/>
        <Refusal failure=withdraw.failure/>
    }
}

/// What people set it with.
#[component]
fn Hand(
    label: Text,
    wanted: Signal<Option<Setting>>,
    busy: RwSignal<bool>,
    set: impl Fn(Setting) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let is_known = Memo::new(move |_| wanted.get().is_some());
    let value = Memo::new(move |_| wanted.get().map(Setting::value));
    let is_on = Signal::derive(move || value.get() == Some(Value::Switch(true)));
    let number = Signal::derive(move || match value.get() {
        Some(Value::Number(number, _)) => Some(number),
        _ => None,
    });
    // The kind of a property never changes, only its value.
    let hand = move |kind: Setting| match kind.value() {
        Value::Number(_, unit) => view! {
            <Stepper label number unit busy takes=move |number| kind.at(number).is_some()
                set=move |number| { kind.at(number).into_iter().for_each(set) }/>
        }
        .into_any(),
        Value::Heating(_) => view! { <HeatingHand wanted busy set/> }.into_any(),
        Value::Switch(_) => {
            view! { <Switch label is_on busy flip=move |on| { kind.turned(on).into_iter().for_each(set) }/> }.into_any()
        }
    };
    move || is_known.get().then(|| wanted.get_untracked().map(hand))
}
