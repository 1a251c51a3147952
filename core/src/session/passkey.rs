//! Passkeys: core carries what the pool asks to the page, and back what the
//! page's browser answered.

use async_trait::async_trait;
use hearth_contract::{
    Failure, Reason, Seen,
    session::{
        Person,
        passkey::{Enter, Entered, List, Made, Make, Passkey, Question, Remove},
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    app::Core,
    dispatch::Answered,
    session::{
        Pool,
        challenge::{self, Progress, Step, metadata},
        tokens::Tokens,
    },
};

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    credentials: Vec<Credential>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credential {
    credential_id: String,
    #[serde(default)]
    friendly_credential_name: String,
    /// Unix seconds.
    #[serde(default)]
    created_at: f64,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Registration {
    credential_creation_options: Value,
}

#[async_trait]
impl Answered for Enter {
    async fn answer(self, core: &Core) -> Result<Question, Failure> {
        let pool = Pool::new(core.cloud().place().await?);
        ask(core, &pool, &self).await
    }
}

#[async_trait]
impl Answered for Entered {
    async fn answer(self, core: &Core) -> Result<Person, Failure> {
        let tokens = take(core, self.credential.as_str()).await?;
        core.enter(tokens).await
    }
}

#[async_trait]
impl Answered for List {
    async fn answer(self, core: &Core) -> Result<Seen<Vec<Passkey>>, Failure> {
        let home = core.signed_in().await?;
        let listed: Listed = home.own("ListWebAuthnCredentials", json!({ "MaxResults": 20 })).await?;
        let mut passkeys: Vec<Passkey> = listed.credentials.into_iter().map(Passkey::from).collect();
        passkeys.sort_by_key(|passkey| std::cmp::Reverse(passkey.made_at));
        Ok(Seen::now(passkeys, home.clock.now()))
    }
}

#[async_trait]
impl Answered for Make {
    async fn answer(self, core: &Core) -> Result<Question, Failure> {
        let home = core.signed_in().await?;
        let begun: Registration = home.own("StartWebAuthnRegistration", json!({})).await?;
        let options = begun.credential_creation_options.to_string();
        Ok(Question { options })
    }
}

#[async_trait]
impl Answered for Made {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let home = core.signed_in().await?;
        let credential: Value = serde_json::from_str(self.credential.as_str()).map_err(|_| Reason::Bug)?;
        // The name is not of Cognito, which leaves out what it does not know.
        let body = json!({ "Credential": credential, "FriendlyCredentialName": self.name.as_str() });
        home.own::<Value>("CompleteWebAuthnRegistration", body)
            .await
            .map(|_| ())
    }
}

#[async_trait]
impl Answered for Remove {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let home = core.signed_in().await?;
        let body = json!({ "CredentialId": self.id });
        match home.own::<Value>("DeleteWebAuthnCredential", body).await {
            Err(failure) if failure.reason != Reason::Absent => Err(failure),
            _ => Ok(()),
        }
    }
}

/// Asks the pool for a passkey of this account.
///
/// # Errors
/// `PasskeyForeign` when the account has none; `NotSupported`, `Unavailable`.
async fn ask(core: &Core, pool: &Pool<'_>, command: &Enter) -> Result<Question, Failure> {
    let Enter { mail, place } = command;
    let body = json!({
        "AuthFlow": "USER_AUTH",
        "ClientId": pool.client(),
        "AuthParameters": { "USERNAME": mail.as_str(), "PREFERRED_CHALLENGE": challenge::PASSKEY },
        "ClientMetadata": metadata(place),
    });
    let step: Step = pool.call("InitiateAuth", body).await?;
    if step.challenge_name.as_deref() != Some(challenge::PASSKEY) {
        // The pool offers other ways, since there is no passkey.
        return Err(Reason::PasskeyForeign.into());
    }
    let options = step
        .challenge_parameters
        .get("CREDENTIAL_REQUEST_OPTIONS")
        .cloned()
        .ok_or(Reason::NotSupported)?;
    let pending = step.pending(challenge::PASSKEY, mail.as_str(), place);
    core.waiting_sign_in().keep(pending);
    Ok(Question { options })
}

/// Gives the pool what the browser answered.
///
/// # Errors
/// `PasskeyForeign`, `SignInStale`, `Unavailable`.
pub(crate) async fn take(core: &Core, credential: &str) -> Result<Tokens, Failure> {
    let pending = core.waiting_sign_in().of(challenge::PASSKEY)?;
    let pool = Pool::new(core.cloud().place().await?);
    match pending.answer(&pool, "CREDENTIAL", credential).await? {
        Progress::In(tokens) => Ok(tokens),
        Progress::Code(_) => Err(Reason::NotSupported.into()),
    }
}

impl From<Credential> for Passkey {
    fn from(credential: Credential) -> Self {
        Self {
            id: credential.credential_id,
            name: credential.friendly_credential_name,
            made_at: instant(credential.created_at),
        }
    }
}

/// An instant as AWS writes it: Unix seconds with a fraction.
pub(crate) fn instant(seconds: f64) -> Timestamp {
    Timestamp::from_millisecond((seconds * 1000.0) as i64).unwrap_or_default()
}
