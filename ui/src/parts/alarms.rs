//! Alarms, on top of every page until they are over.

use hearth_contract::alarm::{Alarm, Cause};
use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::{
    home::Home,
    household::Household,
    language::told,
    tell,
    words::{Text, say as w},
};

/// The alarms that are not over.
#[component]
pub fn Alarms(#[prop(into)] open: Signal<Vec<Alarm>>) -> impl IntoView {
    view! {
        <div class="alarms" role="alert">
            <For each=move || open.get() key=|alarm| alarm.id let:alarm><Banner alarm/></For>
        </div>
    }
}

#[component]
fn Banner(alarm: Alarm) -> impl IntoView {
    let (home, household) = (Home::here(), Household::here());
    let Cause::DoorOpen { door, opened_at } = alarm.cause;
    let text: Text = match door.as_str() {
        "fridge" => w::ALARM_FRIDGE_DOOR,
        "freezer" => w::ALARM_FREEZER_DOOR,
        _ => w::ALARM_DOOR,
    };
    let raised_at = alarm.raised_at;
    // Device time and this browser's may differ: never less than until it was raised.
    let open_for = Memo::new(move |_| {
        let now = home.now.get().max(raised_at);
        tell::minutes(now.duration_since(opened_at))
    });
    view! {
        <div class="alarm">
            <Sign icon=Icon::Bell/>
            <div>
                <strong>{move || told(text, &[("span", &open_for.get())])}</strong>
                <p class="alarm-since">
                    {move || told(w::ALARM_SINCE, &[("hour", &tell::hour(&household.zone(), opened_at))])}
                </p>
            </div>
        </div>
    }
}
