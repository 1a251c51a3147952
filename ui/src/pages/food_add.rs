//! Adding food by hand: its name, how many, until when.

use hearth_contract::{
    Failure, Reason,
    pantry::{Add, Remove},
    units::Count,
};
use leptos::prelude::*;

use crate::{
    deed::{Deed, typed},
    foods::{self, FOODS},
    home::Home,
    host,
    household::Household,
    language::{spoken, told},
    parts::{
        action::{Button, Submit},
        card::Card,
        field::{Field, unique},
        refusal::Refusal,
    },
    words::say as w,
};

/// The form; the words that found nothing are its first proposal.
#[component]
pub fn AddFood(words: RwSignal<String>, done: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let (home, here, add) = (Home::here(), Household::here(), Deed::<Add>::default());
    let name = RwSignal::new(words.get_untracked());
    let count = RwSignal::new("1".to_owned());
    let best_before = RwSignal::new(String::new());
    let list = unique("foods");
    let command = move || -> Result<Add, Failure> {
        let name = typed::<hearth_contract::text::Name>(&name.get_untracked(), "name")?;
        let food = foods::of_name(name.as_str()).and_then(|food| food.key.parse().ok());
        let wrong = |field| Failure::new(Reason::FieldWrong).at(field);
        let count = count
            .get_untracked()
            .trim()
            .parse()
            .ok()
            .and_then(Count::new)
            .ok_or_else(|| wrong("count"))?;
        let day = best_before.get_untracked();
        let best_before = if day.is_empty() {
            None
        } else {
            Some(day.parse().map_err(|_| wrong("best_before"))?)
        };
        let family = untrack(|| here.id());
        Ok(Add {
            family,
            item: host::mint_item(),
            name,
            food,
            count,
            best_before,
        })
    };
    let send = move || {
        let command = command();
        let Ok(added) = command.clone() else {
            add.go(command, |_| {});
            return;
        };
        add.go(command, move |_| {
            let Add {
                family,
                item,
                count,
                name,
                ..
            } = added;
            let said = untrack(|| told(w::FOOD_ADDED, &[("name", name.as_str())]));
            home.offer_undo(said, Remove { family, item, count });
            words.set(String::new());
            done();
        });
    };
    view! {
        <Card title=w::FOOD_ADD_TITLE>
            <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
                <Field label=w::FOOD_NAME name="name" value=name failure=add.failure list=list.clone()/>
                <datalist id=list>
                    {move || FOODS.iter().map(|food| view! { <option value=food.name(spoken())></option> }).collect_view()}
                </datalist>
                <div class="form-row">
                    <Field label=w::FOOD_HOW_MANY name="count" kind="number" keys="numeric" value=count failure=add.failure/>
                    <Field label=w::FOOD_BEST_BEFORE name="best_before" kind="date" optional=true value=best_before failure=add.failure/>
                </div>
                <Refusal failure=add.failure fields=&["name", "count", "best_before"]/>
                <div class="card-acts">
                    <Submit label=w::FOOD_ADD_DO busy=add.is_busy/>
                    <Button label=w::ACT_CANCEL press=done/>
                </div>
            </form>
        </Card>
    }
}
