//! Coming in: what was typed, the ways to be let in, and what follows.

use std::rc::Rc;

use hearth_contract::{
    Failure, Reason,
    session::{
        Person, Session, SignIn, SignInStep,
        passkey::{Enter, Entered},
    },
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    browser::passkey,
    deed::{Deed, typed},
    home::Home,
    host::{self, Outcome},
    language::told,
    threshold::Threshold,
    words::say as w,
};

/// What one needs to sign in, while it is being typed.
#[derive(Clone, Copy)]
pub struct Credentials {
    /// The mail address.
    pub mail: RwSignal<String>,
    /// The password; forgotten with the page.
    pub password: RwSignal<String>,
}

impl Credentials {
    /// Nothing typed yet.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            mail: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
        }
    }

    fn command(self) -> Result<SignIn, Failure> {
        Ok(SignIn {
            mail: typed(&self.mail.get_untracked(), "mail")?,
            // A password that is too short is simply wrong here.
            password: typed(&self.password.get_untracked(), "password").map_err(|failure: Failure| {
                if failure.reason == Reason::PasswordWeak {
                    Reason::WrongPassword.into()
                } else {
                    failure
                }
            })?,
            place: typed(&host::place(), "place")?,
        })
    }
}

/// Leads to a page of ours, in place of this one.
type Lead = Rc<dyn Fn(&str)>;

/// Signing in with what was typed, then home. Copies name the same.
#[derive(Clone, Copy)]
pub struct Entrance {
    credentials: Credentials,
    /// By password: its progress and its refusal.
    pub deed: Deed<SignIn>,
    /// By passkey: what is asked, and what was answered.
    pub asked: Deed<Enter>,
    /// The passkey's answer.
    pub answered: Deed<Entered>,
    /// The password was right; the second factor is asked for.
    pub needs_code: RwSignal<bool>,
    home: Home,
    go: StoredValue<Lead, LocalStorage>,
    threshold: Threshold,
}

impl Entrance {
    /// The entrance of this page.
    #[must_use]
    pub fn with(credentials: Credentials) -> Self {
        let go = use_navigate();
        let go: Lead = Rc::new(move |to| {
            go(
                to,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        });
        Self {
            credentials,
            deed: Deed::default(),
            asked: Deed::default(),
            answered: Deed::default(),
            needs_code: RwSignal::new(false),
            home: Home::here(),
            go: StoredValue::new_local(go),
            threshold: Threshold::here(),
        }
    }

    /// Signs in by password.
    pub fn enter(self) {
        self.deed.go(self.credentials.command(), move |outcome| match outcome {
            Outcome::Done(SignInStep::In(person)) => self.arrive(person),
            Outcome::Done(SignInStep::CodeNeeded) => {
                let _ = self.needs_code.try_set(true);
            }
            Outcome::Waiting(_) => {}
        });
    }

    /// Signs in by password; who has not typed one on this page is asked for it.
    pub fn enter_or_ask(self) {
        if self.credentials.password.with_untracked(String::is_empty) {
            self.home.say(untrack(|| told(w::CONFIRM_DONE, &[])));
            self.go("/sign-in");
        } else {
            self.enter();
        }
    }

    /// Signs in by passkey.
    pub fn enter_by_passkey(self) {
        let command = typed(&self.credentials.mail.get_untracked(), "mail").and_then(|mail| {
            let place = typed(&host::place(), "place")?;
            Ok(Enter { mail, place })
        });
        self.deed.failure.set(None);
        self.answered.failure.set(None);
        self.asked.go(command, move |outcome| {
            let Outcome::Done(question) = outcome else { return };
            spawn_local(async move {
                match passkey::get(&question.options).await {
                    Ok(credential) => self.answered.go(Ok(Entered { credential }), move |outcome| {
                        if let Outcome::Done(person) = outcome {
                            self.arrive(person);
                        }
                    }),
                    Err(failure) => {
                        let _ = self.asked.failure.try_set(Some(failure));
                    }
                }
            });
        });
    }

    /// Somebody is in.
    pub fn arrive(self, person: Person) {
        self.home.is(Session::Person(person));
        // An invitation that waits comes first.
        let is_invited = self.threshold.invited.with_untracked(Option::is_some);
        self.go(if is_invited { "/join" } else { "/" });
    }

    fn go(self, to: &str) {
        if let Some(go) = self.go.try_get_value() {
            go(to);
        }
    }
}
