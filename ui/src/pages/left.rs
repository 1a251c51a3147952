//! What went and what stayed, once an account is deleted.

use hearth_contract::{
    family::{Fate, Goodbye},
    session::account::Farewell,
};
use leptos::prelude::*;

use crate::{
    language::{say, told},
    parts::{
        action::Way,
        card::Card,
        icon::{Icon, Sign},
    },
    tell,
    words::say as w,
};

/// The report.
#[component]
pub fn Left(farewell: Farewell) -> impl IntoView {
    let Farewell { homes, dropped_edits } = farewell;
    view! {
        <div class="form" role="status">
            <p class="alone-says">{say(w::LEFT_GONE)}</p>
            {(!homes.is_empty()).then(|| view! {
                <Card title=w::LEFT_HOMES>
                    <ul class="lines">{homes.into_iter().map(|said| view! { <li><Line said/></li> }).collect_view()}</ul>
                </Card>
            })}
            {(dropped_edits > 0).then(|| view! {
                <p class="alone-says">{move || told(w::LEFT_DROPPED, &[("n", &count(dropped_edits.into()))])}</p>
            })}
        </div>
        <Way label=w::LEFT_BACK to="/welcome"/>
    }
}

/// One home, and what became of it.
#[component]
fn Line(said: Goodbye) -> impl IntoView {
    let Goodbye { family, fate } = said;
    let icon = match fate {
        Fate::Left { .. } => Icon::Family,
        Fate::Deleted { .. } => Icon::Trash,
    };
    let became = move || match fate {
        Fate::Left { lines } => told(w::LEFT_STAYS, &[("lines", &count(lines))]),
        Fate::Deleted {
            devices,
            items,
            pictures,
            readings,
            lines,
        } => {
            let gaps = [
                ("devices", &*count(devices)),
                ("items", &count(items)),
                ("pictures", &count(pictures)),
                ("readings", &count(readings)),
                ("lines", &count(lines)),
            ];
            told(w::LEFT_DELETED, &gaps)
        }
    };
    view! {
        <div class="food-line">
            <Sign icon/>
            <span class="food-says">
                <span class="food-name">{family.to_string()}</span>
                <span class="food-known">{became}</span>
            </span>
        </div>
    }
}

fn count(n: u64) -> String {
    tell::whole(n as f64)
}
