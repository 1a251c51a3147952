//! Somebody's phone with an authenticator app, and a security key in their browser.

use anyhow::{Context, Result, ensure};
use data_encoding::BASE32_NOPAD;
use hearth_contract::clock::Clock;
use hearth_hub::clocks::RealClock;
use serde_json::json;

use crate::browser::Browser;

/// Seconds for which a code is shown.
const STEP_S: i64 = 30;

/// The app with one account in it.
pub struct Authenticator {
    secret: Vec<u8>,
}

impl Authenticator {
    /// An app that was given this key (base32; spaces do not matter).
    ///
    /// # Errors
    /// It is no key.
    pub fn with(key: &str) -> Result<Self> {
        let key: String = key.chars().filter(|letter| !letter.is_whitespace()).collect();
        let secret = BASE32_NOPAD.decode(key.as_bytes()).context("reading the key")?;
        Ok(Self { secret })
    }

    /// The six digits that are shown so many codes from now.
    ///
    /// # Source
    /// RFC 6238 (HMAC-SHA-1, thirty seconds) over RFC 4226, section 5.3.
    #[must_use]
    pub fn code(&self, ahead: i64) -> String {
        let step = RealClock.now().as_second().div_euclid(STEP_S) + ahead;
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = ring::hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[tag.len() - 1] & 15);
        let word = u32::from_be_bytes([tag[at] & 127, tag[at + 1], tag[at + 2], tag[at + 3]]);
        format!("{:06}", word % 1_000_000)
    }
}

/// Puts a key that keeps passkeys and verifies its person into the browser.
///
/// # Errors
/// The driver refuses.
///
/// # Source
/// W3C Web Authentication, section 11.3, Add Virtual Authenticator.
pub async fn add_key(browser: &Browser) -> Result<()> {
    let session = browser.client.session_id().await?.context("no session")?;
    let url = format!("{}/session/{session}/webauthn/authenticator", browser.driver);
    let key = json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserConsenting": true,
        "isUserVerified": true,
    });
    let answer = reqwest::Client::new().post(url).json(&key).send().await?;
    ensure!(answer.status().is_success(), "{}", answer.text().await?);
    Ok(())
}
