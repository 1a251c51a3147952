//! Alarms, on top of every page until they are over. One that was told gently is
//! for whoever stands at the fridge, and one that somebody sees to is no alarm any
//! more: both are quiet lines.

use hearth_contract::{
    Power,
    alarm::{Acknowledge, Alarm, Cause},
    control::{Place, Setting},
    temperature::Compartment,
};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    action::{Button, Tone},
    icon::{Icon, Sign},
    refusal::Refusal,
};
use crate::{
    deed::Deed,
    face::{Face, Looks},
    home::Home,
    household::Household,
    language::told,
    tell,
    words::{Text, say as w},
};

/// How an alarm stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Gentle,
    Loud,
    SeenTo,
}

impl Call {
    const fn of(alarm: &Alarm) -> Self {
        match &alarm.acknowledged {
            Some(_) => Self::SeenTo,
            None if alarm.is_gentle() => Self::Gentle,
            None => Self::Loud,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Gentle => "gentle",
            Self::Loud => "loud",
            Self::SeenTo => "seen-to",
        }
    }
}

/// The alarms that are not over, as far as they concern this face.
#[component]
pub fn Alarms(#[prop(into)] open: Signal<Vec<Alarm>>) -> impl IntoView {
    let looks = Looks::here();
    let of = move |loud: bool| {
        let is_at_the_fridge = looks.face() == Face::Kiosk;
        let mut alarms = open.get();
        alarms.retain(|alarm| (Call::of(alarm) == Call::Loud) == loud && (is_at_the_fridge || !alarm.is_gentle()));
        alarms
    };
    // Each call is another line: it is read out again.
    view! {
        <div class="alarms" role="alert">
            <For each=move || of(true) key=|alarm| format!("{alarm:?}") let:alarm><Banner alarm/></For>
        </div>
        <div class="alarms" role="status">
            <For each=move || of(false) key=|alarm| format!("{alarm:?}") let:alarm><Banner alarm/></For>
        </div>
    }
}

/// What is wrong, for how long.
fn wrong(cause: &Cause) -> Text {
    match cause {
        Cause::DoorOpen { door, .. } | Cause::Vanished { door, .. } => match door.as_str() {
            "fridge" => w::ALARM_FRIDGE_DOOR,
            "freezer" => w::ALARM_FREEZER_DOOR,
            _ => w::ALARM_DOOR,
        },
        Cause::TooWarm { compartment, .. } => match compartment {
            Compartment::Fridge => w::ALARM_FRIDGE_WARM,
            Compartment::Freezer => w::ALARM_FREEZER_WARM,
        },
    }
}

/// What there is to know, and what to do.
fn more(cause: &Cause, call: Call, hour: impl Fn(Timestamp) -> String) -> String {
    let is_gentle = call == Call::Gentle;
    let (text, at): (Text, _) = match cause {
        Cause::Vanished { since, .. } => (w::ALARM_VANISHED, *since),
        Cause::DoorOpen { opened_at, .. } if is_gentle => (w::ALARM_GENTLE, *opened_at),
        Cause::DoorOpen { opened_at, .. } => (w::ALARM_SINCE, *opened_at),
        Cause::TooWarm {
            since, temperature_c, ..
        } => {
            let value = tell::celsius(temperature_c.get(), 1);
            return match is_gentle {
                true => told(w::ALARM_WARM_GENTLE, &[("value", &value)]),
                false => told(w::ALARM_WARM, &[("value", &value), ("hour", &hour(*since))]),
            };
        }
    };
    told(text, &[("hour", &hour(at))])
}

#[component]
fn Banner(alarm: Alarm) -> impl IntoView {
    let (home, household) = (Home::here(), Household::here());
    let (see_to, restock) = (Deed::<Acknowledge>::default(), Deed::<Place>::default());
    let (call, told_at, id) = (Call::of(&alarm), alarm.told_at, alarm.id);
    let (is_wrong, since) = (wrong(&alarm.cause), alarm.cause.since());
    // Device time and this browser's may differ: never less than until it was told.
    let wrong_for = Memo::new(move |_| {
        let now = home.now.get().max(told_at);
        tell::minutes(now.duration_since(since))
    });
    let is_door_there = matches!(alarm.cause, Cause::DoorOpen { .. });
    let by = alarm.acknowledged.map(|acknowledged| acknowledged.by);
    let cause = alarm.cause;
    let says = move || match &by {
        Some(name) => told(w::ALARM_SEEN_TO, &[("name", name.as_str())]),
        None => more(&cause, call, |at| tell::hour(&household.zone(), at)),
    };
    let thing = StoredValue::new(alarm.thing);
    let acknowledge = move || {
        let family = household.id();
        see_to.go(Ok(Acknowledge { family, alarm: id }), |_| {});
    };
    let pause = move || {
        let (family, thing) = (household.id(), thing.get_value());
        let setting = Setting::Restocking(true);
        restock.go(Ok(Place { family, thing, setting }), |_| {});
    };
    let may_pause = move || is_door_there && call != Call::SeenTo && household.may(Power::Control);
    view! {
        <div class="alarm" data-call=call.name()>
            <Sign icon=Icon::Bell/>
            <div class="alarm-says">
                <strong>{move || told(is_wrong, &[("span", &wrong_for.get())])}</strong>
                <p class="alarm-since">{says}</p>
                <Refusal failure=see_to.failure/>
                <Refusal failure=restock.failure/>
            </div>
            <div class="alarm-acts">
                <Show when=may_pause>
                    <Button label=w::ALARM_RESTOCK busy=restock.is_busy press=pause/>
                </Show>
                {(call == Call::Loud).then(|| view! {
                    <Button label=w::ALARM_SEE_TO tone=Tone::Danger busy=see_to.is_busy press=acknowledge/>
                })}
            </div>
        </div>
    }
}
