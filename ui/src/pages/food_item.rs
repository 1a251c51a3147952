//! One food, large: where it was last seen, marked in the picture, and taking it out.

use hearth_contract::{
    Power,
    pantry::{Add, Item, Remove},
    units::Count,
};
use leptos::prelude::*;

use crate::{
    deed::Deed,
    foods,
    home::Home,
    host,
    household::Household,
    language::{spoken, told},
    parts::{
        action::Button,
        empty::Empty,
        food_line::FoodLine,
        icon::Icon,
        picture::{Picture, Shot},
        refusal::Refusal,
    },
    words::say as w,
};

/// The food's card. `gone` is told when all of it was taken out.
#[component]
pub fn FoodCard(item: Item, gone: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let (home, here) = (Home::here(), Household::here());
    let remove = Deed::<Remove>::default();
    let kept = StoredValue::new(item.clone());
    let called = move || kept.with_value(|item| foods::call(item.name.as_str(), item.food.as_ref(), spoken()));
    let take = move |count: Count| {
        let family = untrack(|| here.id());
        let item = kept.get_value();
        let said = untrack(|| told(w::FOOD_TAKEN, &[("name", &called())]));
        let is_all = count == item.count;
        remove.go(
            Ok(Remove {
                family,
                item: item.id,
                count,
            }),
            move |_| {
                let (name, food, best_before) = (item.name, item.food, item.best_before);
                home.offer_undo(
                    said,
                    Add {
                        family,
                        item: host::mint_item(),
                        name,
                        food,
                        count,
                        best_before,
                    },
                );
                if is_all {
                    gone();
                }
            },
        );
    };
    let shot = item.sighting.as_ref().map(|sighting| Shot {
        picture: sighting.picture,
        at: sighting.at,
        mark: Some(sighting.area),
        what: Some(item.name.to_string()),
    });
    let all = item.count;
    view! {
        <section class="card" aria-label=called>
            {move || here.may(Power::LookInside).then(|| match shot.clone() {
                Some(shot) => view! { <Picture shot/> }.into_any(),
                None => view! { <Empty icon=Icon::Picture says=w::FOOD_UNSEEN/> }.into_any(),
            })}
            <h2 class="for-readers">{called}</h2>
            <FoodLine item/>
            <Refusal failure=remove.failure/>
            <Show when=move || here.may(Power::EditFood)>
                <div class="card-acts">
                    <Show when=move || all != Count::ONE>
                        <Button label=w::FOOD_TAKE_ONE icon=Icon::Minus busy=remove.is_busy press=move || take(Count::ONE)/>
                    </Show>
                    <Button label=w::FOOD_TAKE icon=Icon::Trash busy=remove.is_busy press=move || take(all)/>
                </div>
            </Show>
        </section>
    }
}
