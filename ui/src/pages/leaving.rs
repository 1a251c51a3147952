//! Deleting the account: what will go, the password or a passkey once more, and
//! afterwards what went and what stayed.

use hearth_contract::{
    Failure, Reason,
    session::{
        Session,
        account::{Delete, Farewell, Proof},
        passkey::Enter,
    },
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::Redirect;

use super::{account_password::present, left::Left, view::Heading};
use crate::{
    browser::passkey,
    deed::{Deed, typed},
    home::Home,
    host::{self, Outcome},
    language::say,
    parts::{
        action::{Button, Submit, Tone, Way},
        field::Field,
        icon::Icon,
        refusal::Refusal,
    },
    words::say as w,
};

/// The page.
#[component]
pub fn Leaving() -> impl IntoView {
    let home = Home::here();
    let farewell = RwSignal::new(None);
    let is_stranger = Memo::new(move |_| {
        let nobody = |session: &Option<Session>| matches!(session, Some(Session::Nobody | Session::Ended(_)));
        farewell.with(Option::is_none) && home.session.with(nobody)
    });
    let deed = Deed::<Delete>::default();
    view! {
        <main class="alone" id="main">
            <Heading title=Signal::derive(move || say(w::LEAVING_TITLE)().to_owned())/>
            {move || match farewell.get() {
                Some(farewell) => view! { <Left farewell/> }.into_any(),
                // While it is being deleted the session ends before the answer comes.
                None if is_stranger.get() && !deed.is_busy.get() => view! { <Redirect path="/sign-in"/> }.into_any(),
                None => view! { <Prove deed farewell/> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Prove(deed: Deed<Delete>, farewell: RwSignal<Option<Farewell>>) -> impl IntoView {
    let home = Home::here();
    let password = RwSignal::new(String::new());
    let asked = Deed::<Enter>::default();
    let delete = move |proof: Result<Proof, Failure>| {
        deed.go(proof.map(|proof| Delete { proof }), move |outcome| {
            if let Outcome::Done(left) = outcome {
                let _ = farewell.try_set(Some(left));
                home.is(Session::Nobody);
            }
        });
    };
    let by_passkey = move || {
        let Some(Session::Person(person)) = home.session.get_untracked() else {
            return;
        };
        let mail = person.mail;
        let command = typed(&host::place(), "place").map(|place| Enter { mail, place });
        asked.go(command, move |outcome| {
            let Outcome::Done(question) = outcome else { return };
            spawn_local(async move { delete(passkey::get(&question.options).await.map(Proof::Passkey)) });
        });
    };
    let is_last_owner = Memo::new(move |_| {
        deed.failure.with(|failure| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.reason == Reason::LastOwner)
        })
    });
    view! {
        <p class="alone-says">{say(w::LEAVING_SAYS)}</p>
        <form class="form" novalidate on:submit=move |event| {
            event.prevent_default();
            delete(present(&password.get_untracked(), "password").map(Proof::Password));
        }>
            <Field label=w::FIELD_PASSWORD name="password" kind="password" autocomplete="current-password"
                value=password failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["password"]/>
            {move || is_last_owner.get().then(|| view! { <div class="form-ways"><Way label=w::FAMILY_TITLE to="/family" icon=Icon::Family/></div> })}
            <Refusal failure=asked.failure/>
            <Submit label=w::LEAVING_DO tone=Tone::Danger busy=deed.is_busy/>
            {passkey::is_here().then(|| view! {
                <Button label=w::LEAVING_PASSKEY icon=Icon::Key busy=asked.is_busy press=by_passkey/>
            })}
            <div class="form-ways"><Way label=w::ACT_CANCEL to="/account" tone=Tone::Quiet/></div>
        </form>
    }
}
