//! What the home uses now: one big number with its age.

use hearth_contract::{Power, meter::Now, units::Watts};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{action::Way, answer::Answer, empty::Empty, icon::Icon};
use crate::{ask::Ask, home::Home, household::Household, language::told, tell, words::say as w};

/// The newest of what was asked and what was glimpsed: the sum of all meters and its instant.
fn newest(asked: &[Now], glimpsed: Option<(Watts, Timestamp)>) -> Option<(Watts, Timestamp)> {
    let sum = Watts(asked.iter().map(|now| now.reading.power_w.0).sum());
    let asked_at = asked.iter().map(|now| now.reading.at).max();
    match (asked_at, glimpsed, asked.len()) {
        // A glimpse is of one meter; with several only the answers add up.
        (Some(at), Some((power, glimpsed_at)), 1) if glimpsed_at > at => Some((power, glimpsed_at)),
        (Some(at), _, _) => Some((sum, at)),
        (None, glimpsed, _) => glimpsed,
    }
}

/// The number.
#[component]
pub fn WattsNow(now: Ask<Vec<Now>>) -> impl IntoView {
    let home = Home::here();
    view! {
        <Answer of=now lines=1 is_empty=Vec::is_empty none=no_meter let:meters>
            {
                let newest = Memo::new(move |_| meters.with(|meters| newest(meters, home.power.get())));
                view! {
                    <p class="watts">
                        <span class="watts-number">{move || newest.get().map(|(power, _)| tell::watts(power))}</span>
                        <span class="watts-unit">" W"</span>
                        <span class="watts-age">{move || newest.get().map(|(_, at)| {
                            told(w::ENERGY_MEASURED, &[("ago", &tell::ago(at, home.now.get()))])
                        })}</span>
                    </p>
                }
            }
        </Answer>
    }
}

fn no_meter() -> impl IntoView {
    let here = Household::here();
    view! {
        <Empty icon=Icon::Meter says=w::ENERGY_NO_METER>
            <Show when=move || here.may(Power::Pair)><Way label=w::PAIR_TITLE to="/pair" icon=Icon::Scan/></Show>
        </Empty>
    }
}
