//! Family: who shares this home, and as what.

use hearth_contract::family::{Member, Members};
use leptos::prelude::*;

use super::view::Heading;
use crate::{
    ask::{Ask, ask},
    browser::intl,
    household::Household,
    language::{say, told},
    parts::{
        answer::Answer,
        badge::Badge,
        card::Card,
        food_line,
        people::{Initial, role_name},
    },
    tell,
    words::say as w,
};

/// The page.
#[component]
pub fn FamilyPage() -> impl IntoView {
    let here = Household::here();
    let members = ask(move || Members { family: here.id() });
    view! { <FamilyFace members/> }
}

/// The page with its answer.
#[component]
pub fn FamilyFace(members: Ask<Vec<Member>>) -> impl IntoView {
    let here = Household::here();
    view! {
        <Heading title=Signal::derive(move || say(w::FAMILY_TITLE)().to_owned())
            below=Signal::derive(move || here.0.with(|family| family.name.to_string()))/>
        <Card title=w::FAMILY_MEMBERS>
            <Answer of=members let:members>
                <ul class="lines">
                    <For each=move || members.get() key=|member| format!("{member:?}") let:member>
                        <li><Row member/></li>
                    </For>
                </ul>
            </Answer>
        </Card>
    }
}

#[component]
fn Row(member: Member) -> impl IntoView {
    let (here, today) = (Household::here(), food_line::today());
    let joined = move || {
        let day = intl::day_of(&here.zone(), member.joined_at);
        told(w::FAMILY_SINCE, &[("day", &tell::short_day(day, today.get()))])
    };
    view! {
        <div class="food-line">
            <Initial name=member.name.to_string()/>
            <span class="food-says">
                <span class="food-name">{member.name.to_string()}</span>
                <span class="food-known">{joined}</span>
            </span>
            <Badge text=Signal::derive(move || say(role_name(member.role))().to_owned())/>
        </div>
    }
}
