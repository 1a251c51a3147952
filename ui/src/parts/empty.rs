//! What stands where there is nothing yet: why, and what to do.

use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::{language::say, words::Text};

/// The place that is empty.
#[component]
pub fn Empty(icon: Icon, says: Text, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <div class="empty">
            <Sign icon/>
            <p>{say(says)}</p>
            {children.map(|children| children())}
        </div>
    }
}
