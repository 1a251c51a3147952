//! A user pool's client, as small as one can be: signs in by SRP and hands out
//! the tokens, which core never does.

use anyhow::{Context, Result, bail, ensure};
use hearth_contract::{
    clock::Clock,
    endpoints::{Endpoints, WELL_KNOWN},
    srp::{Client, Occasion, timestamp},
};
use hearth_embedded::identity::{Random, SystemRandom};
use hearth_hub::clocks::RealClock;
use serde_json::{Value, json};

/// A user pool and one of its app clients.
#[derive(Clone)]
pub struct UserPool {
    endpoint: String,
    pool: String,
    client: String,
    http: reqwest::Client,
}

/// A sign-in that has begun: A was sent, B came back.
pub struct Begun {
    srp: Client,
    given: Value,
}

/// What a sign-in yields.
pub struct Tokens {
    /// Opens the cloud.
    pub access: String,
    /// Says who it is.
    pub id: String,
}

/// What the pool answered.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON.
    pub body: Value,
}

impl Answer {
    /// The error's name; empty if it is none.
    #[must_use]
    pub fn error(&self) -> &str {
        self.body["__type"].as_str().unwrap_or_default()
    }

    fn good(self, operation: &str) -> Result<Value> {
        ensure!(self.status == 200, "{operation}: {} {}", self.status, self.body);
        Ok(self.body)
    }
}

impl UserPool {
    /// The pool that a cloud at this address signs people in at.
    ///
    /// # Errors
    /// The address does not answer with its endpoints.
    pub async fn of(address: &str, http: &reqwest::Client) -> Result<Self> {
        let answer = http.get(format!("{address}{WELL_KNOWN}")).send().await?;
        let endpoints: Endpoints = answer.error_for_status()?.json().await?;
        Ok(Self {
            endpoint: endpoints.user_pool.endpoint,
            pool: endpoints.user_pool.pool,
            client: endpoints.user_pool.client,
            http: http.clone(),
        })
    }

    /// A pool that is at home, by its names.
    #[must_use]
    pub fn new(endpoint: &str, pool: &str, client: &str, http: &reqwest::Client) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            pool: pool.to_owned(),
            client: client.to_owned(),
            http: http.clone(),
        }
    }

    /// The app client's id.
    #[must_use]
    pub fn client(&self) -> &str {
        &self.client
    }

    /// One call as it travels.
    ///
    /// # Errors
    /// The pool can't be reached.
    pub async fn ask(&self, operation: &str, body: &Value) -> Result<Answer> {
        let request = self.http.post(&self.endpoint);
        let request = request
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
            .body(body.to_string());
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        let body = match text.is_empty() {
            true => Value::Null,
            false => serde_json::from_str(&text).with_context(|| text.clone())?,
        };
        Ok(Answer { status, body })
    }

    /// What a sign-in begins with, for an A (hexadecimal).
    #[must_use]
    pub fn opening(&self, mail: &str, a_hex: &str) -> Value {
        json!({
            "AuthFlow": "USER_SRP_AUTH",
            "ClientId": self.client,
            "AuthParameters": { "USERNAME": mail, "SRP_A": a_hex },
        })
    }

    /// Signs in.
    ///
    /// # Errors
    /// The pool refuses, or asks for more than the password.
    pub async fn sign_in(&self, mail: &str, password: &str) -> Result<Tokens> {
        let begun = self.begin(mail).await?;
        self.finish(begun, password).await
    }

    /// Sends A.
    ///
    /// # Errors
    /// The pool refuses.
    pub async fn begin(&self, mail: &str) -> Result<Begun> {
        let mut random = [0; 128];
        ensure!(SystemRandom.fill(&mut random), "the system gives no random bytes");
        let srp = Client::new(&random)?;
        let answer = self.ask("InitiateAuth", &self.opening(mail, &srp.public_hex())).await?;
        let given = answer.good("InitiateAuth")?["ChallengeParameters"].take();
        Ok(Begun { srp, given })
    }

    /// Proves the password.
    ///
    /// # Errors
    /// As [`UserPool::sign_in`].
    pub async fn finish(&self, begun: Begun, password: &str) -> Result<Tokens> {
        let given = |name: &str| begun.given[name].as_str().unwrap_or_default();
        let stamp = timestamp(RealClock.now());
        let occasion = Occasion {
            pool_id: &self.pool,
            user_id: given("USER_ID_FOR_SRP"),
            secret_block: given("SECRET_BLOCK"),
            timestamp: &stamp,
        };
        let claim = begun.srp.claim(&occasion, password, given("SALT"), given("SRP_B"))?;
        let body = json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "ClientId": self.client,
            "ChallengeResponses": {
                "USERNAME": given("USER_ID_FOR_SRP"),
                "TIMESTAMP": stamp,
                "PASSWORD_CLAIM_SECRET_BLOCK": given("SECRET_BLOCK"),
                "PASSWORD_CLAIM_SIGNATURE": claim,
            },
        });
        let result = self
            .ask("RespondToAuthChallenge", &body)
            .await?
            .good("RespondToAuthChallenge")?;
        let token = |name: &str| result["AuthenticationResult"][name].as_str().map(str::to_owned);
        match (token("AccessToken"), token("IdToken")) {
            (Some(access), Some(id)) => Ok(Tokens { access, id }),
            _ => bail!("the pool asks for more: {result}"),
        }
    }
}
