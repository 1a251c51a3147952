//! One member, and what whoever may can change about them.

use hearth_contract::{
    Failure, Power, Role,
    family::{HandOver, Member, RemoveMember, SetRole},
    session::Session,
};
use leptos::prelude::*;

use crate::{
    browser::intl,
    deed::Deed,
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::Submit,
        badge::Badge,
        choose::Choose,
        field::Field,
        food_line,
        people::{Initial, role_name},
        refusal::Refusal,
        twice::Twice,
    },
    tell,
    words::{Text, say as w},
};

const ROLES: &[(Role, Text)] = &[
    (Role::Owner, w::ROLE_OWNER),
    (Role::Adult, w::ROLE_ADULT),
    (Role::Child, w::ROLE_CHILD),
    (Role::Guest, w::ROLE_GUEST),
];

/// The member; whoever may opens what can be changed.
#[component]
pub fn MemberLine(member: Member) -> impl IntoView {
    let (here, home, today) = (Household::here(), Home::here(), food_line::today());
    let is_open = RwSignal::new(false);
    let person = member.person;
    let is_me = move || {
        home.session
            .with(|who| matches!(who, Some(Session::Person(me)) if me.id == person))
    };
    let (joined_at, until) = (member.joined_at, member.until);
    let day = move |at| tell::short_day(intl::day_of(&here.zone(), at), today.get());
    let known = move || {
        let since = told(w::FAMILY_SINCE, &[("day", &day(joined_at))]);
        let until = until.map(|at| told(w::FAMILY_UNTIL, &[("day", &day(before(at)))]));
        let me = is_me().then(|| say(w::FAMILY_YOU)().to_owned());
        [me, Some(since), until]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let name = member.name.to_string();
    let opens = name.clone();
    let opens = move || told(w::FAMILY_CHANGE, &[("name", &opens)]);
    view! {
        <div class="food-line">
            <Initial name=name.clone()/>
            <span class="food-says">
                <span class="food-name">{name}</span>
                <span class="food-known">{known}</span>
            </span>
            <Badge text=Signal::derive(move || say(role_name(member.role))().to_owned())/>
            <Show when=move || here.may(Power::Administer)>
                <button type="button" class="button" data-tone="quiet" aria-expanded=move || is_open.get().to_string()
                    on:click=move |_| is_open.update(|open| *open = !*open)>{opens.clone()}</button>
            </Show>
        </div>
        <Show when=move || is_open.get() && here.may(Power::Administer)>
            <Change member=member.clone()/>
        </Show>
    }
}

/// The instant before: a stay that ends at midnight has its last day before.
fn before(at: jiff::Timestamp) -> jiff::Timestamp {
    at.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(at)
}

/// Another role, handing over, putting out.
#[component]
fn Change(member: Member) -> impl IntoView {
    let here = Household::here();
    let (set, over, out) = (
        Deed::<SetRole>::default(),
        Deed::<HandOver>::default(),
        Deed::<RemoveMember>::default(),
    );
    let (role, last_day) = (RwSignal::new(member.role), RwSignal::new(String::new()));
    let person = member.person;
    let send = move || {
        let day = last_day_of(role.get_untracked() == Role::Guest, &last_day.get_untracked());
        let command = day.map(|last_day| SetRole {
            family: here.id(),
            person,
            role: role.get_untracked(),
            last_day,
        });
        set.go(command, |_| ());
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Choose label=w::FAMILY_ROLE value=role options=ROLES/>
            <Show when=move || role.get() == Role::Guest>
                <Field label=w::FAMILY_LAST_DAY name="last_day" kind="date" value=last_day failure=set.failure/>
            </Show>
            <Refusal failure=set.failure fields=&["last_day"]/>
            <Refusal failure=over.failure/>
            <Refusal failure=out.failure/>
            <div class="card-acts">
                <Submit label=w::FAMILY_ROLE_DO busy=set.is_busy/>
                <Show when=move || member.role == Role::Adult>
                    <Twice label=w::FAMILY_HAND_OVER_DO sure=w::FAMILY_HAND_OVER_SURE busy=over.is_busy
                        press=move || over.go(Ok(HandOver { family: here.id(), person }), |_| ())/>
                </Show>
                <Twice label=w::FAMILY_REMOVE_DO sure=w::FAMILY_REMOVE_SURE busy=out.is_busy
                    press=move || out.go(Ok(RemoveMember { family: here.id(), person }), |_| ())/>
            </div>
        </form>
    }
}

/// Reads the last day of a stay; only guests have one.
///
/// # Errors
/// Missing or no day, naming the field.
pub fn last_day_of(is_guest: bool, text: &str) -> Result<Option<jiff::civil::Date>, Failure> {
    use hearth_contract::Reason::{FieldMissing, FieldWrong};
    match text.trim() {
        _ if !is_guest => Ok(None),
        "" => Err(Failure::new(FieldMissing).at("last_day")),
        day => day
            .parse()
            .map(Some)
            .map_err(|_| Failure::new(FieldWrong).at("last_day")),
    }
}
