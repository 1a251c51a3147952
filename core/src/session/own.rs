//! Calls a person makes about their own account: with their access token, which
//! is renewed once if the pool does not take it.

use std::sync::Arc;

use hearth_contract::{Failure, Reason, session::Person};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    cloud::Place,
    home::Home,
    session::{Keys, Pool},
    who::Who,
};

impl Home {
    /// Makes a call with the person's access token.
    ///
    /// # Errors
    /// The pool's refusal; a reason that ends the session; `NotSupported` for a
    /// tablet and for whoever's account is elsewhere; `Unavailable`.
    pub(crate) async fn own<T: DeserializeOwned>(&self, operation: &'static str, body: Value) -> Result<T, Failure> {
        let place = self.cloud.place().await?;
        let keys = self.account_here(place)?;
        let pool = Pool::new(place);
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

    /// The keys of whoever's account is at this cloud's user pool.
    ///
    /// # Errors
    /// `NotSupported` for a tablet and for whoever's account is elsewhere.
    pub(crate) fn account_here(&self, place: &Place) -> Result<&Arc<Keys>, Failure> {
        match &self.who {
            Who::Person { keys, .. } if keys.issuer().is_of_pool(place) => Ok(keys),
            _ => Err(Reason::NotSupported.into()),
        }
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

    /// Asks whoever issued the tokens whether the session still stands; if not,
    /// the stay is over.
    pub(crate) async fn check(&self) {
        let looked_after = match &self.who {
            Who::Person { keys, .. } => self.looked_after(keys).await,
            Who::Kiosk(_) => return,
        };
        if let Err(failure) = looked_after {
            tracing::debug!(%failure, "the session was looked after");
        }
    }

    async fn looked_after(&self, keys: &Arc<Keys>) -> Result<(), Failure> {
        let place = self.cloud.place().await?;
        if keys.issuer().is_of_pool(place) {
            return self.own::<Value>("GetUser", serde_json::json!({})).await.map(drop);
        }
        let access = self.or_over(keys.good(None).await).await?.access;
        if !keys.issuer().stands(place, &access).await {
            self.or_over(keys.good(Some(&access)).await).await?;
        }
        Ok(())
    }
}
