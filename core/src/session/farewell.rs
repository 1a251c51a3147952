//! Leaving every family before the account goes, so that it may break off
//! between the two: what the cloud has said is kept until the account is gone.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hearth_contract::{
    CallId, Failure, Kind, Reason,
    family::{Farewell, Goodbye},
};

use crate::{dispatch::rest_of, home::Home, real};

/// The goodbyes of this stay.
#[derive(Default)]
pub(crate) struct Goodbyes(Mutex<Said>);

#[derive(Default)]
struct Said {
    /// The call whose answer never came: asked again, it is answered the same.
    open: Option<CallId>,
    homes: Vec<Goodbye>,
}

impl Home {
    /// Leaves every family. Called again, it leaves those one has joined since
    /// and answers for all of them.
    ///
    /// # Errors
    /// `LastOwner` when a family with others in it would have no owner, and none
    /// was left; `Unavailable`, after which it is to be called again.
    pub(crate) async fn say_farewell(&self) -> Result<Vec<Goodbye>, Failure> {
        let open = self.goodbyes.said().open;
        let call = match open {
            Some(call) => call,
            None => real::call_id()?,
        };
        self.goodbyes.said().open = Some(call);
        let answer = self.send(&rest_of(&Farewell {})?, call).await;
        let mut said = self.goodbyes.said();
        if !matches!(&answer, Err(failure) if failure.kind == Kind::Unavailable) {
            said.open = None;
        }
        let homes: Vec<Goodbye> = serde_json::from_value(answer?).map_err(|_| Reason::CloudUnreachable)?;
        said.homes.extend(homes);
        Ok(said.homes.clone())
    }
}

impl Goodbyes {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
