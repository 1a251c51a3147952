//! Alarms, on top of every page until they are over. One that somebody sees to
//! is no alarm any more, but a quiet line that says who.

use hearth_contract::alarm::{Acknowledge, Alarm, Cause};
use leptos::prelude::*;

use super::{
    action::{Button, Tone},
    icon::{Icon, Sign},
    refusal::Refusal,
};
use crate::{
    deed::Deed,
    home::Home,
    household::Household,
    language::told,
    tell,
    words::{Text, say as w},
};

/// The alarms that are not over.
#[component]
pub fn Alarms(#[prop(into)] open: Signal<Vec<Alarm>>) -> impl IntoView {
    let of = move |is_seen_to: bool| {
        let mut alarms = open.get();
        alarms.retain(|alarm| alarm.acknowledged.is_some() == is_seen_to);
        alarms
    };
    view! {
        <div class="alarms" role="alert">
            <For each=move || of(false) key=|alarm| alarm.id let:alarm><Banner alarm/></For>
        </div>
        <div class="alarms" role="status">
            <For each=move || of(true) key=|alarm| alarm.id let:alarm><Banner alarm/></For>
        </div>
    }
}

#[component]
fn Banner(alarm: Alarm) -> impl IntoView {
    let (home, household) = (Home::here(), Household::here());
    let deed = Deed::<Acknowledge>::default();
    let Cause::DoorOpen { door, opened_at } = alarm.cause;
    let text: Text = match door.as_str() {
        "fridge" => w::ALARM_FRIDGE_DOOR,
        "freezer" => w::ALARM_FREEZER_DOOR,
        _ => w::ALARM_DOOR,
    };
    let (id, raised_at) = (alarm.id, alarm.raised_at);
    // Device time and this browser's may differ: never less than until it was raised.
    let open_for = Memo::new(move |_| {
        let now = home.now.get().max(raised_at);
        tell::minutes(now.duration_since(opened_at))
    });
    let see_to = move || {
        let family = household.id();
        deed.go(Ok(Acknowledge { family, alarm: id }), |_| {});
    };
    let by = alarm.acknowledged.map(|acknowledged| acknowledged.by);
    let is_seen_to = by.is_some();
    let says = match by {
        Some(name) => view! {
            <p class="alarm-since">{move || told(w::ALARM_SEEN_TO, &[("name", name.as_str())])}</p>
        }
        .into_any(),
        None => view! {
            <p class="alarm-since">
                {move || told(w::ALARM_SINCE, &[("hour", &tell::hour(&household.zone(), opened_at))])}
            </p>
        }
        .into_any(),
    };
    view! {
        <div class="alarm" data-seen-to=is_seen_to.to_string()>
            <Sign icon=Icon::Bell/>
            <div class="alarm-says">
                <strong>{move || told(text, &[("span", &open_for.get())])}</strong>
                {says}
                <Refusal failure=deed.failure/>
            </div>
            {(!is_seen_to).then(|| view! {
                <Button label=w::ALARM_SEE_TO tone=Tone::Danger busy=deed.is_busy press=see_to/>
            })}
        </div>
    }
}
