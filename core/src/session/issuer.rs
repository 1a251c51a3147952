//! Whose tokens a session lives by: the user pool's, or those of a sign-on
//! provider that is joined to the identity pool. What else core does with
//! tokens it does without asking which.

use hearth_contract::{Failure, Reason, endpoints::login_name};
use serde::{Deserialize, Serialize};

use crate::{
    cloud::Place,
    session::{Pool, Tokens, sign_on::Provider},
};

/// Who gave a session its tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Issuer {
    /// The cloud's user pool.
    #[default]
    UserPool,
    /// The sign-on provider of this issuer.
    SignOn(String),
}

/// What the identity pool takes for credentials.
pub(crate) struct Login {
    /// What the pool calls whoever issued the token.
    pub(crate) provider: String,
    /// The id token.
    pub(crate) token: String,
}

impl Issuer {
    /// New tokens in place of these.
    ///
    /// # Errors
    /// A reason that ends the session when there will never be any again, `Unavailable`.
    pub(crate) async fn refresh(&self, place: &Place, tokens: &Tokens) -> Result<Tokens, Failure> {
        let refresh = tokens.refresh.as_deref().ok_or(Reason::SessionEnded)?;
        match self {
            Self::UserPool => Pool::new(place).refresh(refresh).await,
            // A provider that was taken out of the configuration signs nobody in any more.
            Self::SignOn(issuer) if place.endpoints.provider(issuer).is_none() => Err(Reason::SessionEnded.into()),
            Self::SignOn(issuer) => Provider::find(place, issuer).await?.refresh(tokens, refresh).await,
        }
    }

    /// Ends the session where it was begun.
    ///
    /// # Errors
    /// `Unavailable`; the tokens here are forgotten all the same.
    pub(crate) async fn revoke(&self, place: &Place, tokens: &Tokens) -> Result<(), Failure> {
        match self {
            Self::UserPool => Pool::new(place).revoke(tokens).await,
            Self::SignOn(issuer) => Provider::find(place, issuer).await?.revoke(tokens).await,
        }
    }

    /// What the cloud takes: access tokens of its own user pool, and of others
    /// the id token, which alone says for whom it was made.
    pub(crate) fn bearer(&self, place: &Place, tokens: Tokens) -> String {
        if self.is_of_pool(place) {
            tokens.access
        } else {
            tokens.id
        }
    }

    /// What the identity pool takes.
    pub(crate) fn login(&self, place: &Place, tokens: Tokens) -> Login {
        let provider = match self {
            Self::UserPool => login_name(&place.endpoints.user_pool.issuer).to_owned(),
            Self::SignOn(issuer) => {
                let provider = place.endpoints.provider(issuer);
                provider.map_or_else(|| login_name(issuer).to_owned(), |provider| provider.login().to_owned())
            }
        };
        Login {
            provider,
            token: tokens.id,
        }
    }

    /// Whether these are the user pool's tokens, by whatever way they came: then
    /// they open the account there.
    pub(crate) fn is_of_pool(&self, place: &Place) -> bool {
        match self {
            Self::UserPool => true,
            Self::SignOn(issuer) => *issuer == place.endpoints.user_pool.issuer,
        }
    }

    /// Whether the provider still takes this access token; one that can't be
    /// asked is believed to.
    pub(crate) async fn stands(&self, place: &Place, access: &str) -> bool {
        let Self::SignOn(issuer) = self else { return true };
        match Provider::find(place, issuer).await {
            Ok(provider) => provider.honours(access).await,
            Err(_) => true,
        }
    }
}
