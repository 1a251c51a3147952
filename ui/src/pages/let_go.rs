//! Letting a device go: what that means, the deed, and what went with it.

use hearth_contract::{
    Power,
    device::{Device, Gone, Hardware, Remove},
};
use leptos::prelude::*;

use crate::{
    deed::Deed,
    home::Home,
    host::Outcome,
    household::Household,
    language::{say, told},
    parts::{
        action::{Button, Tone},
        card::Card,
        icon::Icon,
        refusal::Refusal,
    },
    words::{Text, say as w},
};

/// The device that was let go last, on whatever page stands below: its line is
/// gone by the time that is known.
#[derive(Clone, Copy)]
pub struct LastGone(RwSignal<Option<Gone>>);

impl LastGone {
    /// Where the pages below say what went.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }
}

/// Lets a device go, for those who may; asked twice, because it can't be undone here.
#[component]
pub fn LetGo(
    device: Device,
    /// What else can be done with it.
    #[prop(optional, into)]
    beside: ViewFn,
) -> impl IntoView {
    let (home, here, last_gone) = (Home::here(), Household::here(), use_context::<LastGone>());
    // A tablet has nothing of its own.
    let has_report = device.hardware != Hardware::Tablet;
    let (is_asked, beside) = (RwSignal::new(false), StoredValue::new(beside));
    let deed = Deed::<Remove>::default();
    let (label, means, act) = texts(device.hardware);
    let thing = StoredValue::new(device.thing);
    let go = move || {
        let command = Remove {
            family: here.id(),
            thing: thing.get_value(),
        };
        deed.go(Ok(command), move |outcome| {
            let Outcome::Done(gone) = outcome else { return };
            match last_gone.filter(|_| has_report) {
                Some(LastGone(last)) => last.set(Some(gone)),
                None => home.say(untrack(|| told(w::TABLET_IS_OUT, &[("name", gone.name.as_str())]))),
            }
        });
    };
    view! {
        <Show when=move || here.may(Power::Pair)>
            <Show when=move || is_asked.get() fallback=move || view! {
                <div class="card-acts">
                    {beside.with_value(ViewFn::run)}
                    <Button label tone=Tone::Quiet icon=Icon::Trash press=move || is_asked.set(true)/>
                </div>
            }>
                <p class="note">{say(means)}</p>
                <div class="card-acts">
                    <Button label=act tone=Tone::Danger icon=Icon::Trash busy=deed.is_busy press=go/>
                    <Button label=w::ACT_CANCEL press=move || is_asked.set(false)/>
                </div>
            </Show>
            <Refusal failure=deed.failure/>
        </Show>
    }
}

const fn texts(hardware: Hardware) -> (Text, Text, Text) {
    match hardware {
        Hardware::Tablet => (w::TABLET_PUT_OUT, w::TABLET_PUT_OUT_SAYS, w::TABLET_PUT_OUT_DO),
        Hardware::Fridge => (w::DEVICE_LET_GO, w::DEVICE_LET_GO_FRIDGE, w::DEVICE_LET_GO_DO),
        Hardware::Meter => (w::DEVICE_LET_GO, w::DEVICE_LET_GO_METER, w::DEVICE_LET_GO_DO),
        Hardware::Microwave => (w::DEVICE_LET_GO, w::DEVICE_LET_GO_MICROWAVE, w::DEVICE_LET_GO_DO),
    }
}

/// What went with the device that was let go last.
#[component]
pub fn GoneCard() -> impl IntoView {
    let LastGone(gone) = expect_context();
    move || {
        let gone = gone.get()?;
        Some(view! { <Report gone/> })
    }
}

/// The report.
#[component]
pub fn Report(gone: Gone) -> impl IntoView {
    let counts = [
        (w::DEVICE_GONE_PICTURES, gone.pictures),
        (w::DEVICE_GONE_CHANGES, gone.changes),
        (w::DEVICE_GONE_ORDERS, gone.orders),
        (w::DEVICE_GONE_TABLETS, gone.tablets),
    ];
    let line = move |(text, count): (Text, u64)| {
        (count > 0).then(|| view! { <li>{move || told(text, &[("n", &count.to_string())])}</li> })
    };
    view! {
        <div role="status">
            <Card title=w::DEVICE_GONE_TITLE of=Signal::stored(gone.name.to_string())>
                <ul class="lines">{counts.map(line).into_iter().collect_view()}</ul>
                <p class="note">{say(w::DEVICE_GONE_STAYS)}</p>
            </Card>
        </div>
    }
}
