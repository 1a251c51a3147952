//! Signing in by SRP: the password is proven, not sent.

use hearth_contract::{
    Failure, Reason,
    srp::{self, Client, Occasion},
    text::{Mail, Password},
};
use serde_json::json;

use crate::{
    real,
    session::{
        pool::{AuthenticationResult, Pool},
        tokens::Tokens,
    },
};

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Step {
    #[serde(default)]
    challenge_name: Option<String>,
    #[serde(default)]
    challenge_parameters: Challenge,
    #[serde(default)]
    session: Option<String>,
    #[serde(default)]
    authentication_result: Option<AuthenticationResult>,
}

#[derive(Default, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Challenge {
    #[serde(default)]
    salt: String,
    #[serde(default)]
    srp_b: String,
    #[serde(default)]
    secret_block: String,
    #[serde(default)]
    user_id_for_srp: String,
}

/// Signs in at the pool.
///
/// # Errors
/// `WrongPassword`, `MailUnconfirmed`, `TooManyTries`; `NotSupported` when the
/// pool asks for more than a password; `Unavailable`.
pub(crate) async fn sign_in(pool: &Pool<'_>, mail: &Mail, password: &Password) -> Result<Tokens, Failure> {
    let client = Client::new(&real::random()?).map_err(|_| Reason::Bug)?;
    let first = json!({
        "AuthFlow": "USER_SRP_AUTH",
        "ClientId": pool.client(),
        "AuthParameters": { "USERNAME": mail.as_str(), "SRP_A": client.public_hex() },
    });
    let step: Step = pool.call("InitiateAuth", first).await?;
    if step.challenge_name.as_deref() != Some("PASSWORD_VERIFIER") {
        return Err(Reason::NotSupported.into());
    }
    let Challenge {
        salt,
        srp_b,
        secret_block,
        user_id_for_srp: user,
    } = step.challenge_parameters;
    let timestamp = srp::timestamp(real::now());
    let claim = {
        let (pool_id, user, block, timestamp) = (
            pool.id().to_owned(),
            user.clone(),
            secret_block.clone(),
            timestamp.clone(),
        );
        let password = password.clone();
        // Big numbers: milliseconds in a release build, but not for the reactor.
        let work = move || {
            let occasion = Occasion {
                pool_id: &pool_id,
                user_id: &user,
                secret_block: &block,
                timestamp: &timestamp,
            };
            client.claim(&occasion, password.as_str(), &salt, &srp_b)
        };
        let claim = tokio::task::spawn_blocking(work).await.map_err(|_| Reason::Bug)?;
        claim.map_err(|refusal| {
            tracing::warn!(%refusal, "the user pool sent an unsound challenge");
            Failure::new(Reason::CloudUnreachable)
        })?
    };
    let mut second = json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ClientId": pool.client(),
        "ChallengeResponses": {
            "USERNAME": user,
            "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SECRET_BLOCK": secret_block,
            "PASSWORD_CLAIM_SIGNATURE": claim,
        },
    });
    if let Some(session) = step.session {
        second["Session"] = session.into();
    }
    let step: Step = pool.call("RespondToAuthChallenge", second).await?;
    let result = step.authentication_result.ok_or(Failure::new(Reason::NotSupported))?;
    result.tokens(None).ok_or_else(|| Reason::Bug.into())
}
