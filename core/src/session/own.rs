//! Calls a person makes about their own account: with their access token, which
//! is renewed once if the pool does not take it.

use hearth_contract::{Failure, Reason, session::Person};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{home::Home, session::Pool, who::Who};

impl Home {
    /// Makes a call with the person's access token.
    ///
    /// # Errors
    /// The pool's refusal; a reason that ends the session; `Unavailable`.
    pub(crate) async fn own<T: DeserializeOwned>(&self, operation: &'static str, body: Value) -> Result<T, Failure> {
        let pool = Pool::new(self.cloud.place().await?);
        let Who::Person { keys, .. } = &self.who else {
            return Err(Reason::NotSupported.into());
        };
        let mut tokens = self.or_over(keys.good(None).await).await?;
        let with = |access: &str| {
            let mut body = body.clone();
            body["AccessToken"] = access.into();
            body
        };
        let first = pool.try_call(operation, with(&tokens.access)).await;
        let answer = match first {
            Err(refusal) if refusal.is_of_token() => {
                tokens = self.or_over(keys.good(Some(&tokens.access)).await).await?;
                pool.try_call(operation, with(&tokens.access)).await
            }
            answer => answer,
        };
        answer.map_err(|refusal| {
            if refusal.is_of_token() {
                Reason::SignInNeeded.into()
            } else {
                refusal.failure(operation)
            }
        })
    }

    /// The person who is here.
    ///
    /// # Errors
    /// `NotSupported` for a tablet.
    pub(crate) fn person(&self) -> Result<&Person, Failure> {
        match &self.who {
            Who::Person { person, .. } => Ok(person),
            Who::Kiosk(_) => Err(Reason::NotSupported.into()),
        }
    }

    /// Asks the pool whether the session still stands; if not, the stay is over.
    pub(crate) async fn check(&self) {
        if let Err(failure) = self.own::<Value>("GetUser", serde_json::json!({})).await {
            tracing::debug!(%failure, "the session was looked after");
        }
    }
}
