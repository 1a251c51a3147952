//! Which face and which look: chosen by where the page runs, or in Settings.

use leptos::prelude::*;

use crate::browser::{dom, storage};

const FACE: &str = "hearth-face";
const THEME: &str = "hearth-theme";

/// One face of the same pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// One hand, in the shop.
    Phone,
    /// Keyboard and a wide window.
    Desktop,
    /// The tablet on the fridge door, read from two metres.
    Kiosk,
}

/// The look somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As the system has it.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Face and look of this page.
#[derive(Clone, Copy)]
pub struct Looks {
    is_kiosk: RwSignal<bool>,
    is_wide: ReadSignal<bool>,
    look: RwSignal<Look>,
}

impl Looks {
    /// What was chosen, or what fits here. Provided to everything below.
    pub fn provide() -> Self {
        let asked = dom::parameter("face");
        if let Some(asked) = &asked {
            storage::write(FACE, (asked == "kiosk").then_some("kiosk"));
        }
        let is_kiosk = RwSignal::new(storage::read(FACE).as_deref() == Some("kiosk"));
        let look = match storage::read(THEME).as_deref() {
            Some("light") => Look::Light,
            Some("dark") => Look::Dark,
            _ => Look::Auto,
        };
        let looks = Self {
            is_kiosk,
            is_wide: dom::media("(min-width: 900px)"),
            look: RwSignal::new(look),
        };
        Effect::new(move |_| dom::mark_root("data-density", is_kiosk.get().then_some("kiosk")));
        provide_context(looks);
        looks
    }

    /// The looks of this page.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// The face now.
    #[must_use]
    pub fn face(self) -> Face {
        match (self.is_kiosk.get(), self.is_wide.get()) {
            (true, _) => Face::Kiosk,
            (false, true) => Face::Desktop,
            (false, false) => Face::Phone,
        }
    }

    /// Whether this is the screen in the fridge's door.
    #[must_use]
    pub fn is_kiosk(self) -> bool {
        self.is_kiosk.get()
    }

    /// The look now.
    #[must_use]
    pub fn look(self) -> Look {
        self.look.get()
    }

    /// Becomes the kiosk's face, or the one that fits the window.
    pub fn be_kiosk(self, is_kiosk: bool) {
        storage::write(FACE, is_kiosk.then_some("kiosk"));
        self.is_kiosk.set(is_kiosk);
    }

    /// Takes another look, now and next time.
    pub fn wear(self, look: Look) {
        let name = match look {
            Look::Auto => None,
            Look::Light => Some("light"),
            Look::Dark => Some("dark"),
        };
        storage::write(THEME, name);
        dom::mark_root("data-theme", name);
        self.look.set(look);
    }
}
