//! `USER_AUTH`: the client chooses how to sign in, by password or by passkey.
//!
//! Every name is offered the same ways, whether there is such an account and
//! whether it has a passkey or not: who asks learns nothing.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{Reply, Step, password_srp, required};
use crate::identity::{
    Pool,
    exception::Exception,
    ops,
    passkeys::{Assertion, CHALLENGE, RelyingParty},
    pending::{LIFE, Pending, Waits},
    random,
    store::Account,
    tokens,
};

/// Begins the preferred way, or lets the client choose.
pub async fn begin(pool: &Pool, step: Step<'_>) -> Result<Reply, Exception> {
    let preferred = step.given.get("PREFERRED_CHALLENGE").map(String::as_str);
    match preferred.filter(|preferred| !preferred.is_empty()) {
        Some("PASSWORD_SRP") => password_srp::begin(pool, step).await,
        Some("WEB_AUTHN") if pool.party.is_some() => ask(pool, &step, "WEB_AUTHN"),
        None | Some("WEB_AUTHN" | "PASSWORD" | "EMAIL_OTP" | "SMS_OTP") => ask(pool, &step, "SELECT_CHALLENGE"),
        Some(_) => Err(Exception::invalid_parameter("Unknown preferred challenge.")),
    }
}

/// Goes the chosen way.
pub async fn choose(pool: &Pool, step: Step<'_>) -> Result<Reply, Exception> {
    let answer = required(step.given, "ANSWER")?;
    required(step.given, "USERNAME")?;
    match answer {
        "WEB_AUTHN" if step.given.contains_key("CREDENTIAL") => finish(pool, step).await,
        "WEB_AUTHN" if pool.party.is_some() => {
            taken(pool, &step)?;
            ask(pool, &step, "WEB_AUTHN")
        }
        "PASSWORD_SRP" => {
            taken(pool, &step)?;
            password_srp::begin(pool, step).await
        }
        _ => Err(Exception::invalid_parameter("The chosen challenge is not available.")),
    }
}

/// Signs in by a passkey's answer.
pub async fn finish(pool: &Pool, step: Step<'_>) -> Result<Reply, Exception> {
    let (account, begun) = prove(pool, &step).await?;
    let asker = step.asker.after(&begun.asker);
    Ok(Reply::tokens(
        tokens::begin(pool, &account, step.client_id, &asker).await?,
    ))
}

/// Judges a passkey's answer; each challenge is good for one. Whose it is, and
/// the sign-in that it ends.
pub async fn prove(pool: &Pool, step: &Step<'_>) -> Result<(Account, Pending), Exception> {
    let credential = required(step.given, "CREDENTIAL")?;
    let party = pool.party.as_ref().ok_or_else(Exception::web_authn_not_configured)?;
    let given: Assertion = serde_json::from_str(credential)
        .map_err(|_| Exception::invalid_parameter("CREDENTIAL is not an AuthenticationResponseJSON."))?;
    let begun = taken(pool, step)?;
    let account = pool.store.account(&begun.user_id).await?;
    let account = account.filter(|account| given.is_of(&account.sub));
    let account = account.ok_or_else(Exception::bad_sign_in)?;
    let id = given.id().map_err(|_| Exception::bad_sign_in())?;
    let passkey = pool.store.passkey(&account.sub, &id).await?;
    let passkey = passkey.ok_or_else(Exception::bad_sign_in)?;
    let Waits::Passkey(challenge) = &begun.waits else {
        return Err(Exception::invalid_session());
    };
    let count = given.judge(party, challenge, &passkey.key).map_err(|refused| {
        tracing::debug!(?refused, "a passkey's answer was refused");
        Exception::bad_sign_in()
    })?;
    if !pool.store.count_passkey(&account.sub, &id, count).await? {
        tracing::warn!("a passkey's count went back: there may be a copy of it");
        return Err(Exception::bad_sign_in());
    }
    if !account.confirmed {
        return Err(Exception::user_not_confirmed("User is not confirmed."));
    }
    Ok((account, begun))
}

/// The sign-in of this session, which must be of this name and client.
fn taken(pool: &Pool, step: &Step<'_>) -> Result<Pending, Exception> {
    let username = ops::username(required(step.given, "USERNAME")?)?;
    let now = pool.ports.clock.now().as_second();
    let session = step.session.ok_or_else(Exception::invalid_session)?;
    pool.pending
        .take(session, now)
        .filter(|begun| begun.client_id == step.client_id && begun.user_id == username)
        .filter(|begun| matches!(begun.waits, Waits::Passkey(_)))
        .ok_or_else(Exception::invalid_session)
}

/// Asks for a choice or for a passkey; both carry the options for one.
fn ask(pool: &Pool, step: &Step<'_>, name: &'static str) -> Result<Reply, Exception> {
    let username = ops::username(required(step.given, "USERNAME")?)?;
    let random = &*pool.ports.random;
    let challenge: [u8; CHALLENGE] = random::bytes(random).ok_or_else(Exception::internal)?;
    let pending = Pending {
        user_id: username.clone(),
        client_id: step.client_id.to_owned(),
        asker: step.asker.clone(),
        begun_at: pool.ports.clock.now().as_second(),
        tries_left: 1,
        waits: Waits::Passkey(challenge),
    };
    let session = pool.pending.put(random, pending).ok_or_else(Exception::internal)?;
    let mut parameters = BTreeMap::from([("USERNAME", username)]);
    let mut ways = vec!["PASSWORD_SRP"];
    if let Some(party) = &pool.party {
        ways.push("WEB_AUTHN");
        parameters.insert("CREDENTIAL_REQUEST_OPTIONS", options(party, &challenge));
    }
    Ok(Reply::challenge(name, parameters).with_session(session).offering(ways))
}

/// `PublicKeyCredentialRequestOptionsJSON`, as a string. Without a list of
/// credentials: passkeys made here are discoverable.
fn options(party: &RelyingParty, challenge: &[u8]) -> String {
    json!({
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "timeout": LIFE * 1000,
        "rpId": party.id,
        "userVerification": "required",
    })
    .to_string()
}
