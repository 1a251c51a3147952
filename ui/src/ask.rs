//! A question and its answer, kept up to date.
//!
//! It is asked again when an event comes that its command hears, when the
//! connection returns, and when what is asked changes. The last answer stays
//! until there is a newer one. Nothing is stored beyond the window.

use std::cell::Cell;
use std::rc::Rc;

use hearth_contract::{Command, Failure, Seen};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    home::Home,
    host::{self, Outcome},
    recent,
};

/// What is known of an answer.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    /// Nothing yet.
    Loading,
    /// The answer.
    Seen(Seen<T>),
    /// Asking failed; the answer before, if there was one.
    Failed(Failure, Option<Seen<T>>),
}

/// A question. Copies name the same.
pub struct Ask<T: Send + Sync + 'static> {
    answer: RwSignal<Answer<T>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Ask<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Ask<T> {}

impl<T: Clone + Send + Sync + 'static> Answer<T> {
    /// The value with its age, if one was ever seen.
    pub fn seen(&self) -> Option<&Seen<T>> {
        match self {
            Self::Loading => None,
            Self::Seen(seen) => Some(seen),
            Self::Failed(_, before) => before.as_ref(),
        }
    }

    fn take(&mut self, reply: Result<Outcome<Seen<T>>, Failure>) {
        match reply {
            Ok(Outcome::Done(seen)) => *self = Self::Seen(seen),
            // A question is never queued; should one be, its answer is still to come.
            Ok(Outcome::Waiting(_)) => {}
            Err(failure) => *self = Self::Failed(failure, self.seen().cloned()),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Ask<T> {
    /// A question nobody asks, with this answer.
    #[cfg(feature = "gallery")]
    #[must_use]
    pub fn still(answer: Answer<T>) -> Self {
        Self {
            answer: RwSignal::new(answer),
            again: RwSignal::new(0),
        }
    }

    /// Asks again now.
    pub fn again(self) {
        self.again.update(|times| *times = times.wrapping_add(1));
    }

    /// What is known, followed.
    pub fn read<U>(self, read: impl FnOnce(&Answer<T>) -> U) -> U {
        self.answer.with(read)
    }

    /// The value as far as it is known, followed.
    #[must_use]
    pub fn value(self) -> Option<T> {
        self.answer.with(|answer| answer.seen().map(|seen| seen.value.clone()))
    }
}

/// Asks what `command` says, and again whenever that, or what is true, changes.
/// Until it is answered, the last answer of this visit stands there.
pub fn ask<C, T>(command: impl Fn() -> C + 'static) -> Ask<T>
where
    C: Command<Reply = Seen<T>>,
    T: Clone + Send + Sync + 'static,
{
    start(command, recent::answer)
}

/// The same without an answer from before: for what decides where one may go.
pub fn ask_anew<C, T>(command: impl Fn() -> C + 'static) -> Ask<T>
where
    C: Command<Reply = Seen<T>>,
    T: Clone + Send + Sync + 'static,
{
    start(command, |_| None)
}

fn start<C, T>(command: impl Fn() -> C + 'static, before: fn(&C) -> Option<Seen<T>>) -> Ask<T>
where
    C: Command<Reply = Seen<T>>,
    T: Clone + Send + Sync + 'static,
{
    let home = Home::here();
    let ask = Ask {
        answer: RwSignal::new(Answer::Loading),
        again: RwSignal::new(0),
    };
    let (command, busy, stale) = (Rc::new(command), Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    Effect::new(move |_| {
        ask.again.track();
        home.follow(C::HEARS);
        let mut next = command();
        // What was answered before stands here until there is a newer answer.
        if ask.answer.with_untracked(|answer| answer.seen().is_none())
            && let Some(seen) = before(&next)
        {
            ask.answer.set(Answer::Seen(seen));
        }
        // One at a time: what changes meanwhile is asked for right after.
        stale.set(true);
        if busy.replace(true) {
            return;
        }
        let (command, busy, stale) = (command.clone(), busy.clone(), stale.clone());
        spawn_local(async move {
            while stale.replace(false) {
                let reply = host::call(next.clone(), host::mint()).await;
                if let Ok(Outcome::Done(seen)) = &reply {
                    recent::keep(&next, seen);
                }
                if ask.answer.try_update(|answer| answer.take(reply)).is_none() {
                    return;
                }
                next = untrack(|| command());
            }
            busy.set(false);
        });
    });
    ask
}
