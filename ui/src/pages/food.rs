//! Food: what have we got, where, until when? Searching answers with the last
//! picture of the thing; core searches, so it works without a network.

use hearth_contract::{
    pantry::{Change, Changes, Item, Search},
    text::Words,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{query_signal_with_options, use_query_map},
};

use super::{food_add::AddFood, food_item::FoodCard, view::Heading};
use crate::{
    ask::{Ask, ask},
    browser::dom,
    foods,
    household::Household,
    language::{say, spoken, told},
    parts::{
        action::{Button, Tone},
        answer::Answer,
        card::Card,
        change::ChangeCard,
        empty::Empty,
        field::unique,
        food_line::FoodLine,
        icon::{Icon, Sign},
    },
    tell,
    words::say as w,
};

/// What the page asks.
#[derive(Clone, Copy)]
pub struct Asked {
    /// What was found.
    pub found: Ask<Vec<Item>>,
    /// What the doors changed.
    pub changes: Ask<Vec<Change>>,
}

/// The page. The words that are searched for stand in the address.
#[component]
pub fn Food() -> impl IntoView {
    let here = Household::here();
    let stay = NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    };
    let (asked_words, set_words) = query_signal_with_options::<String>("q", stay);
    let words = RwSignal::new(asked_words.get_untracked().unwrap_or_default());
    let is_adding = use_query_map().with_untracked(|query| query.get("add").is_some());
    Effect::new(move |before: Option<()>| {
        let words = words.get();
        if before.is_some() {
            set_words.set(Some(words).filter(|words| !words.is_empty()));
        }
    });
    let asked = Asked {
        found: ask(move || Search {
            family: here.id(),
            words: Words::parse(&words.get())
                .or_else(|_| Words::parse(""))
                .unwrap_or_else(|_| unreachable!("no words are fine")),
        }),
        changes: ask(move || Changes { family: here.id() }),
    };
    dom::on_key("/", || dom::focus("#search"));
    view! { <FoodFace asked words is_adding/> }
}

/// The page with its answers.
#[component]
pub fn FoodFace(asked: Asked, words: RwSignal<String>, is_adding: bool) -> impl IntoView {
    let chosen = RwSignal::new(None);
    let adding = RwSignal::new(is_adding);
    // What is shown large: the chosen food; while searching, else, the best match.
    let shown = Memo::new(move |_| {
        let found = asked.found.value().unwrap_or_default();
        let chosen = chosen.get();
        let is_searching = words.with(|words| !words.trim().is_empty());
        found
            .iter()
            .find(|item| Some(item.id) == chosen)
            .or_else(|| found.first().filter(|_| is_searching))
            .cloned()
    });
    let count = Signal::derive(move || {
        let found = asked.found.value().map_or(0, |found| found.len());
        told(
            if found == 1 { w::FOOD_COUNT_ONE } else { w::FOOD_COUNT },
            &[("n", &tell::whole(found as f64))],
        )
    });
    view! {
        <Heading title=Signal::derive(move || say(w::FOOD_TITLE)().to_owned()) below=count>
            <Button label=w::FOOD_ADD tone=Tone::Accent icon=Icon::Plus press=move || adding.update(|adding| *adding = !*adding)/>
        </Heading>
        <SearchField words/>
        <div class="food">
            <div class="food-shown" id="shown">
                {move || shown.get().map(|item| view! { <FoodCard item gone=move || chosen.set(None)/> })}
            </div>
            <div class="column food-list">
                <Show when=move || adding.get()><AddFood words done=move || adding.set(false)/></Show>
                <Found found=asked.found words chosen shown adding/>
            </div>
            <div class="column food-changes">
                <Answer of=asked.changes let:changes>
                    <For each=move || changes.get().into_iter().take(3) key=|change| format!("{change:?}") let:change>
                        <ChangeCard change/>
                    </For>
                </Answer>
            </div>
        </div>
    }
}

/// Searches while one types.
#[component]
fn SearchField(words: RwSignal<String>) -> impl IntoView {
    let id = unique("search-label");
    view! {
        <search class="search">
            <Sign icon=Icon::Search/>
            <label class="for-readers" for="search" id=id>{say(w::FOOD_SEARCH)}</label>
            <input id="search" class="search-words" type="search" placeholder=say(w::FOOD_SEARCH_HINT) autocomplete="off"
                enterkeyhint="search" maxlength="120" bind:value=words/>
            <kbd class="search-key" aria-hidden="true">"/"</kbd>
        </search>
    }
}

/// Everything that is in: what expires first before the rest, which goes by its name.
fn sorted(mut items: Vec<Item>) -> Vec<Item> {
    let called = |item: &Item| foods::call(item.name.as_str(), item.food.as_ref(), spoken());
    items.sort_by(|left, right| {
        let by_day = |item: &Item| (item.best_before.is_none(), item.best_before);
        let by_name = || tell::order(&called(left), &called(right));
        by_day(left).cmp(&by_day(right)).then_with(by_name)
    });
    items
}

/// What was found, best first.
#[component]
fn Found(
    found: Ask<Vec<Item>>,
    words: RwSignal<String>,
    chosen: RwSignal<Option<hearth_contract::ItemId>>,
    shown: Memo<Option<Item>>,
    adding: RwSignal<bool>,
) -> impl IntoView {
    let is_searching = move || words.with(|words| !words.trim().is_empty());
    let none = move || {
        let text = if is_searching() {
            w::FOOD_NOT_FOUND
        } else {
            w::FOOD_NONE
        };
        view! {
            <Empty icon=Icon::Food says=text>
                <Button label=w::FOOD_ADD icon=Icon::Plus press=move || adding.set(true)/>
            </Empty>
        }
    };
    view! {
        <Card title=w::FOOD_LIST>
            <Answer of=found lines=5 is_empty=Vec::is_empty none let:items>
                <ul class="lines">
                    <For each=move || if is_searching() { items.get() } else { sorted(items.get()) } key=|item| format!("{item:?}") let:item>
                        {
                            let id = item.id;
                            let is_shown = move || shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.id == id));
                            view! {
                                <li>
                                    <button type="button" class="food-way" aria-pressed=move || is_shown().to_string()
                                        on:click=move |_| { chosen.set(Some(id)); dom::reveal("#shown"); }>
                                        <FoodLine item/>
                                    </button>
                                </li>
                            }
                        }
                    </For>
                </ul>
            </Answer>
        </Card>
    }
}
