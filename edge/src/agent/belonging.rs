//! Whom a device belongs to, as far as it knows: a pure machine, and who asks it.
//!
//! A device that was let go while it was away learns of it only when it is in
//! another home. What it still had to say was for the home before, and nobody
//! else may hear it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, task::spawn_blocking};

use super::Agent;
use crate::fault::Fault;

/// Whom it belongs to. Kept on the device's disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Belonging {
    /// Nobody has brought it in.
    #[default]
    Nobody,
    /// It is in a home.
    Home {
        /// When it was brought in, as the cloud says; `None` if that says nothing.
        since: Option<Timestamp>,
    },
    /// Somebody reset it, and its home has not heard of that.
    Leaving {
        /// When it was brought into that home.
        since: Timestamp,
    },
}

/// What is to be done when the cloud has let it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// It may say what it has to say.
    Known,
    /// It is in another home: what it had to say is for nobody.
    Stranger,
    /// It has to say that it leaves, and nothing else.
    Goodbye,
}

impl Belonging {
    /// Whom it belongs to when the cloud has let it in and says when it was
    /// brought in, and what is to be done.
    #[must_use]
    pub fn meet(self, told: Option<Timestamp>) -> (Self, Meeting) {
        match (self, told) {
            // It is nobody's, or still that home's: it need not know which.
            (Self::Leaving { .. }, None) => (self, Meeting::Goodbye),
            (Self::Leaving { since }, Some(told)) if since == told => (self, Meeting::Goodbye),
            (Self::Home { since: Some(since) }, Some(told)) if since != told => {
                (Self::Home { since: Some(told) }, Meeting::Stranger)
            }
            (Self::Leaving { .. }, Some(told)) => (Self::Home { since: Some(told) }, Meeting::Stranger),
            (Self::Home { since }, None) => (Self::Home { since }, Meeting::Known),
            (_, told) => (Self::Home { since: told }, Meeting::Known),
        }
    }

    /// After somebody reset it, with or without a network.
    #[must_use]
    pub const fn reset(self) -> Self {
        match self {
            Self::Home { since: Some(since) } | Self::Leaving { since } => Self::Leaving { since },
            Self::Home { since: None } | Self::Nobody => Self::Nobody,
        }
    }

    /// Whether it is in a home.
    #[must_use]
    pub const fn is_home(self) -> bool {
        matches!(self, Self::Home { .. })
    }
}

impl Agent {
    /// Whom the device belongs to, as it changes.
    #[must_use]
    pub fn belonging(&self) -> watch::Receiver<Belonging> {
        self.0.belonging.subscribe()
    }

    /// Somebody resets the device: it forgets its home and what it had to say
    /// to it, now, and tells it when it can.
    ///
    /// # Errors
    /// The disk can't be written.
    pub async fn reset(&self) -> Result<(), Fault> {
        let shared = self.0.clone();
        let belonging = self.0.belonging.borrow().reset();
        spawn_blocking(move || {
            shared.identity.belongs(belonging)?;
            shared.outbox.clear()
        })
        .await
        .map_err(|_| Fault::Task)??;
        self.0.belonging.send_replace(belonging);
        self.0.reset.notify_one();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn home(second: i64) -> Belonging {
        Belonging::Home {
            since: Some(at(second)),
        }
    }

    #[test]
    fn a_new_device_keeps_what_it_had_to_say_and_one_in_another_home_does_not() {
        assert_eq!(Belonging::Nobody.meet(Some(at(1))), (home(1), Meeting::Known));
        assert_eq!(home(1).meet(Some(at(1))), (home(1), Meeting::Known));
        assert_eq!(home(1).meet(Some(at(2))), (home(2), Meeting::Stranger));
    }

    #[test]
    fn a_cloud_that_says_nothing_changes_nothing() {
        let unsaid = Belonging::Home { since: None };
        assert_eq!(Belonging::Nobody.meet(None), (unsaid, Meeting::Known));
        assert_eq!(home(1).meet(None), (home(1), Meeting::Known));
        assert_eq!(unsaid.meet(Some(at(2))), (home(2), Meeting::Known));
    }

    #[test]
    fn a_reset_device_says_goodbye_to_its_home_and_to_no_other() {
        let leaving = home(1).reset();
        assert_eq!(leaving.reset(), leaving);
        assert_eq!(leaving.meet(Some(at(1))), (leaving, Meeting::Goodbye));
        assert_eq!(leaving.meet(None), (leaving, Meeting::Goodbye));
        assert_eq!(leaving.meet(Some(at(2))), (home(2), Meeting::Stranger));
        assert_eq!(Belonging::Nobody.reset(), Belonging::Nobody);
    }
}
