//! A day's power as a curve with the day before beside it, points to walk through
//! with the keyboard, and the same as a table.

use hearth_contract::{meter::Day, units::Watts};
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use super::field::unique;
use crate::{
    curve::{self, HIGH, WIDE},
    household::Household,
    language::{say, told},
    tell,
    words::say as w,
};

fn slot_at(day: &Day, slot: usize) -> Timestamp {
    let into = SignedDuration::from_secs(hearth_contract::meter::SLOT.0 as i64 * slot as i64);
    day.starts_at.checked_add(into).unwrap_or(day.starts_at)
}

fn power_at(day: Option<&Day>, slot: usize) -> Option<Watts> {
    day.and_then(|day| day.used_wh.get(slot).copied().flatten())
        .map(curve::power)
}

/// The curve.
#[component]
pub fn Curve(
    #[prop(into)] day: Signal<Day>,
    /// The day before, when it is known.
    #[prop(into)]
    before: Signal<Option<Day>>,
) -> impl IntoView {
    let household = Household::here();
    let top = Memo::new(move |_| {
        day.with(|day| {
            before.with(|before| curve::top(&[Some(day), before.as_ref()].into_iter().flatten().collect::<Vec<_>>()))
        })
    });
    let lines = move || day.with(|day| (curve::line(day, top.get()), curve::area(day, top.get())));
    let line_before = move || {
        before.with(|before| {
            before
                .as_ref()
                .map(|day| curve::line(day, top.get()))
                .unwrap_or_default()
        })
    };
    let now = move || {
        day.with(|day| {
            let (slot, power) = curve::last(day)?;
            let x = 100.0 * curve::share(slot, day.used_wh.len());
            Some((
                format!("{x:.2}%"),
                format!("{:.2}%", 100.0 * (1.0 - power.0 / top.get())),
            ))
        })
    };
    let title = move || told(w::CURVE_ALT, &[("used", &tell::kwh_known(day.with(Day::total_wh)))]);
    view! {
        <div class="curve">
            <p class="curve-top">{move || format!("{} W", tell::whole(top.get()))}</p>
            <div class="curve-plot">
                <svg class="curve-lines" role="img" aria-label=title preserveAspectRatio="none" viewBox=format!("0 0 {WIDE} {HIGH}")>
                    <g class="curve-grid">
                        {[0.0, 0.25, 0.5, 0.75, 1.0].map(|share| view! { <line x1="0" x2=WIDE y1=HIGH * share y2=HIGH * share/> })}
                    </g>
                    <path class="curve-before" d=line_before/>
                    <path class="curve-area" d=move || lines().1/>
                    <path class="curve-line" d=move || lines().0/>
                </svg>
                {move || now().map(|(x, y)| view! { <span class="curve-now" aria-hidden="true" style:--x=x style:--y=y></span> })}
            </div>
            <p class="curve-hours" aria-hidden="true">
                {move || {
                    let (day, zone) = (day.get(), household.zone());
                    (0..day.used_wh.len()).step_by(36).map(|slot| view! { <span>{tell::hour(&zone, slot_at(&day, slot)).get(..2).map(str::to_owned)}</span> }).collect_view()
                }}
            </p>
            <Points day before/>
        </div>
    }
}

/// Walks through the points: a slider that says the hour and the power.
#[component]
fn Points(day: Signal<Day>, before: Signal<Option<Day>>) -> impl IntoView {
    let household = Household::here();
    let id = unique("point");
    let chosen = RwSignal::new(None::<usize>);
    let last = move || day.with(|day| day.used_wh.len().saturating_sub(1));
    let slot = move || {
        chosen
            .get()
            .unwrap_or_else(|| day.with(curve::last).map_or(0, |(slot, _)| slot))
    };
    let says = move || {
        let hour = day.with(|day| tell::hour(&household.zone(), slot_at(day, slot())));
        let watts =
            |power: Option<Watts>| power.map_or_else(|| "–".to_owned(), |power| format!("{} W", tell::watts(power)));
        let now = watts(day.with(|day| power_at(Some(day), slot())));
        if before.with(Option::is_none) {
            return told(w::CURVE_POINT_ALONE, &[("hour", &hour), ("power", &now)]);
        }
        let then = watts(before.with(|day| power_at(day.as_ref(), slot())));
        told(w::CURVE_POINT, &[("hour", &hour), ("power", &now), ("before", &then)])
    };
    view! {
        <div class="curve-walk">
            <label class="for-readers" for=id.clone()>{say(w::CURVE_WALK)}</label>
            <input id=id class="curve-slider" type="range" min="0" max=last prop:value=slot aria-valuetext=says
                on:input=move |event| chosen.set(event_target_value(&event).parse().ok())/>
            <p class="curve-says">{says}</p>
        </div>
    }
}

/// The same hours as a table.
#[component]
pub fn CurveTable(#[prop(into)] day: Signal<Day>, #[prop(into)] before: Signal<Option<Day>>) -> impl IntoView {
    let household = Household::here();
    let is_open = RwSignal::new(false);
    let rows = move || {
        let then = before.with(|day| day.as_ref().map(curve::hours).unwrap_or_default());
        let zone = household.zone();
        day.with(|day| {
            curve::hours(day)
                .into_iter()
                .enumerate()
                .map(|(hour, used)| {
                    let known = |used: Option<_>| used.map_or_else(|| "–".to_owned(), tell::kwh);
                    let at = tell::hour(&zone, slot_at(day, hour * 12));
                    let then = then.get(hour).copied().flatten();
                    view! { <tr><th scope="row">{at}</th><td>{known(used)}</td><td>{known(then)}</td></tr> }
                })
                .collect_view()
        })
    };
    view! {
        <details class="twin" on:toggle=move |_| is_open.update(|open| *open = !*open)>
            <summary class="twin-way">{say(w::CURVE_TABLE)}</summary>
            <Show when=move || is_open.get()>
                <table class="twin-table">
                    <thead><tr>
                        <th scope="col">{say(w::CURVE_HOUR)}</th>
                        <th scope="col">{say(w::CURVE_DAY)}</th>
                        <th scope="col">{say(w::CURVE_BEFORE)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </Show>
        </details>
    }
}
