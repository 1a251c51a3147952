//! The invitations that still let somebody in, each with the way to take it back.

use hearth_contract::family::{Invitation, Invitations, Revoke};
use leptos::prelude::*;

use crate::{
    ask::ask,
    browser::intl,
    deed::Deed,
    home::Home,
    household::Household,
    language::{say, told},
    parts::{
        action::{Button, Tone},
        answer::Answer,
        card::Card,
        food_line,
        people::role_name,
        refusal::Refusal,
    },
    tell,
    words::say as w,
};

/// The card.
#[component]
pub fn OpenInvitations() -> impl IntoView {
    let here = Household::here();
    let open = ask(move || Invitations { family: here.id() });
    view! {
        <Card title=w::INVITE_OPEN>
            <Answer of=open lines=1 is_empty=Vec::is_empty none=|| view! { <p class="food-known">{say(w::INVITE_NONE)}</p> } let:open>
                <ul class="lines">
                    <For each=move || open.get() key=|open| format!("{open:?}") let:open>
                        <li><Line open/></li>
                    </For>
                </ul>
            </Answer>
        </Card>
    }
}

#[component]
fn Line(open: Invitation) -> impl IntoView {
    let (here, home, today) = (Household::here(), Home::here(), food_line::today());
    let deed = Deed::<Revoke>::default();
    let says = move || {
        let zone = here.zone();
        told(
            w::INVITE_SAYS,
            &[
                ("used", &tell::whole(f64::from(open.used))),
                ("most", &tell::whole(f64::from(open.uses.get()))),
                (
                    "day",
                    &tell::short_day(intl::day_of(&zone, open.expires_at), today.get()),
                ),
                ("hour", &tell::hour(&zone, open.expires_at)),
            ],
        )
    };
    let (role, invitation) = (open.role.into(), open.id);
    view! {
        <div class="food-line">
            <span class="food-says">
                <span class="food-name">{move || say(role_name(role))()}</span>
                <span class="food-known">{says}</span>
            </span>
            <Button label=w::INVITE_REVOKE tone=Tone::Danger busy=deed.is_busy press=move || {
                deed.go(Ok(Revoke { family: here.id(), invitation }), move |_| home.say(say(w::INVITE_REVOKED)()));
            }/>
        </div>
        <Refusal failure=deed.failure/>
    }
}
