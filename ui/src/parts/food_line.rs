//! One food in a list: its drawing, its name, what is known of it.

use hearth_contract::{FoodKey, pantry::Item};
use jiff::civil::Date;
use leptos::prelude::*;

use super::badge::{Badge, Mood};
use crate::{
    browser::intl,
    foods,
    home::Home,
    household::Household,
    language::{spoken, told},
    tell,
    words::say as w,
};

/// Days ahead that are soon.
pub const SOON: i64 = 4;

/// How pressing a day is.
#[must_use]
pub fn mood(day: Date, today: Date) -> Mood {
    match tell::days_to(day, today) {
        ..0 => Mood::Danger,
        0..SOON => Mood::Soon,
        _ => Mood::Fresh,
    }
}

/// The day it is at home.
#[must_use]
pub fn today() -> Memo<Date> {
    let (home, household) = (Home::here(), Household::here());
    Memo::new(move |_| intl::day_of(&household.zone(), home.now.get()))
}

/// A food's drawing.
#[component]
pub fn Thumb(food: Option<FoodKey>) -> impl IntoView {
    view! { <span class="thumb"><img src=foods::drawing(food.as_ref()) alt="" width="30" height="30"/></span> }
}

/// The food: name, count and where it was seen; what it should be eaten by.
#[component]
pub fn FoodLine(item: Item) -> impl IntoView {
    let (home, today) = (Home::here(), today());
    let (name, food) = (item.name.to_string(), item.food.clone());
    let called = move || foods::call(&name, food.as_ref(), spoken());
    let count = item.count.get();
    let seen = item.sighting.as_ref().map(|sighting| sighting.at);
    let known = move || {
        let pieces = told(
            if count == 1 { w::FOOD_PIECE } else { w::FOOD_PIECES },
            &[("n", &tell::whole(f64::from(count)))],
        );
        let seen = match seen {
            Some(at) => told(w::PICTURE_SEEN, &[("ago", &tell::ago(at, home.now.get()))]),
            None => told(w::FOOD_NO_PICTURE, &[]),
        };
        format!("{pieces} · {seen}")
    };
    let best_before = item.best_before.map(|day| {
        view! {
            <Badge text=Signal::derive(move || tell::until(day, today.get()))
                mood=Signal::derive(move || mood(day, today.get()))/>
        }
    });
    view! {
        <span class="food-line">
            <Thumb food=item.food/>
            <span class="food-says">
                <span class="food-name">{called}</span>
                <span class="food-known">{known}</span>
            </span>
            {best_before}
        </span>
    }
}
