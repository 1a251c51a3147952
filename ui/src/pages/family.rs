//! Family: who shares this home, and as what.

use hearth_contract::{
    Power,
    family::{Family, Leave, Member, Members, Rename},
};
use leptos::prelude::*;

use super::{
    family_audit::AuditCard, family_invite::InviteCard, family_member::MemberLine, family_open::OpenInvitations,
    frame::families, tablets::Tablets, view::Heading,
};
use crate::{
    ask::{Ask, ask},
    deed::{Deed, typed},
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::{Submit, Tone},
        answer::Answer,
        card::Card,
        field::Field,
        refusal::Refusal,
        twice::Twice,
    },
    threshold::Threshold,
    words::say as w,
};

/// The page.
#[component]
pub fn FamilyPage() -> impl IntoView {
    let here = Household::here();
    let members = ask(move || Members { family: here.id() });
    view! {
        <FamilyFace members/>
        <Tablets/>
        <Show when=move || here.may(Power::Invite)><InviteCard/><OpenInvitations/></Show>
        <Homes/>
        <Show when=move || here.may(Power::SeeAudit)><AuditCard/></Show>
        <Show when=move || here.may(Power::Leave)><LeaveHome/></Show>
    }
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
                        <li><MemberLine member/></li>
                    </For>
                </ul>
            </Answer>
        </Card>
        <Show when=move || here.may(Power::Administer) fallback=|| view! { <p class="food-known">{say(w::FAMILY_ONLY_OWNER)}</p> }>
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

/// The way between several homes.
#[component]
fn Homes() -> impl IntoView {
    let (here, threshold, mine) = (Household::here(), Threshold::here(), families());
    let all = move || mine.value().filter(|all| all.len() > 1);
    move || {
        all().map(|all| {
            let line = move |family: Family| {
                let id = family.id;
                view! {
                    <button type="button" class="button" aria-pressed=move || (here.id() == id).to_string()
                        data-tone=move || if here.id() == id { Tone::Accent } else { Tone::Plain }.name()
                        on:click=move |_| threshold.choose(id)>{family.name.to_string()}</button>
                }
            };
            view! {
                <Card title=w::FAMILY_HOMES>
                    <div class="card-acts">{all.into_iter().map(line).collect_view()}</div>
                </Card>
            }
        })
    }
}

/// The way out, in two steps: it can't be undone.
#[component]
fn LeaveHome() -> impl IntoView {
    let (here, home) = (Household::here(), Home::here());
    let deed = Deed::<Leave>::default();
    let leave = move || {
        let left = here.0.with_untracked(|family| family.name.to_string());
        deed.go(Ok(Leave { family: here.id() }), move |_| {
            home.say(told(w::FAMILY_LEFT, &[("home", &left)]));
        });
    };
    view! {
        <Card title=w::FAMILY_LEAVE>
            <p class="food-known">{say(w::FAMILY_LEAVE_SAYS)}</p>
            <Refusal failure=deed.failure/>
            <div class="card-acts">
                <Twice label=w::FAMILY_LEAVE_DO sure=w::FAMILY_LEAVE_SURE busy=deed.is_busy press=leave/>
            </div>
        </Card>
    }
}
