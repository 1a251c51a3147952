//! What a closing door changed: before and after, line by line; one press says
//! that it is right, one takes it back.

use hearth_contract::{
    Power,
    pantry::{Change, ChangeLine, Settle, Settled},
};
use leptos::prelude::*;

use super::{
    action::{Button, Tone},
    badge::{Badge, Mood},
    food_line::Thumb,
    icon::Icon,
    picture::{Picture, Shot},
    refusal::Refusal,
};
use crate::{
    deed::Deed,
    foods,
    household::Household,
    language::{say, spoken, told},
    tell,
    words::say as w,
};

/// The most lines that are shown at once.
const MOST: usize = 4;

/// The card of one change.
#[component]
pub fn ChangeCard(change: Change) -> impl IntoView {
    let household = Household::here();
    let (at, settled, id) = (change.at, change.settled, change.id);
    let is_quiet = change.lines.is_empty();
    let title = move || told(w::CHANGE_TITLE, &[("hour", &tell::hour(&household.zone(), at))]);
    let settle = Deed::<Settle>::default();
    let open = change.lines.iter().filter(|line| !line.sure).count();
    let state = Signal::derive(move || match settled {
        _ if is_quiet => say(w::CHANGE_QUIET)().to_owned(),
        Settled::Open if open == 0 => say(w::CHANGE_NEW)().to_owned(),
        Settled::Open => told(w::CHANGE_OPEN, &[("n", &tell::whole(open as f64))]),
        Settled::Confirmed => say(w::CHANGE_CONFIRMED)().to_owned(),
        Settled::Undone => say(w::CHANGE_UNDONE)().to_owned(),
    });
    let mood = match settled {
        Settled::Confirmed => Mood::Fresh,
        Settled::Open if !is_quiet => Mood::Frost,
        _ => Mood::Plain,
    };
    let may_settle = move || settled == Settled::Open && !is_quiet && household.may(Power::EditFood);
    let press = move |settled| {
        let command = Settle {
            family: untrack(|| household.id()),
            change: id,
            settled,
        };
        settle.go(Ok(command), |_| {});
    };
    view! {
        <article class="card" aria-label=title>
            <header class="card-head"><h2>{title}</h2><Badge text=state mood/></header>
            <Lines lines=change.lines.clone()/>
            <Pair change/>
            <Refusal failure=settle.failure/>
            <Show when=may_settle>
                <div class="card-acts">
                    <Button label=w::CHANGE_RIGHT tone=Tone::Accent icon=Icon::Check busy=settle.is_busy
                        press=move || press(Settled::Confirmed)/>
                    <Button label=w::ACT_UNDO icon=Icon::Undo busy=settle.is_busy press=move || press(Settled::Undone)/>
                </div>
            </Show>
        </article>
    }
}

/// The lines; many fold after the first few, what is unsure before the rest.
#[component]
fn Lines(mut lines: Vec<ChangeLine>) -> impl IntoView {
    lines.sort_by_key(|line| line.sure);
    let rest = if lines.len() > MOST + 1 {
        lines.split_off(MOST)
    } else {
        Vec::new()
    };
    let more = rest.len();
    let list = |lines: Vec<ChangeLine>| {
        view! {
            <ul class="lines">{lines.into_iter().map(|line| view! { <li><Line line/></li> }).collect_view()}</ul>
        }
    };
    view! {
        {list(lines)}
        {(more > 0).then(|| view! {
            <details class="twin">
                <summary class="twin-way">{move || told(w::CHANGE_MORE, &[("n", &tell::whole(more as f64))])}</summary>
                {list(rest)}
            </details>
        })}
    }
}

/// `+ 2 eggs`, and how sure that is.
#[component]
fn Line(line: ChangeLine) -> impl IntoView {
    let (name, food) = (line.name.map(|name| name.to_string()), line.food.clone());
    let (delta, sure) = (line.delta, line.sure);
    let says = move || {
        let called = match &name {
            Some(name) => foods::call(name, food.as_ref(), spoken()),
            None => say(w::CHANGE_SOMETHING)().to_owned(),
        };
        let sign = if delta < 0 { "−" } else { "+" };
        let doubt = if sure { "" } else { "?" };
        format!(
            "{sign} {} {called}{doubt}",
            tell::whole(f64::from(delta.unsigned_abs()))
        )
    };
    let how = Signal::derive(move || say(if sure { w::CHANGE_SURE } else { w::CHANGE_UNSURE })().to_owned());
    let mood = if sure { Mood::Fresh } else { Mood::Soon };
    view! {
        <span class="food-line">
            <Thumb food=line.food/>
            <span class="food-says"><span class="food-name">{says}</span></span>
            <Badge text=how mood/>
        </span>
    }
}

/// The shelves before and after, side by side.
#[component]
fn Pair(change: Change) -> impl IntoView {
    let household = Household::here();
    let (before, after, at) = (change.before, change.after, change.at);
    move || {
        household.may(Power::LookInside).then(|| {
        view! {
            <div class="change-pair">
                {before.map(|picture| view! {
                    <div><Picture shot=Shot::plain(picture, at)/><p class="change-when">{say(w::CHANGE_BEFORE)}</p></div>
                })}
                <div><Picture shot=Shot::plain(after, at)/><p class="change-when">{say(w::CHANGE_AFTER)}</p></div>
            </div>
        }
    })
    }
}
