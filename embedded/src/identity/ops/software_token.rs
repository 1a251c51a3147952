//! `AssociateSoftwareToken`, `VerifySoftwareToken` and `SetUserMFAPreference`:
//! an authenticator of time-based codes is set up, proved and switched on.
//!
//! No account here is forced to have one, so there is no set-up in the middle
//! of a sign-in: `Session` is refused, only an access token will do.

use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::identity::{
    Pool,
    attempts::Of,
    exception::Exception,
    random,
    store::Account,
    tokens,
    totp::{self, SECRET_LENGTH},
};

/// Asks for a secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Associate {
    access_token: Option<String>,
    session: Option<String>,
}

/// The secret.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Associated {
    secret_code: String,
}

/// Brings a code made from it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Verify {
    access_token: Option<String>,
    session: Option<String>,
    user_code: String,
}

/// It was right.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Verified {
    status: &'static str,
    /// Ten codes, each good once where a time-based code is asked for. Told
    /// here and never again; a member that AWS does not have.
    recovery_codes: Vec<String>,
}

/// Says what shall be asked at sign-in.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Prefer {
    access_token: String,
    software_token_mfa_settings: Option<Settings>,
    #[serde(rename = "SMSMfaSettings")]
    sms_mfa_settings: Option<Settings>,
    email_mfa_settings: Option<Settings>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Settings {
    enabled: bool,
    preferred_mfa: bool,
}

/// Hands out a secret; an authenticator proved before stays in force.
pub async fn associate(pool: &Pool, ask: Associate) -> Result<Associated, Exception> {
    let account = holder(pool, ask.access_token, ask.session).await?;
    let secret: [u8; SECRET_LENGTH] = random::bytes(&*pool.ports.random).ok_or_else(Exception::internal)?;
    pool.store.put_pending(&account.sub, &secret).await?;
    Ok(Associated {
        secret_code: totp::base32(&secret),
    })
}

/// Puts the secret in force once a code proves that the authenticator has it.
pub async fn verify(pool: &Pool, ask: Verify) -> Result<Verified, Exception> {
    let account = holder(pool, ask.access_token, ask.session).await?;
    let now = pool.ports.clock.now().as_second();
    let code = ask.user_code.trim();
    if !totp::is_code(code) {
        return Err(Exception::invalid_parameter("UserCode must be six digits."));
    }
    let factor = pool.store.factor(&account.sub).await?;
    let pending = factor.pending.ok_or_else(Exception::software_token_not_found)?;
    let tries = [Of::Factors(account.sub.clone())];
    if !pool.attempts.admit(&tries, now) {
        return Err(Exception::limit_exceeded(
            "Attempt limit exceeded, please try after some time.",
        ));
    }
    let step = totp::matching_step(&pending, code, now).ok_or_else(Exception::enable_software_token)?;
    pool.attempts.forgive(&tries);
    let recovery_codes = totp::recovery_codes(pool).ok_or_else(Exception::internal)?;
    let digests: Vec<_> = recovery_codes
        .iter()
        .map(|code| totp::recovery_digest(pool, &account.sub, code))
        .collect();
    if !pool.store.prove_pending(&account.sub, &pending, step, &digests).await? {
        return Err(Exception::enable_software_token());
    }
    Ok(Verified {
        status: "SUCCESS",
        recovery_codes,
    })
}

/// Switches the second factor on or off.
pub async fn prefer(pool: &Pool, ask: Prefer) -> Result<Nothing, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let others = [ask.sms_mfa_settings, ask.email_mfa_settings];
    if others.into_iter().flatten().any(|other| other.enabled) {
        return Err(Exception::invalid_parameter(
            "This user pool has no second factor by SMS or mail.",
        ));
    }
    let Some(settings) = ask.software_token_mfa_settings else {
        return Ok(Nothing {});
    };
    if settings.preferred_mfa && !settings.enabled {
        return Err(Exception::invalid_parameter(
            "A second factor that is not enabled cannot be preferred.",
        ));
    }
    let factor = pool.store.factor(&account.sub).await?;
    if settings.enabled && factor.secret.is_none() {
        return Err(Exception::invalid_parameter(
            "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
        ));
    }
    pool.store
        .prefer(&account.sub, settings.enabled, settings.preferred_mfa)
        .await?;
    Ok(Nothing {})
}

async fn holder(pool: &Pool, token: Option<String>, session: Option<String>) -> Result<Account, Exception> {
    match (token, session) {
        (Some(token), _) => Ok(tokens::holder(pool, &token).await?.0),
        (None, Some(_)) => Err(Exception::not_authorized("Invalid session for the user.")),
        (None, None) => Err(Exception::invalid_parameter("AccessToken or Session is required.")),
    }
}
