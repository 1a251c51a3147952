//! The `passkey` crate's authenticator makes a passkey and signs in with it.

use anyhow::{Context, Result, ensure};
use hearth_tests::{
    foreign::Authenticator,
    hub::Hub,
    page::{PASSWORD, Page},
    pool::{Answer, UserPool},
};
use serde_json::{Value, json};

const MAIL: &str = "ana@example.org";

/// Somebody with an account, their browser, and the home.
struct Ana {
    hub: Hub,
    pool: UserPool,
    browser: Authenticator,
    http: reqwest::Client,
    access: String,
}

impl Ana {
    async fn at_home() -> Result<Self> {
        let hub = Hub::start().await?;
        Page::open(&hub)?.sign_up(&hub, "Ana").await?;
        let http = reqwest::Client::builder().build()?;
        let pool = UserPool::of(&hub.address, &http).await?;
        let access = pool.sign_in(MAIL, PASSWORD).await?.access;
        Ok(Self {
            browser: Authenticator::start()?,
            hub,
            pool,
            http,
            access,
        })
    }

    async fn done(&self, operation: &str, body: Value) -> Result<Value> {
        let Answer { status, body } = self.pool.ask(operation, &body).await?;
        ensure!(status == 200, "{operation}: {status} {body}");
        Ok(body)
    }

    /// Makes a passkey on a page of this origin; the pool's answer.
    async fn make(&mut self, origin: &str) -> Result<Answer> {
        let access = self.access.clone();
        let begun = self
            .done("StartWebAuthnRegistration", json!({ "AccessToken": access }))
            .await?;
        let options = &begun["CredentialCreationOptions"];
        let credential = self.browser.ask(origin, "create", options).await?;
        let complete = json!({ "AccessToken": access, "Credential": credential });
        self.pool.ask("CompleteWebAuthnRegistration", &complete).await
    }

    /// Begins to sign in, and uses the passkey on a page of this origin.
    async fn use_it(&mut self, origin: &str) -> Result<Value> {
        let ask = json!({
            "AuthFlow": "USER_AUTH",
            "ClientId": self.pool.client(),
            "AuthParameters": { "USERNAME": MAIL, "PREFERRED_CHALLENGE": "WEB_AUTHN" },
        });
        let begun = self.done("InitiateAuth", ask).await?;
        let options = begun["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]
            .as_str()
            .context("no options")?;
        let credential = self.browser.ask(origin, "get", &serde_json::from_str(options)?).await?;
        Ok(json!({
            "ClientId": self.pool.client(),
            "ChallengeName": "WEB_AUTHN",
            "Session": begun["Session"],
            "ChallengeResponses": { "USERNAME": MAIL, "CREDENTIAL": credential.to_string() },
        }))
    }

    async fn refused(&self, proof: &Value) -> Result<()> {
        let answer = self.pool.ask("RespondToAuthChallenge", proof).await?;
        ensure!(
            answer.error() == "NotAuthorizedException",
            "{} {}",
            answer.status,
            answer.body
        );
        Ok(())
    }
}

#[tokio::test]
async fn a_passkey_signs_in_at_its_own_origin_once_a_challenge_and_until_it_is_removed() -> Result<()> {
    let mut ana = Ana::at_home().await?;
    let (home, elsewhere) = (ana.hub.address.clone(), "http://localhost:1");
    let foreign = ana.make(elsewhere).await?;
    ensure!(
        foreign.error() == "WebAuthnOriginNotAllowedException",
        "{}",
        foreign.body
    );
    let made = ana.make(&home).await?;
    ensure!(made.status == 200, "{}", made.body);

    let proof = ana.use_it(&home).await?;
    let result = ana.done("RespondToAuthChallenge", proof.clone()).await?;
    let token = result["AuthenticationResult"]["AccessToken"]
        .as_str()
        .context("no token")?;
    let families = ana.http.get(format!("{home}/v1/families")).bearer_auth(token);
    families.send().await?.error_for_status()?;
    ana.refused(&proof).await.context("a challenge is good once")?;
    let proof = ana.use_it(elsewhere).await?;
    ana.refused(&proof).await.context("a page of another origin")?;

    let access = ana.access.clone();
    let listed = ana
        .done("ListWebAuthnCredentials", json!({ "AccessToken": access }))
        .await?;
    let id = &listed["Credentials"][0]["CredentialId"];
    ana.done(
        "DeleteWebAuthnCredential",
        json!({ "AccessToken": access, "CredentialId": id }),
    )
    .await?;
    let proof = ana.use_it(&home).await?;
    ana.refused(&proof).await.context("it was removed")
}
