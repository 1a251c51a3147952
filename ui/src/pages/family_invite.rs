//! Inviting: as what, for how many, for how long; then the link and its picture.

use hearth_contract::{
    family::{Invite, Joining, Uses, link},
    text::InvitationCode,
    units::Seconds,
};
use leptos::{prelude::*, task::spawn_local};

use super::family_member::last_day_of;
use crate::{
    browser::dom,
    deed::Deed,
    home::Home,
    host,
    household::Household,
    language::say,
    parts::{
        action::{Button, Submit, Tone},
        card::Card,
        choose::Choose,
        field::Field,
        qr::Qr,
        refusal::Refusal,
    },
    words::{Text, say as w},
};

/// The roles that can be given.
pub const JOINING: &[(Joining, Text)] = &[
    (Joining::Adult, w::ROLE_ADULT),
    (Joining::Child, w::ROLE_CHILD),
    (Joining::Guest, w::ROLE_GUEST),
];
const USES: &[(u32, Text)] = &[(1, w::INVITE_ONE), (5, w::INVITE_FEW), (20, w::INVITE_MANY)];
const LASTS: &[(u64, Text)] = &[
    (3600, w::INVITE_HOUR),
    (24 * 3600, w::INVITE_DAY),
    (7 * 24 * 3600, w::INVITE_WEEK),
];

/// The card.
#[component]
pub fn InviteCard() -> impl IntoView {
    let made = RwSignal::new(None::<InvitationCode>);
    view! {
        <Card title=w::INVITE_TITLE>
            {move || match made.get() {
                None => view! { <InviteForm made/> }.into_any(),
                Some(code) => view! { <Made code made/> }.into_any(),
            }}
        </Card>
    }
}

#[component]
fn InviteForm(made: RwSignal<Option<InvitationCode>>) -> impl IntoView {
    let here = Household::here();
    let deed = Deed::<Invite>::default();
    let (role, uses, lasts) = (
        RwSignal::new(Joining::Adult),
        RwSignal::new(1),
        RwSignal::new(24 * 3600),
    );
    let last_day = RwSignal::new(String::new());
    // One code for this form: pressed again after a silence, it is the same invitation.
    let code = host::mint_code();
    let send = move || {
        let day = last_day_of(role.get_untracked() == Joining::Guest, &last_day.get_untracked());
        let code = code.clone();
        let command = day.map(|last_day| Invite {
            family: here.id(),
            code: code.clone(),
            role: role.get_untracked(),
            uses: Uses::try_from(uses.get_untracked()).unwrap_or(Uses::ONE),
            lasts: Seconds(lasts.get_untracked()),
            last_day,
        });
        deed.go(command, move |_| made.set(Some(code)));
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <div class="form-row">
                <Choose label=w::FAMILY_ROLE value=role options=JOINING/>
                <Choose label=w::INVITE_USES value=uses options=USES/>
                <Choose label=w::INVITE_LASTS value=lasts options=LASTS/>
            </div>
            <Show when=move || role.get() == Joining::Guest>
                <Field label=w::FAMILY_LAST_DAY name="last_day" kind="date" value=last_day failure=deed.failure/>
            </Show>
            <Refusal failure=deed.failure fields=&["last_day"]/>
            <Submit label=w::INVITE_DO busy=deed.is_busy/>
        </form>
    }
}

/// The link, to be copied or scanned: only here, only now.
#[component]
fn Made(code: InvitationCode, made: RwSignal<Option<InvitationCode>>) -> impl IntoView {
    let home = Home::here();
    let link = link(&dom::origin().unwrap_or_else(|| "hearth:/".to_owned()), &code);
    let (shown, text) = (RwSignal::new(link.clone()), link.clone());
    let copy = move || {
        let link = link.clone();
        spawn_local(async move {
            if dom::copy(&link).await {
                home.say(say(w::INVITE_COPIED)());
            }
        });
    };
    view! {
        <div class="form">
            <Qr text=Signal::derive(move || text.clone()) label=w::INVITE_CODE/>
            <Field label=w::INVITE_LINK name="link" hint=w::INVITE_LINK_HINT value=shown failure=None/>
            <div class="card-acts">
                {dom::can_copy().then(|| view! { <Button label=w::INVITE_COPY tone=Tone::Accent press=copy/> })}
                <Button label=w::INVITE_DONE press=move || made.set(None)/>
            </div>
        </div>
    }
}
