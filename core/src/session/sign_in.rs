//! Signing in by SRP: the password is proven, not sent.

use hearth_contract::{
    Failure, Reason,
    session::SignIn,
    srp::{self, Client, Occasion},
    text::{Mail, Password, Place},
};
use serde_json::json;

use crate::{
    real,
    session::{
        challenge::{Progress, Step, metadata},
        pool::Pool,
    },
};

/// Signs in at the pool.
///
/// # Errors
/// `WrongPassword`, `MailUnconfirmed`, `TooManyTries`; `NotSupported` when the
/// pool asks for what core does not know; `Unavailable`.
pub(crate) async fn sign_in(pool: &Pool<'_>, command: &SignIn) -> Result<Progress, Failure> {
    let SignIn { mail, password, place } = command;
    let client = Client::new(&real::random()?).map_err(|_| Reason::Bug)?;
    let first = json!({
        "AuthFlow": "USER_SRP_AUTH",
        "ClientId": pool.client(),
        "AuthParameters": { "USERNAME": mail.as_str(), "SRP_A": client.public_hex() },
        "ClientMetadata": metadata(place),
    });
    let mut step: Step = pool.call("InitiateAuth", first).await?;
    if step.challenge_name.as_deref() != Some("PASSWORD_VERIFIER") {
        return Err(Reason::NotSupported.into());
    }
    let mut given = |name: &str| step.challenge_parameters.remove(name).unwrap_or_default();
    let (salt, srp_b, secret_block) = (given("SALT"), given("SRP_B"), given("SECRET_BLOCK"));
    let user = given("USER_ID_FOR_SRP");
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
        "ClientMetadata": metadata(place),
    });
    if let Some(session) = step.session {
        second["Session"] = session.into();
    }
    let step: Step = pool.call("RespondToAuthChallenge", second).await?;
    step.progress(&user, place)
}

/// Proves a password once more, and leaves no sign-in behind.
///
/// # Errors
/// As [`sign_in`].
pub(crate) async fn prove(pool: &Pool<'_>, mail: &Mail, password: &Password) -> Result<(), Failure> {
    let place = Place::parse("").map_err(|_| Reason::Bug)?;
    let command = SignIn {
        mail: mail.clone(),
        password: password.clone(),
        place,
    };
    match sign_in(pool, &command).await? {
        // The second factor is only asked for when the password was right.
        Progress::Code(_) => Ok(()),
        Progress::In(tokens) => {
            if pool.revoke(&tokens).await.is_err() {
                tracing::debug!("a sign-in that only proved a password stays open");
            }
            Ok(())
        }
    }
}
