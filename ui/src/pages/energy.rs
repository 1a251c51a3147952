//! Energy: what are we using? Now, and one day beside the day before.

use hearth_contract::{
    Power,
    live::LEASE_RENEW,
    meter::{AskDay, AskNow, Day, Look, Now},
};
use jiff::civil::Date;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::query_signal_with_options};

use super::view::Heading;
use crate::{
    ask::{Ask, ask},
    browser::{clock, dom},
    home::Home,
    host,
    household::Household,
    language::{say, told},
    parts::{
        action::Button,
        answer::Answer,
        card::Card,
        curve::{Curve, CurveTable},
        energy::WattsNow,
        food_line,
        icon::Icon,
        shelf::Simulated,
    },
    tell,
    words::say as w,
};

/// What the page asks.
#[derive(Clone, Copy)]
pub struct Asked {
    /// The power now.
    pub now: Ask<Vec<Now>>,
    /// The chosen day.
    pub day: Ask<Day>,
    /// The day before it.
    pub before: Ask<Day>,
}

/// Renews the lease on the power as long as somebody can see the page: only then
/// do the meters tell every second.
pub fn look_while_seen(here: Household) {
    let (home, seen) = (Home::here(), dom::visible());
    let look = move || {
        let is_looking = untrack(|| seen.get() && home.reached.get() && here.may(Power::SeeEnergy));
        if is_looking {
            let command = Look {
                family: untrack(|| here.id()),
            };
            // A lease that is not had shows as a value that grows old.
            spawn_local(async move { drop(host::call(command, host::mint()).await) });
        }
    };
    Effect::new(move |_| {
        if seen.get() && home.reached.get() {
            look();
        }
    });
    clock::every(LEASE_RENEW.0 * 1000, look);
}

/// The page. The day stands in the address.
#[component]
pub fn Energy() -> impl IntoView {
    let (here, today) = (Household::here(), food_line::today());
    look_while_seen(here);
    let stay = NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    };
    let (asked_day, set_day) = query_signal_with_options::<String>("day", stay);
    let day = Memo::new(move |_| {
        asked_day
            .get()
            .and_then(|day| day.parse().ok())
            .unwrap_or_else(|| today.get())
    });
    let asked = Asked {
        now: ask(move || AskNow { family: here.id() }),
        day: ask(move || AskDay {
            family: here.id(),
            day: day.get(),
        }),
        before: ask(move || AskDay {
            family: here.id(),
            day: day.get().yesterday().unwrap_or_default(),
        }),
    };
    let go = move |day: Date| set_day.set((day != today.get_untracked()).then(|| day.to_string()));
    view! { <EnergyFace asked day=day today=today go/> }
}

/// The page with its answers.
#[component]
pub fn EnergyFace(
    asked: Asked,
    #[prop(into)] day: Signal<Date>,
    #[prop(into)] today: Signal<Date>,
    go: impl Fn(Date) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let is_today = move || day.get() >= today.get();
    let title = Signal::derive(move || {
        if is_today() {
            say(w::ENERGY_TITLE)().to_owned()
        } else {
            tell::short_day(day.get(), today.get())
        }
    });
    // An answer of another day is on its way out: it is not drawn beside this one.
    let before = Signal::derive(move || {
        asked
            .before
            .value()
            .filter(|before| Some(before.day) == day.get().yesterday().ok())
    });
    let used = move |day: Option<Day>| tell::kwh_known(day.and_then(|day| day.total_wh()));
    view! {
        <Heading title>
            <Button label=w::ENERGY_EARLIER icon=Icon::Back press=move || go(day.get_untracked().yesterday().unwrap_or_default())/>
            <Show when=move || !is_today()>
                <Button label=w::ENERGY_LATER icon=Icon::Forward press=move || go(day.get_untracked().tomorrow().unwrap_or_default())/>
            </Show>
        </Heading>
        <div class="columns">
            <div class="column">
                <Card title=w::ENERGY_CURVE aside=move || asked.day.value().filter(|day| day.simulated).map(|_| view! { <Simulated/> })>
                    <Answer of=asked.day lines=6 let:day>
                        <Curve day before/>
                        <p class="legend">
                            <span class="legend-line" data-line="day">{say(w::CURVE_DAY)}</span>
                            <span class="legend-line" data-line="before">{say(w::CURVE_BEFORE)}</span>
                        </p>
                        <CurveTable day before/>
                    </Answer>
                </Card>
            </div>
            <div class="column">
                <Show when=is_today><Card title=w::ENERGY_NOW><WattsNow now=asked.now/></Card></Show>
                <Card title=w::ENERGY_USED>
                    <dl class="sums">
                        <div class="sum"><dt>{say(w::CURVE_DAY)}</dt><dd>{move || used(asked.day.value())}</dd></div>
                        <div class="sum"><dt>{say(w::CURVE_BEFORE)}</dt><dd>{move || used(before.get())}</dd></div>
                    </dl>
                    <p class="note">{move || asked.before.value().filter(|day| day.simulated).map(|_| told(w::ENERGY_SIMULATED, &[]))}</p>
                </Card>
            </div>
        </div>
    }
}
