//! What things are set with: a switch, and a stepper of whole numbers.

use hearth_contract::control::Unit;
use leptos::{prelude::*, task::spawn_local};

use super::icon::{Icon, Sign};
use crate::{
    browser::clock,
    language::{say, told},
    setting::{quantity, steps},
    words::Text,
};

/// How long after the last press of a stepper the order goes out: somebody who
/// presses three times wants one thing. Milliseconds.
const REST_MS: i32 = 700;
/// How long what was pressed stands there until it is known to be wanted. What
/// was refused meanwhile is not wanted, and goes. Milliseconds.
const TRUST_MS: i32 = 3000;

/// On or off.
#[component]
pub fn Switch(
    label: Text,
    #[prop(into)] is_on: Signal<bool>,
    #[prop(into)] busy: Signal<bool>,
    flip: impl Fn(bool) + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="switch" role="switch" aria-label=say(label)
            aria-checked=move || is_on.get().to_string() aria-busy=move || busy.get().to_string()
            on:click=move |_| if !busy.get_untracked() { flip(!is_on.get_untracked()) }>
            <span class="switch-knob"></span>
        </button>
    }
}

/// A number with its unit, and one less or more.
#[component]
pub fn Stepper(
    label: Text,
    /// As it is wanted by now; `None` while nothing is known.
    #[prop(into)]
    number: Signal<Option<i8>>,
    unit: Unit,
    /// Whether an order is under way: the next one waits for it.
    #[prop(into)]
    busy: Signal<bool>,
    /// Whether it can be set to that.
    takes: impl Fn(i8) -> bool + Copy + Send + Sync + 'static,
    set: impl Fn(i8) + Copy + 'static,
) -> impl IntoView {
    // What was pressed and is not known to be wanted yet, and how often was pressed.
    let pressed = RwSignal::new(None::<i8>);
    let presses = StoredValue::new(0_u32);
    let shown = Memo::new(move |_| pressed.get().or(number.get()));
    Effect::new(move |_| {
        if number.get() == pressed.get_untracked() {
            pressed.set(None);
        }
    });
    let step = move |by: i8| {
        let Some(next) = shown.get_untracked().map(|now| now.saturating_add(by)) else {
            return;
        };
        if !takes(next) {
            return;
        }
        pressed.set(Some(next));
        presses.update_value(|presses| *presses = presses.wrapping_add(1));
        let mine = presses.get_value();
        let is_last = move || presses.try_get_value() == Some(mine);
        spawn_local(async move {
            clock::wait(REST_MS).await;
            while is_last() && busy.try_get_untracked() == Some(true) {
                clock::wait(REST_MS).await;
            }
            if is_last() {
                set(next);
            }
            clock::wait(TRUST_MS).await;
            if is_last() {
                pressed.set(None);
            }
        });
    };
    let at_end = move |by: i8| shown.get().is_none_or(|now| !takes(now.saturating_add(by)));
    let (less, more) = steps(unit);
    let named = move |text: Text| move || told(text, &[("name", say(label)())]);
    view! {
        <div class="stepper" role="group" aria-label=say(label)>
            <button type="button" class="stepper-act" aria-label=named(less)
                aria-disabled=move || at_end(-1).to_string() on:click=move |_| step(-1)><Sign icon=Icon::Minus/></button>
            <output class="stepper-value">{move || shown.get().map_or_else(|| "–".to_owned(), |number| quantity(number, unit))}</output>
            <button type="button" class="stepper-act" aria-label=named(more)
                aria-disabled=move || at_end(1).to_string() on:click=move |_| step(1)><Sign icon=Icon::Plus/></button>
        </div>
    }
}
