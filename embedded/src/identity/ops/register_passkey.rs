//! `StartWebAuthnRegistration` and `CompleteWebAuthnRegistration`: a passkey
//! for somebody who is signed in.
//!
//! Passkeys must be discoverable and verify the person. So a sign-in need not
//! name them beforehand, which would tell strangers who has one, and needs no
//! second factor.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Nothing;
use crate::identity::{
    Pool,
    exception::Exception,
    passkeys::{ALGORITHMS, Refused, Registration},
    pending::LIFE,
    random,
    registrations::Begun,
    store::{KeptPasskey, MOST_PASSKEYS, Passkey},
    tokens,
};

/// Letters of a passkey's name.
const LONGEST_NAME: usize = 64;

/// Asks what to make.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Start {
    access_token: String,
}

/// What to make: `PublicKeyCredentialCreationOptionsJSON`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Started {
    credential_creation_options: Value,
}

/// Brings what was made: `RegistrationResponseJSON`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Complete {
    access_token: String,
    credential: Value,
    /// What its person calls it; Cognito's own clients send none.
    friendly_credential_name: Option<String>,
}

/// The options, with a challenge for five minutes.
pub async fn start(pool: &Pool, ask: Start) -> Result<Started, Exception> {
    let (account, claims) = tokens::holder(pool, &ask.access_token).await?;
    let party = pool.party.as_ref().ok_or_else(Exception::web_authn_not_configured)?;
    let known = pool.store.passkeys(&account.sub).await?;
    if known.len() >= usize::try_from(MOST_PASSKEYS).unwrap_or(usize::MAX) {
        return Err(too_many());
    }
    let challenge = random::bytes(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let begun = Begun {
        challenge,
        client_id: claims.client_id,
        begun_at: pool.ports.clock.now().as_second(),
    };
    pool.registrations.put(&account.sub, begun);
    let name = account.attributes.get("name").unwrap_or(&account.mail);
    let exclude = known.iter().map(|passkey| {
        json!({
            "type": "public-key",
            "id": URL_SAFE_NO_PAD.encode(&passkey.id),
            "transports": passkey.transports,
        })
    });
    let algorithms = ALGORITHMS.map(|algorithm| json!({ "type": "public-key", "alg": algorithm }));
    Ok(Started {
        credential_creation_options: json!({
            "rp": { "id": party.id, "name": "Hearth" },
            "user": {
                "id": URL_SAFE_NO_PAD.encode(&account.sub),
                "name": account.mail,
                "displayName": name,
            },
            "challenge": URL_SAFE_NO_PAD.encode(challenge),
            "pubKeyCredParams": algorithms,
            "timeout": LIFE * 1000,
            "excludeCredentials": exclude.collect::<Vec<_>>(),
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
        }),
    })
}

/// Keeps the passkey.
pub async fn complete(pool: &Pool, ask: Complete) -> Result<Nothing, Exception> {
    let (account, claims) = tokens::holder(pool, &ask.access_token).await?;
    let party = pool.party.as_ref().ok_or_else(Exception::web_authn_not_configured)?;
    let now = pool.ports.clock.now().as_second();
    let given: Registration = serde_json::from_value(ask.credential).map_err(|_| unreadable())?;
    let called = called(ask.friendly_credential_name)?;
    let begun = pool.registrations.take(&account.sub, now);
    let begun = begun.ok_or_else(challenge_not_found)?;
    if begun.client_id != claims.client_id {
        return Err(Exception::web_authn_client_mismatch(
            "The registration was begun at another client.",
        ));
    }
    let made = given.judge(party, &begun.challenge).map_err(|refused| match refused {
        Refused::Unreadable | Refused::Unsigned => unreadable(),
        Refused::OtherChallenge => challenge_not_found(),
        Refused::ForeignOrigin => {
            Exception::web_authn_origin_not_allowed("The passkey was made on a page of another origin.")
        }
        Refused::ForeignParty => {
            Exception::web_authn_relying_party_mismatch("The passkey was made for another relying party.")
        }
        Refused::Unsupported => Exception::web_authn_credential_not_supported(
            "The passkey's algorithm is not supported, or it did not verify its user.",
        ),
    })?;
    let session = pool.store.session_of(&account.sub, &claims.session).await?;
    let passkey = Passkey {
        id: made.id,
        key: made.key,
        name: called.or(session.map(|session| session.device)).unwrap_or_default(),
        attachment: made.attachment,
        transports: made.transports,
        sign_count: made.sign_count,
        made_at: now,
    };
    match pool.store.put_passkey(&account.sub, &passkey).await? {
        KeptPasskey::Kept => Ok(Nothing {}),
        KeptPasskey::TooMany => Err(too_many()),
        KeptPasskey::Known => Err(Exception::web_authn_credential_not_supported(
            "The passkey is registered already.",
        )),
    }
}

/// What the passkey is called, if its person said so.
fn called(name: Option<String>) -> Result<Option<String>, Exception> {
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let fits = |name: &String| name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if name.as_ref().is_some_and(|name| !fits(name)) {
        return Err(Exception::invalid_parameter(
            "FriendlyCredentialName must be one line of at most 64 letters.",
        ));
    }
    Ok(name)
}

fn too_many() -> Exception {
    Exception::limit_exceeded("An account has twenty passkeys at most.")
}

fn unreadable() -> Exception {
    Exception::invalid_parameter("Credential is not a RegistrationResponseJSON.")
}

fn challenge_not_found() -> Exception {
    Exception::web_authn_challenge_not_found("The registration was not begun, or more than five minutes ago.")
}
