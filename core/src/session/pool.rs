//! A client of the user pool (Amazon Cognito's JSON protocol), for the few
//! calls an app makes without AWS credentials.
//!
//! # Source
//! Amazon Cognito user pools API reference; protocol AWS JSON 1.1.

use std::time::Duration;

use hearth_contract::Failure;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    cloud::{Place, unreachable_now},
    session::{
        refusal::{self, Refusal},
        tokens::Tokens,
    },
};

const CALL_TAKES: Duration = Duration::from_secs(15);

/// The user pool of one cloud.
pub(crate) struct Pool<'a> {
    place: &'a Place,
}

/// What a successful authentication yields.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthenticationResult {
    access_token: String,
    id_token: String,
    /// With a refresh only when tokens rotate.
    #[serde(default)]
    refresh_token: Option<String>,
    expires_in: i64,
}

impl AuthenticationResult {
    /// The tokens; the refresh token is the former one unless a new one came.
    pub(crate) fn tokens(self, former: Option<String>) -> Option<Tokens> {
        let refresh = Some(self.refresh_token.or(former)?);
        let lasts = jiff::SignedDuration::from_secs(self.expires_in.clamp(0, 86_400));
        Some(Tokens {
            access: self.access_token,
            id: self.id_token,
            refresh,
            expires_at: crate::real::now() + lasts,
        })
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refreshed {
    authentication_result: AuthenticationResult,
}

impl<'a> Pool<'a> {
    /// The pool of this cloud.
    pub(crate) fn new(place: &'a Place) -> Self {
        Self { place }
    }

    /// The app client's id.
    pub(crate) fn client(&self) -> &str {
        &self.place.endpoints.user_pool.client
    }

    /// The pool's id, `region_Name`.
    pub(crate) fn id(&self) -> &str {
        &self.place.endpoints.user_pool.pool
    }

    /// Makes a call whose answer matters.
    ///
    /// # Errors
    /// The pool's refusal as the person should see it, or `Unavailable`.
    pub(crate) async fn call<T: DeserializeOwned>(&self, operation: &'static str, body: Value) -> Result<T, Failure> {
        self.try_call(operation, body)
            .await
            .map_err(|refusal| refusal.failure(operation))
    }

    /// Makes a call whose answer is empty.
    ///
    /// # Errors
    /// As [`Pool::call`].
    pub(crate) async fn tell(&self, operation: &'static str, body: Value) -> Result<(), Failure> {
        self.call::<Value>(operation, body).await.map(|_| ())
    }

    /// New tokens for a refresh token.
    ///
    /// # Errors
    /// A reason that ends the session when the pool does not honour it any more,
    /// or `Unavailable`.
    pub(crate) async fn refresh(&self, refresh: &str) -> Result<Tokens, Failure> {
        let body = json!({ "RefreshToken": refresh, "ClientId": self.client() });
        let mut answer: Result<Refreshed, Refusal> = self.try_call("GetTokensFromRefreshToken", body).await;
        if answer.as_ref().is_err_and(Refusal::is_unknown_operation) {
            let body = json!({
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "ClientId": self.client(),
                "AuthParameters": { "REFRESH_TOKEN": refresh },
            });
            answer = self.try_call("InitiateAuth", body).await;
        }
        let refreshed = answer.map_err(|refusal| refusal.of_refresh())?;
        let tokens = refreshed.authentication_result.tokens(Some(refresh.to_owned()));
        tokens.ok_or_else(|| hearth_contract::Reason::Bug.into())
    }

    /// Ends a session at the pool.
    ///
    /// # Errors
    /// `Unavailable`; the tokens here are forgotten all the same.
    pub(crate) async fn revoke(&self, tokens: &Tokens) -> Result<(), Failure> {
        self.tell(
            "RevokeToken",
            json!({ "Token": tokens.refresh, "ClientId": self.client() }),
        )
        .await
    }

    /// Makes a call and leaves its refusal as it is.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) async fn try_call<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        body: Value,
    ) -> Result<T, Refusal> {
        let bytes = serde_json::to_vec(&body).map_err(|_| Refusal::broken())?;
        let request = self
            .place
            .http
            .post(&self.place.endpoints.user_pool.endpoint)
            .timeout(CALL_TAKES);
        let request = request
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
            .body(bytes);
        let response = request
            .send()
            .await
            .map_err(|error| Refusal::Unreachable(unreachable_now(&error)))?;
        let status = response.status();
        let header = response
            .headers()
            .get("x-amzn-errortype")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let bytes = response
            .bytes()
            .await
            .map_err(|error| Refusal::Unreachable(unreachable_now(&error)))?;
        if status.is_success() {
            let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
            return serde_json::from_slice(bytes).map_err(|_| Refusal::broken());
        }
        Err(refusal::read(status.as_u16(), header.as_deref(), &bytes))
    }
}
