//! A provider as core asks it: looked up anew each time, so that moved endpoints
//! and changed keys are no event.
//!
//! Keys are fetched before a code or refresh token is spent: what the provider
//! then gives can be judged even if the network goes.

use std::time::Duration;

use hearth_contract::{
    Failure, Reason,
    endpoints::SignOn,
    openid::{self, Claims, Discovery, Expected, KeySet, Untrusted, person_of},
    session::Person,
    text::{Mail, Name},
};
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;

use super::{
    request::Request,
    token_answer::{NoTokens, TokenAnswer},
};
use crate::{
    cloud::Place,
    real,
    session::{Tokens, claims},
};

const CALL_TAKES: Duration = Duration::from_secs(15);
/// No document or answer of a provider is longer.
const LONGEST: usize = 1 << 20;

/// A provider whose endpoints are known.
pub(crate) struct Provider {
    config: SignOn,
    /// Whether it is the cloud's own user pool by another door.
    is_pool: bool,
    found: Discovery,
    http: Client,
}

/// What the provider says of a person beside the id token.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

impl Provider {
    /// Looks up the provider of this issuer.
    ///
    /// # Errors
    /// `SignOnRefused` when it is not one of this cloud or its document is not
    /// right, `SignOnUnreachable`.
    pub(crate) async fn find(place: &Place, issuer: &str) -> Result<Self, Failure> {
        let config = place.endpoints.provider(issuer).ok_or(Reason::SignOnRefused)?;
        let http = place.trust.abroad()?;
        let (status, document) = answer(http.get(Discovery::address(issuer))).await?;
        if status != 200 {
            tracing::warn!(status, "the sign-on provider has no discovery document");
            return Err(unusual(status));
        }
        let found = Discovery::read(&document, issuer).map_err(|wrong| {
            tracing::warn!(%wrong, "the sign-on provider can't be used");
            Failure::new(Reason::SignOnRefused)
        })?;
        Ok(Self {
            config,
            is_pool: issuer == place.endpoints.user_pool.issuer,
            found,
            http,
        })
    }

    /// Its issuer.
    pub(super) fn issuer(&self) -> &str {
        &self.found.issuer
    }

    /// Whether each of its answers names it.
    pub(super) fn names_itself(&self) -> bool {
        self.found.authorization_response_iss_parameter_supported
    }

    /// Where the person signs in.
    pub(super) fn sign_in_address(&self, request: &Request) -> String {
        let endpoint = &self.found.authorization_endpoint;
        let join = if endpoint.contains('?') { '&' } else { '?' };
        let mut scopes: Vec<&str> = self.config.scopes.iter().map(String::as_str).collect();
        if !scopes.contains(&"openid") {
            scopes.insert(0, "openid");
        }
        let query = form(&[
            ("response_type", "code"),
            ("client_id", &self.config.client),
            ("redirect_uri", &request.back),
            ("scope", &scopes.join(" ")),
            ("state", &request.state),
            ("nonce", &request.nonce),
            ("code_challenge", &request.challenge()),
            ("code_challenge_method", "S256"),
        ]);
        format!("{endpoint}{join}{query}")
    }

    /// Changes a code for a person and their tokens.
    ///
    /// # Errors
    /// `SignOnStale` for a code that is spent or too old, `SignOnUntrusted` for
    /// an id token that is not good, `SignOnUnnamed` without a mail address,
    /// `SignOnRefused`, `SignOnUnreachable`.
    pub(super) async fn exchange(&self, code: &str, request: &Request) -> Result<(Person, Tokens), Failure> {
        let keys = self.keys().await?;
        let asked = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &request.back),
            ("code_verifier", &request.verifier),
        ];
        let given = self.tokens(&asked).await.map_err(NoTokens::of_code)?;
        let claims = self.judged(&given.id_token, keys, Some(&request.nonce)).await?;
        let ends_at = claims.expires_at;
        let tokens = given.tokens(ends_at, None);
        let person = self.person(claims, &tokens.access).await?;
        Ok((person, tokens))
    }

    /// New tokens of the same person.
    ///
    /// # Errors
    /// `SessionEnded` when the provider gives none (any more) or they are
    /// another's, `SignOnUnreachable`.
    pub(crate) async fn refresh(&self, former: &Tokens, refresh: &str) -> Result<Tokens, Failure> {
        let keys = self.keys().await?;
        let asked = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        let given = self.tokens(&asked).await.map_err(NoTokens::of_refresh)?;
        let claims = match self.judged(&given.id_token, keys, None).await {
            Err(failure) if failure.reason == Reason::SignOnUntrusted => return Err(Reason::SessionEnded.into()),
            judged => judged?,
        };
        if claims::subject(&former.id).as_deref() != Some(&claims.subject) {
            tracing::warn!("the sign-on provider gave another person's tokens");
            return Err(Reason::SessionEnded.into());
        }
        Ok(given.tokens(claims.expires_at, Some(refresh)))
    }

    /// Ends a session at the provider, if it has a place to do so.
    ///
    /// # Errors
    /// `SignOnUnreachable`.
    pub(crate) async fn revoke(&self, tokens: &Tokens) -> Result<(), Failure> {
        let Some(endpoint) = &self.found.revocation_endpoint else {
            return Ok(());
        };
        let (token, hint) = match &tokens.refresh {
            Some(refresh) => (refresh, "refresh_token"),
            None => (&tokens.access, "access_token"),
        };
        let asked = [("token", token.as_str()), ("token_type_hint", hint)];
        let (status, _) = answer(self.post(endpoint, &asked)).await?;
        if status >= 500 {
            return Err(Reason::SignOnUnreachable.into());
        }
        Ok(())
    }

    /// Whether an access token is still honoured; what can't be asked is.
    pub(crate) async fn honours(&self, access: &str) -> bool {
        let Some(endpoint) = &self.found.userinfo_endpoint else {
            return true;
        };
        let asked = answer(self.http.get(endpoint).bearer_auth(access)).await;
        !asked.is_ok_and(|(status, _)| status == 401)
    }

    async fn keys(&self) -> Result<KeySet, Failure> {
        let (status, document) = answer(self.http.get(&self.found.jwks_uri)).await?;
        if status != 200 {
            return Err(unusual(status));
        }
        KeySet::read(&document).ok_or_else(|| Reason::SignOnRefused.into())
    }

    async fn judged(&self, token: &str, keys: KeySet, nonce: Option<&str>) -> Result<Claims, Failure> {
        let expected = Expected {
            issuer: &self.config.issuer,
            client: &self.config.client,
            nonce,
            now: real::now(),
        };
        let mut judged = openid::id_token(token, &keys, &expected);
        if judged.as_ref().err() == Some(&Untrusted::KeyUnknown) {
            // It has changed its keys a moment ago.
            judged = openid::id_token(token, &self.keys().await?, &expected);
        }
        judged.map_err(|untrusted| {
            tracing::warn!(%untrusted, "the sign-on provider's id token is not good");
            Reason::SignOnUntrusted.into()
        })
    }

    async fn tokens(&self, asked: &[(&str, &str)]) -> Result<TokenAnswer, NoTokens> {
        let (status, body) = answer(self.post(&self.found.token_endpoint, asked))
            .await
            .map_err(|_| NoTokens::Unreachable)?;
        TokenAnswer::read(status, &body)
    }

    /// A form of this client's.
    fn post(&self, endpoint: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut all = fields.to_vec();
        all.push(("client_id", &self.config.client));
        let form = form(&all);
        self.http
            .post(endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(form)
    }

    async fn person(&self, mut claims: Claims, access: &str) -> Result<Person, Failure> {
        if claims.mail.is_none() || claims.name.is_none() {
            let said = match self.user_info(&claims.subject, access).await {
                // A name alone is worth no second code.
                Err(_) if claims.mail.is_some() => None,
                said => said?,
            };
            let (mail, name) = said.map_or((None, None), |said| (said.email, said.name));
            claims.mail = claims.mail.or(mail);
            claims.name = claims.name.or(name);
        }
        let id = if self.is_pool {
            claims.subject.parse().map_err(|_| Reason::SignOnUntrusted)?
        } else {
            person_of(&self.config.issuer, &claims.subject)
        };
        let mail = claims.mail.and_then(|mail| Mail::parse(&mail).ok());
        let mail = mail.ok_or(Reason::SignOnUnnamed)?;
        let name = claims.name.and_then(|name| Name::parse(&name).ok());
        let name = name.or_else(|| claims::called_by(&mail)).ok_or(Reason::SignOnUnnamed)?;
        Ok(Person { id, name, mail })
    }

    /// More about the person; `None` if the provider says nothing, or speaks of
    /// somebody else.
    async fn user_info(&self, subject: &str, access: &str) -> Result<Option<UserInfo>, Failure> {
        let Some(endpoint) = &self.found.userinfo_endpoint else {
            return Ok(None);
        };
        let (status, body) = answer(self.http.get(endpoint).bearer_auth(access)).await?;
        if status != 200 {
            return Ok(None);
        }
        let said: Option<UserInfo> = serde_json::from_slice(&body).ok();
        Ok(said.filter(|said| said.sub == subject))
    }
}

/// Sends a request and reads its answer: the status, and the body up to its limit.
async fn answer(request: RequestBuilder) -> Result<(u16, Vec<u8>), Failure> {
    let silent = |error: reqwest::Error| {
        // Without the address, which may be anybody's.
        tracing::debug!(is_timeout = error.is_timeout(), "the sign-on provider did not answer");
        Failure::new(Reason::SignOnUnreachable)
    };
    let mut response = request.timeout(CALL_TAKES).send().await.map_err(silent)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(silent)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(Reason::SignOnRefused.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), body))
}

fn unusual(status: u16) -> Failure {
    if status >= 500 || status == 429 {
        Reason::SignOnUnreachable.into()
    } else {
        Reason::SignOnRefused.into()
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
