//! The audit list: who let whom do what, newest first.

use hearth_contract::{
    HomeEvent,
    device::DeviceEvent,
    family::{AUDIT_PAGE, Audit, AuditLine, FamilyEvent, Parting},
    live::LiveEvent,
};
use leptos::prelude::*;

use crate::{
    ask::ask,
    browser::intl,
    household::Household,
    language::{say, told},
    parts::{
        action::{Button, Tone},
        answer::Answer,
        card::Card,
        food_line,
        people::role_name,
    },
    tell,
    words::say as w,
};

/// The card: a page of the list, and the way to older ones.
#[component]
pub fn AuditCard() -> impl IntoView {
    let here = Household::here();
    let before = RwSignal::new(None::<u64>);
    let lines = ask(move || Audit {
        family: here.id(),
        before: before.get(),
    });
    let last = move || {
        let lines = lines.value().filter(|lines| lines.len() == AUDIT_PAGE as usize)?;
        Some(lines.last()?.entry.seq)
    };
    view! {
        <Card title=w::AUDIT_TITLE>
            <Answer of=lines let:lines>
                <ul class="lines">
                    <For each=move || lines.get() key=|line| line.entry.seq let:line>
                        <li><Line line/></li>
                    </For>
                </ul>
            </Answer>
            <div class="card-acts">
                <Show when=move || before.get().is_some()>
                    <Button label=w::AUDIT_NEWEST tone=Tone::Quiet press=move || before.set(None)/>
                </Show>
                <Show when=move || last().is_some()>
                    <Button label=w::AUDIT_MORE tone=Tone::Quiet press=move || before.set(last())/>
                </Show>
            </div>
        </Card>
    }
}

#[component]
fn Line(line: AuditLine) -> impl IntoView {
    let (here, today) = (Household::here(), food_line::today());
    let at = line.entry.at;
    let when = move || {
        let zone = here.zone();
        let day = tell::short_day(intl::day_of(&zone, at), today.get());
        format!("{day} {}", tell::hour(&zone, at))
    };
    view! {
        <div class="food-line">
            <span class="food-says">
                <span>{move || says(&line)}</span>
                <span class="food-known">{when}</span>
            </span>
        </div>
    }
}

/// The line as a sentence.
fn says(line: &AuditLine) -> String {
    let who = line
        .by
        .as_ref()
        .map_or_else(|| say(w::AUDIT_HOME)().to_owned(), ToString::to_string);
    let of = |text, name: &str, role: &str| told(text, &[("who", &who), ("name", name), ("role", role)]);
    let role = |role| say(role_name(role))();
    match &line.entry.event {
        HomeEvent::Family(event) => match event {
            FamilyEvent::Created | FamilyEvent::Ended => of(w::AUDIT_CREATED, "", ""),
            FamilyEvent::Renamed { name } => of(w::AUDIT_RENAMED, name.as_str(), ""),
            FamilyEvent::MemberJoined { member } => of(w::AUDIT_JOINED, member.name.as_str(), role(member.role)),
            FamilyEvent::MemberLeft { member, how } => {
                let text = match how {
                    Parting::Left => w::AUDIT_LEFT,
                    Parting::Removed => w::AUDIT_REMOVED,
                    Parting::StayEnded => w::AUDIT_STAY_ENDED,
                };
                of(text, member.name.as_str(), "")
            }
            FamilyEvent::RoleChanged { member, .. } => of(w::AUDIT_ROLE, member.name.as_str(), role(member.role)),
            FamilyEvent::Invited { invitation } => of(w::AUDIT_INVITED, "", role(invitation.role.into())),
            FamilyEvent::InvitationRevoked { .. } => of(w::AUDIT_REVOKED, "", ""),
        },
        HomeEvent::Device(DeviceEvent::Paired { device }) => of(w::AUDIT_PAIRED, device.name.as_str(), ""),
        HomeEvent::Device(DeviceEvent::Removed { thing }) => of(w::AUDIT_DEVICE_REMOVED, thing.as_str(), ""),
        HomeEvent::Live(LiveEvent::Looked { .. }) => of(w::AUDIT_LOOKED, "", ""),
        _ => String::new(),
    }
}
