//! `ListWebAuthnCredentials`, `DeleteWebAuthnCredential` and
//! `GetUserAuthFactors`: what somebody may sign in with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::identity::{Pool, exception::Exception, store::Passkey, tokens};

/// Most passkeys of one answer, as at AWS.
const PAGE: usize = 20;

/// Asks for the list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct List {
    access_token: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// The list, oldest first.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Listed {
    credentials: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    credential_id: String,
    friendly_credential_name: String,
    relying_party_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    authenticator_attachment: String,
    authenticator_transports: Vec<String>,
    /// Unix seconds, a number.
    created_at: f64,
}

/// Asks for the end of one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delete {
    access_token: String,
    credential_id: String,
}

/// Asks what may be used.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Factors {
    access_token: String,
}

/// What may be used.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Configured {
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList")]
    user_mfa_setting_list: Vec<&'static str>,
    configured_user_auth_factors: Vec<&'static str>,
}

/// The passkeys of whoever asks.
pub async fn list(pool: &Pool, ask: List) -> Result<Listed, Exception> {
    let limit = ask.max_results.filter(|limit| *limit > 0).unwrap_or(PAGE);
    if limit > PAGE {
        return Err(Exception::invalid_parameter("MaxResults must be 20 at most."));
    }
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let party = pool.party.as_ref().ok_or_else(Exception::web_authn_not_configured)?;
    let all = pool.store.passkeys(&account.sub).await?;
    let described: Vec<Described> = all.iter().map(|passkey| described(passkey, &party.id)).collect();
    let start = match &ask.next_token {
        None => 0,
        Some(last) => {
            let at = described.iter().position(|passkey| passkey.credential_id == *last);
            at.ok_or_else(|| Exception::invalid_parameter("Invalid pagination token."))? + 1
        }
    };
    let is_more = described.len() > start.saturating_add(limit);
    let credentials: Vec<Described> = described.into_iter().skip(start).take(limit).collect();
    let last = credentials.last().filter(|_| is_more);
    Ok(Listed {
        next_token: last.map(|last| last.credential_id.clone()),
        credentials,
    })
}

/// Forgets one.
pub async fn delete(pool: &Pool, ask: Delete) -> Result<Nothing, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let id = URL_SAFE_NO_PAD.decode(&ask.credential_id).unwrap_or_default();
    if !pool.store.drop_passkey(&account.sub, &id).await? {
        return Err(Exception::resource_not_found("The passkey does not exist."));
    }
    Ok(Nothing {})
}

/// Password, and passkey if there is one; the second factor.
pub async fn factors(pool: &Pool, ask: Factors) -> Result<Configured, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let factor = pool.store.factor(&account.sub).await?;
    let mut configured = vec!["PASSWORD"];
    if !pool.store.passkeys(&account.sub).await?.is_empty() {
        configured.push("WEB_AUTHN");
    }
    let (preferred_mfa_setting, user_mfa_setting_list) = factor.settings();
    Ok(Configured {
        username: account.sub,
        preferred_mfa_setting,
        user_mfa_setting_list,
        configured_user_auth_factors: configured,
    })
}

fn described(passkey: &Passkey, party: &str) -> Described {
    Described {
        credential_id: URL_SAFE_NO_PAD.encode(&passkey.id),
        friendly_credential_name: passkey.name.clone(),
        relying_party_id: party.to_owned(),
        authenticator_attachment: passkey.attachment.clone(),
        authenticator_transports: passkey.transports.clone(),
        created_at: passkey.made_at as f64,
    }
}
