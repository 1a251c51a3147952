//! Who is in the family, as small round initials and as a list.

use hearth_contract::{Role, family::Member};
use leptos::prelude::*;

use crate::words::{Text, say as w};

/// What a role is called.
#[must_use]
pub const fn role_name(role: Role) -> Text {
    match role {
        Role::Owner => w::ROLE_OWNER,
        Role::Adult => w::ROLE_ADULT,
        Role::Child => w::ROLE_CHILD,
        Role::Guest => w::ROLE_GUEST,
        Role::Kiosk => w::ROLE_KIOSK,
    }
}

/// The first letter of somebody's name, round. The name stands beside it or is said for it.
#[component]
pub fn Initial(#[prop(into)] name: String) -> impl IntoView {
    let letter: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    view! { <span class="initial" aria-hidden="true">{letter}</span> }
}

/// Everybody, in a row.
#[component]
pub fn Initials(#[prop(into)] members: Signal<Vec<Member>>) -> impl IntoView {
    view! {
        <ul class="initials">
            <For each=move || members.get() key=|member| (member.person, member.name.clone()) let:member>
                <li title=member.name.to_string()>
                    <Initial name=member.name.to_string()/>
                    <span class="for-readers">{member.name.to_string()}</span>
                </li>
            </For>
        </ul>
    }
}
