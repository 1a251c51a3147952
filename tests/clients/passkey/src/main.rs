//! The `passkey` crate as a browser with an authenticator in it: makes and uses
//! passkeys as it is asked, one JSON object a line, and answers with one.
//!
//! `{"origin": "http://localhost:8420", "create": …}` makes one from the options of
//! `navigator.credentials.create`, `"get"` uses it; the answer is the credential,
//! or `{"refused": why}`. It keeps one passkey, for as long as it runs.

use std::io::{BufRead, Write};

use passkey::{
    authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod},
    client::{Client, DefaultClientData},
    crypto::rust_crypto::RustCryptoBackend,
    types::{
        Passkey,
        ctap2::{Aaguid, Ctap2Error},
        webauthn::{CredentialCreationOptions, CredentialRequestOptions},
    },
};
use serde_json::{Value, json};
use url::Url;

type Failed = Box<dyn std::error::Error>;

/// Somebody who always touches and is always known.
struct Person;

#[async_trait::async_trait]
impl UserValidationMethod for Person {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

/// Answers every line of the input.
fn main() -> Result<(), Failed> {
    let user = Authenticator::new(Aaguid::new_empty(), None::<Passkey>, Person, RustCryptoBackend);
    let mut browser = Client::new(user).allows_insecure_localhost(true);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let mut asked: Value = serde_json::from_str(&line?)?;
        let origin = Url::parse(asked["origin"].as_str().ok_or("no origin")?)?;
        let (make, get) = (asked["create"].take(), asked["get"].take());
        let done = match (make.is_null(), get.is_null()) {
            (false, true) => {
                let options: CredentialCreationOptions = serde_json::from_value(json!({ "publicKey": make }))?;
                let made = runtime.block_on(browser.register(&origin, options, DefaultClientData));
                made.map(serde_json::to_value)
            }
            (true, false) => {
                let options: CredentialRequestOptions = serde_json::from_value(json!({ "publicKey": get }))?;
                let used = runtime.block_on(browser.authenticate(&origin, options, DefaultClientData));
                used.map(serde_json::to_value)
            }
            _ => return Err("neither create nor get".into()),
        };
        let answer = match done {
            Ok(credential) => credential?,
            Err(error) => json!({ "refused": format!("{error:?}") }),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}
