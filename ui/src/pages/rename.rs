//! Calling a device something else.

use hearth_contract::device::{Device, Rename};
use leptos::prelude::*;

use crate::{
    deed::{Deed, typed},
    host::Outcome,
    household::Household,
    parts::{
        action::{Button, Submit},
        field::Field,
        refusal::Refusal,
    },
    words::say as w,
};

/// The form, until it is sent or closed.
#[component]
pub fn RenameDevice(device: Device, is_open: RwSignal<bool>) -> impl IntoView {
    let here = Household::here();
    let deed = Deed::<Rename>::default();
    let name = RwSignal::new(device.name.to_string());
    let thing = StoredValue::new(device.thing);
    let send = move || {
        let command = typed(&name.get_untracked(), "name").map(|name| Rename {
            family: here.id(),
            thing: thing.get_value(),
            name,
        });
        deed.go(command, move |outcome| {
            if matches!(outcome, Outcome::Done(_)) {
                is_open.set(false);
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); send(); }>
            <Field label=w::DEVICE_NAME name="name" value=name failure=deed.failure/>
            <Refusal failure=deed.failure fields=&["name"]/>
            <div class="card-acts">
                <Submit label=w::DEVICE_RENAME_DO busy=deed.is_busy/>
                <Button label=w::ACT_CANCEL press=move || is_open.set(false)/>
            </div>
        </form>
    }
}
