//! What people start, pause and stop a microwave with.

use hearth_contract::control::{Heating, HeatingPower, HeatingTime, Oven, Setting};
use leptos::prelude::*;

use crate::{
    parts::{
        action::{Button, Tone},
        choose::Pick,
        icon::Icon,
    },
    setting::watts,
    tell,
    words::say as w,
};

/// The powers on offer, W.
const POWERS: [u16; 7] = [100, 200, 400, 500, 600, 800, 1000];
/// The times on offer, s.
const TIMES: [u16; 14] = [10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1800];

/// The hand at a microwave, from afar.
#[component]
pub fn HeatingHand(
    /// What it is wanted to do.
    wanted: Signal<Option<Setting>>,
    busy: RwSignal<bool>,
    set: impl Fn(Setting) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let heating = Memo::new(move |_| match wanted.get() {
        Some(Setting::Heating(heating)) => Some(heating),
        _ => None,
    });
    let oven = Memo::new(move |_| heating.get().map_or(Oven::Off, |heating| heating.oven));
    // What would be started: at first what was started last.
    let last = heating.get_untracked().unwrap_or(Heating::NEW);
    let (power, run_for) = (RwSignal::new(last.power), RwSignal::new(last.run_for));
    let start = move || {
        let (power, run_for) = (power.get_untracked(), run_for.get_untracked());
        let oven = Oven::On;
        set(Setting::Heating(Heating { oven, power, run_for }));
    };
    let put = move |oven: Oven| {
        if let Some(heating) = heating.get_untracked() {
            set(Setting::Heating(heating.put(oven)));
        }
    };
    move || match oven.get() {
        Oven::Off => view! {
            <div class="heating">
                <Pick label=w::HEATING_POWER value=power options=powers(last.power)/>
                <Pick label=w::HEATING_TIME value=run_for options=times(last.run_for)/>
                <Button label=w::HEATING_START tone=Tone::Accent icon=Icon::Play busy press=start/>
            </div>
        }
        .into_any(),
        Oven::On => view! {
            <div class="heating">
                <Button label=w::HEATING_PAUSE icon=Icon::Pause busy press=move || put(Oven::Paused)/>
                <Button label=w::HEATING_STOP tone=Tone::Danger icon=Icon::Stop busy press=move || put(Oven::Off)/>
            </div>
        }
        .into_any(),
        Oven::Paused => view! {
            <div class="heating">
                <Button label=w::HEATING_GO_ON tone=Tone::Accent icon=Icon::Play busy press=move || put(Oven::On)/>
                <Button label=w::HEATING_STOP tone=Tone::Danger icon=Icon::Stop busy press=move || put(Oven::Off)/>
            </div>
        }
        .into_any(),
    }
}

/// The powers on offer, and the one that was used last.
fn powers(last: HeatingPower) -> Vec<(HeatingPower, Signal<String>)> {
    let mut all: Vec<HeatingPower> = POWERS.into_iter().filter_map(HeatingPower::new).collect();
    all.push(last);
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .map(|power| (power, Signal::derive(move || watts(power))))
        .collect()
}

/// The times on offer, and the one that was used last.
fn times(last: HeatingTime) -> Vec<(HeatingTime, Signal<String>)> {
    let mut all: Vec<HeatingTime> = TIMES.into_iter().filter_map(HeatingTime::new).collect();
    all.push(last);
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .map(|time| (time, Signal::derive(move || tell::run_time(time.seconds()))))
        .collect()
}
