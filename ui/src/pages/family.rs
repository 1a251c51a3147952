//! Family: who shares this home, and as what.

use hearth_contract::{
    Power,
    family::{Member, Members, Rename},
};
use leptos::prelude::*;

use super::{tablets::Tablets, view::Heading};
use crate::{
    ask::{Ask, ask},
    browser::intl,
    deed::{Deed, typed},
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::Submit,
        answer::Answer,
        badge::Badge,
        card::Card,
        field::Field,
        food_line,
        people::{Initial, role_name},
        refusal::Refusal,
    },
    tell,
    words::say as w,
};

/// The page.
#[component]
pub fn FamilyPage() -> impl IntoView {
    let here = Household::here();
    let members = ask(move || Members { family: here.id() });
    view! { <FamilyFace members/><Tablets/> }
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
        <Show when=move || here.may(Power::Administer)>
            <RenameHome/>
        </Show>
    }
}

/// Calls the home something else.
#[component]
fn RenameHome() -> impl IntoView {
    let (here, home) = (Household::here(), Home::here());
    let deed = Deed::<Rename>::default();
    let name = RwSignal::new(here.0.with_untracked(|family| family.name.to_string()));
    let send = move || {
        let command = typed(&name.get_untracked(), "name").map(|name| Rename {
            family: here.id(),
            name,
        });
        deed.go(command, move |_| home.say(say(w::FAMILY_RENAMED)()));
    };
    view! {
        <Card title=w::FAMILY_RENAME>
            <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
                <Field label=w::HOME_NAME name="name" value=name failure=deed.failure/>
                <Refusal failure=deed.failure fields=&["name"]/>
                <Submit label=w::FAMILY_RENAME_DO busy=deed.is_busy/>
            </form>
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
