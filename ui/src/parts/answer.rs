//! Draws every answer: waiting, refused, empty, or full; and says when what is
//! shown is not from now. What is being read stays while it is asked again.

use hearth_contract::{Failure, Source};
use leptos::prelude::*;

use super::{
    icon::{Icon, Sign},
    refusal::Refusal,
};
use crate::{
    ask::{Answer as Known, Ask},
    home::Home,
    language::{say, told},
    tell,
    words::say as w,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Loading,
    Failed,
    Empty,
    Full,
}

/// What is known of a question's answer.
#[component]
pub fn Answer<T, F, V>(
    of: Ask<T>,
    /// How many lines the place takes while nothing is known.
    #[prop(default = 3)]
    lines: u8,
    /// Whether there is nothing in it.
    #[prop(default = |_| false)]
    is_empty: fn(&T) -> bool,
    /// What is shown then.
    #[prop(optional, into)]
    none: ViewFn,
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(Signal<T>) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let stage = Memo::new(move |_| {
        of.read(|answer| match (answer, answer.seen()) {
            (_, Some(seen)) if is_empty(&seen.value) => Stage::Empty,
            (_, Some(_)) => Stage::Full,
            (Known::Failed(..), None) => Stage::Failed,
            _ => Stage::Loading,
        })
    });
    let failure = Signal::derive(move || {
        of.read(|answer| {
            if let Known::Failed(failure, _) = answer {
                Some(failure.clone())
            } else {
                None
            }
        })
    });
    view! {
        {move || match stage.get() {
            Stage::Loading => view! { <Waiting lines/> }.into_any(),
            Stage::Failed => view! { <Refusal failure retry=move |()| of.again()/> }.into_any(),
            Stage::Empty => none.run().into_any(),
            // Drawn once; from then on the value changes in place.
            Stage::Full => untrack(|| of.value()).map_or_else(
                || ().into_any(),
                |first| children(Signal::derive(move || of.value().unwrap_or_else(|| first.clone()))).into_any(),
            ),
        }}
        <Age of failure/>
    }
}

/// Says that what is shown is from before: the cloud or core could not be asked.
#[component]
fn Age<T: Clone + Send + Sync + 'static>(of: Ask<T>, failure: Signal<Option<Failure>>) -> impl IntoView {
    let home = Home::here();
    let since = Memo::new(move |_| {
        of.read(|answer| {
            let seen = answer.seen()?;
            (seen.source == Source::Replica || failure.with(Option::is_some)).then_some(seen.at)
        })
    });
    move || {
        since.get().map(|at| {
            view! {
                <p class="age">
                    <Sign icon=Icon::Clock/>
                    <span>{move || told(w::ANSWER_FROM, &[("ago", &tell::ago(at, home.now.get()))])}</span>
                </p>
            }
        })
    }
}

/// The shape of what is to come.
#[component]
pub fn Waiting(lines: u8) -> impl IntoView {
    view! {
        <div class="bones" role="status" aria-label=say(w::ANSWER_LOADING)>
            {(0..lines).map(|_| view! { <span class="bone"></span> }).collect_view()}
        </div>
    }
}
