//! The drawn signs, in the colour of the text beside them. A sign is never alone:
//! words stand beside it, so readers skip it.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident = $file:literal,)*) => {
        /// A drawn sign.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon { $(
            #[doc = $file]
            $name,
        )* }

        impl Icon {
            /// Every sign.
            #[cfg(feature = "gallery")]
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            const fn drawing(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../../assets/icons/", $file, ".svg")),)* }
            }
        }
    };
}

icons! {
    Back = "back", Bell = "bell", Camera = "camera", Check = "check", Clock = "clock", Device = "device",
    Door = "door", Edit = "edit", Energy = "energy", Eye = "eye", Family = "family", Flame = "flame", Food = "food",
    Forward = "forward", Fridge = "fridge", Home = "home", Key = "key", Live = "live", Meter = "meter",
    Microwave = "microwave", Minus = "minus", Pause = "pause", Picture = "picture", Play = "play", Plus = "plus",
    Refresh = "refresh", Scan = "scan", Search = "search", Settings = "settings", SignOut = "sign-out",
    Simulated = "simulated", Stop = "stop", Trash = "trash", Undo = "undo", Waiting = "waiting", Warning = "warning",
    WifiOff = "wifi-off",
}

/// A sign, as tall as the text.
#[component]
pub fn Sign(#[prop(into)] icon: Signal<Icon>) -> impl IntoView {
    view! { <span class="sign" aria-hidden="true" inner_html=move || icon.get().drawing()></span> }
}
