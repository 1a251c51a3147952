//! Passkeys: made with a name, and removed.

use hearth_contract::session::passkey::{Made, Make, Passkey, Remove};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    ask::Ask,
    browser::passkey,
    deed::{Deed, typed},
    home::Home,
    host::{self, Outcome},
    language::{say, told},
    parts::{
        action::{Button, Submit, Tone},
        answer::Answer,
        card::Card,
        field::Field,
        icon::{Icon, Sign},
        refusal::Refusal,
    },
    tell,
    words::say as w,
};

/// The card.
#[component]
pub fn Passkeys(passkeys: Ask<Vec<Passkey>>) -> impl IntoView {
    view! {
        <Card title=w::PASSKEYS_TITLE>
            <Answer of=passkeys lines=2 is_empty=Vec::is_empty
                none=move || view! { <p>{say(w::PASSKEYS_NONE)}</p> } let:all>
                <ul class="lines">
                    <For each=move || all.get() key=|passkey| passkey.id.clone() let:passkey>
                        <li><Line passkey passkeys/></li>
                    </For>
                </ul>
            </Answer>
            {if passkey::is_here() {
                view! { <Add passkeys/> }.into_any()
            } else {
                let why = if host::is_window() { w::PASSKEY_WINDOW } else { w::PASSKEY_BROWSER };
                view! { <p class="food-known">{say(why)}</p> }.into_any()
            }}
        </Card>
    }
}

#[component]
fn Line(passkey: Passkey, passkeys: Ask<Vec<Passkey>>) -> impl IntoView {
    let home = Home::here();
    let deed = Deed::<Remove>::default();
    let (id, made_at) = (passkey.id, passkey.made_at);
    let since = move || told(w::PASSKEY_MADE, &[("ago", &tell::ago(made_at, home.now.get()))]);
    view! {
        <div class="food-line">
            <Sign icon=Icon::Key/>
            <span class="food-says">
                <span class="food-name">{passkey.name}</span>
                <span class="food-known">{since}</span>
            </span>
            <Button label=w::PASSKEY_REMOVE tone=Tone::Quiet busy=deed.is_busy
                press=move || deed.go(Ok(Remove { id: id.clone() }), move |_| passkeys.again())/>
        </div>
        <Refusal failure=deed.failure/>
    }
}

/// Makes one: the pool's question, the browser's dialog, the pool's yes.
#[component]
fn Add(passkeys: Ask<Vec<Passkey>>) -> impl IntoView {
    let name = RwSignal::new(host::place());
    let (make, made) = (Deed::<Make>::default(), Deed::<Made>::default());
    let failure = Signal::derive(move || make.failure.get().or_else(|| made.failure.get()));
    let busy = Signal::derive(move || make.is_busy.get() || made.is_busy.get());
    let send = move || {
        made.failure.set(None);
        let named = typed(&name.get_untracked(), "name");
        let Ok(called) = named else {
            made.failure.set(named.err());
            return;
        };
        make.go(Ok(Make {}), move |outcome| {
            let Outcome::Done(question) = outcome else { return };
            spawn_local(async move {
                match passkey::create(&question.options).await {
                    Ok(credential) => {
                        let command = Made {
                            credential,
                            name: called,
                        };
                        made.go(Ok(command), move |_| passkeys.again());
                    }
                    Err(failure) => {
                        let _ = make.failure.try_set(Some(failure));
                    }
                }
            });
        });
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Field label=w::PASSKEY_NAME name="name" value=name failure/>
            <Refusal failure fields=&["name"]/>
            <Submit label=w::PASSKEY_ADD busy/>
        </form>
    }
}
