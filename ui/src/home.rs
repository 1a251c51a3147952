//! What the page knows of where it runs: who is signed in, whether core and the
//! cloud can be reached, what waits, and which questions have to be asked again.
//!
//! It keeps no food, device or picture: those are answers of questions.

use hearth_contract::{
    Command, Failure, Hears,
    event::Glance,
    host::{Link, Notice},
    session::{Session, Who},
    units::Watts,
};
use jiff::Timestamp;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::clock,
    host::{self, Outcome, Told},
    recent,
};

/// A short message that goes away by itself.
#[derive(Clone, Debug)]
pub enum Word {
    /// Something was done, and how it is undone.
    Said(String, Option<Callback<()>>),
    /// An edit that had waited was refused.
    Refused(Failure),
}

/// The page's surroundings. Copies name the same.
#[derive(Clone, Copy)]
pub struct Home {
    /// Who is here; `None` until core has said.
    pub session: RwSignal<Option<Session>>,
    /// Why core has not said who is here.
    pub silence: RwSignal<Option<Failure>>,
    /// The live connection of core.
    pub link: RwSignal<Link>,
    /// Whether core itself can be reached.
    pub reached: RwSignal<bool>,
    /// Edits that wait to be sent.
    pub waiting: RwSignal<u32>,
    /// The last power that was glimpsed, and when it was measured.
    pub power: RwSignal<Option<(Watts, Timestamp)>>,
    /// Real time, once a second: for ages.
    pub now: RwSignal<Timestamp>,
    /// What the one polite live region says, and the page shows for a while.
    pub word: RwSignal<Option<Word>>,
    heard: [RwSignal<u32>; Hears::ALL.len()],
    told: RwSignal<u32>,
}

impl Home {
    /// Surroundings nobody has told anything yet. Provided to everything below.
    pub fn provide() -> Self {
        let home = Self::still(clock::now());
        clock::every(1000, move || home.now.set(clock::now()));
        provide_context(home);
        home
    }

    /// Surroundings in which time stands.
    #[must_use]
    pub fn still(now: Timestamp) -> Self {
        Self {
            session: RwSignal::new(None),
            told: RwSignal::new(0),
            silence: RwSignal::new(None),
            link: RwSignal::new(Link::Off),
            reached: RwSignal::new(true),
            waiting: RwSignal::new(0),
            power: RwSignal::new(None),
            now: RwSignal::new(now),
            word: RwSignal::new(None),
            heard: std::array::from_fn(|_| RwSignal::new(0)),
        }
    }

    /// The surroundings of this page.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Listens to core and asks who is here.
    pub fn open(self) {
        let kept = StoredValue::new_local(Some(host::notices(move |told| self.hear(told))));
        on_cleanup(move || drop(kept.try_update_value(Option::take)));
        self.ask_who();
    }

    /// Asks core who is here. What core tells meanwhile is newer than its answer.
    pub fn ask_who(self) {
        let told = self.told.get_untracked();
        spawn_local(async move {
            match host::call(Who {}, host::mint()).await {
                Ok(Outcome::Done(session)) if self.told.get_untracked() == told => self.is(session),
                Ok(_) => {}
                Err(failure) => self.silence.set(Some(failure)),
            }
        });
    }

    /// Somebody else is here from now on.
    pub fn is(self, session: Session) {
        self.silence.set(None);
        if self.session.with_untracked(|known| known.as_ref() != Some(&session)) {
            self.power.set(None);
            if self.session.with_untracked(Option::is_some) {
                recent::forget();
            }
            self.session.set(Some(session));
            self.ring(&[Hears::Session]);
        }
    }

    /// Says something politely, and shows it for a while.
    pub fn say(self, word: impl Into<String>) {
        self.word.set(Some(Word::Said(word.into(), None)));
    }

    /// Says what was done and offers to take it back. Whoever did it may be gone by then.
    pub fn offer_undo<C: Command>(self, word: String, undo: C) {
        let undo = Callback::new(move |()| {
            let undo = undo.clone();
            spawn_local(async move {
                if let Err(failure) = host::call(undo, host::mint()).await {
                    self.word.set(Some(Word::Refused(failure)));
                }
            });
        });
        self.word.set(Some(Word::Said(word, Some(undo))));
    }

    /// Follows what these topics hear: an effect that calls it runs again.
    pub fn follow(self, topics: &[Hears]) {
        for topic in topics {
            self.heard[*topic as usize].track();
        }
    }

    fn ring(self, topics: &[Hears]) {
        for topic in topics {
            self.heard[*topic as usize].update(|times| *times = times.wrapping_add(1));
        }
    }

    fn hear(self, told: Told) {
        match told {
            Told::Lost => self.reached.set(false),
            Told::Reached => {
                if !self.reached.get_untracked() {
                    self.reached.set(true);
                    self.ask_who();
                    self.ring(Hears::ALL);
                }
            }
            Told::Notice(notice) => self.notice(*notice),
        }
    }

    fn notice(self, notice: Notice) {
        match notice {
            Notice::Session(session) => {
                self.told.update_untracked(|times| *times += 1);
                self.is(session);
            }
            Notice::Event(entry) => {
                if let Some(topic) = entry.event.about() {
                    self.ring(&[topic]);
                }
            }
            Notice::Glance(Glance::Power { power_w, at, .. }) => self.power.set(Some((power_w, at))),
            Notice::Glance(Glance::Unknown) => {}
            Notice::Link(link) => {
                let before = self.link.get_untracked();
                self.link.set(link);
                if link == Link::Live && before != Link::Live {
                    self.ring(Hears::ALL);
                }
            }
            Notice::Waiting { edits } => self.waiting.set(edits),
            Notice::Refused { failure, .. } => {
                self.word.set(Some(Word::Refused(failure)));
                self.ring(&[Hears::Pantry]);
            }
        }
    }
}
