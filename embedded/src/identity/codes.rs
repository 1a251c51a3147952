//! Six digits that prove a mail address: made, posted, compared.
//!
//! A new code replaces the old one; a right one is used up in the same
//! transaction as what it allows. Five wrong ones shut their origin out, twenty
//! from anywhere end it.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use sha2::Sha256;

use super::{
    Letter, Pool, Subject,
    asker::Asker,
    attempts::{self, Of},
    exception::Exception,
    names, random,
    store::{Account, Code},
};

/// `CodeDeliveryDetails`
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delivery {
    /// Masked.
    destination: String,
    delivery_medium: &'static str,
    attribute_name: &'static str,
}

/// An account whose code it is, or none, and who asks for or brings it.
#[derive(Clone, Copy)]
pub struct Errand<'a> {
    /// What the code is for.
    pub subject: Subject,
    /// `None` where there is no account; answered alike.
    pub account: Option<&'a Account>,
    /// The address letters go to.
    pub mail: &'a str,
    /// Who asks.
    pub asker: &'a Asker,
}

impl Errand<'_> {
    fn wrong_codes(&self) -> Vec<Of> {
        let own = Of::Code(self.subject, self.mail.to_owned(), self.asker.origin());
        let mut all = attempts::tries(own, self.asker);
        all.push(Of::Codes(self.subject, self.mail.to_owned()));
        all
    }

    fn letters(&self) -> Vec<Of> {
        let own = Of::Letter(self.subject, self.mail.to_owned(), self.asker.origin());
        let mut all = attempts::tries(own, self.asker);
        all.push(Of::Letters(self.mail.to_owned()));
        all
    }
}

/// Posts a fresh code to the account, or pretends to where there is none.
pub async fn post(pool: &Pool, errand: Errand<'_>) -> Result<Delivery, Exception> {
    let now = pool.ports.clock.now();
    let Errand { subject, mail, .. } = errand;
    if !pool.attempts.admit(&errand.letters(), now.as_second()) {
        return Err(Exception::limit_exceeded(
            "Attempt limit exceeded, please try after some time.",
        ));
    }
    // A new code may be tried anew; the origin keeps its count.
    let wrong = errand.wrong_codes();
    let wrong: Vec<Of> = wrong.into_iter().filter(|of| !matches!(of, Of::Origin(_))).collect();
    pool.attempts.forgive(&wrong);
    if let Some(account) = errand.account {
        let code = random::word(&*pool.ports.random, b"0123456789", 6).ok_or_else(Exception::internal)?;
        let expires_at = end_of(subject, now);
        let kept = Code {
            digest: digest(pool, subject, &account.sub, &code),
            expires_at: expires_at.as_second(),
        };
        pool.store.put_code(&account.sub, subject, &kept).await?;
        let letter = Letter {
            to: mail.to_owned(),
            subject,
            code,
            expires_at,
        };
        let posted = pool.ports.outbox.post(letter).await;
        posted.map_err(|_| Exception::code_delivery_failure())?;
    }
    Ok(Delivery {
        destination: names::masked(mail),
        delivery_medium: "EMAIL",
        attribute_name: "email",
    })
}

/// The digest under which the entered code can be used up, if it is right.
///
/// # Errors
/// `CodeMismatch`, `ExpiredCode`, `TooManyFailedAttempts`; an account that is
/// not there mismatches.
pub async fn matching(pool: &Pool, errand: Errand<'_>, entered: &str) -> Result<[u8; 32], Exception> {
    let now = pool.ports.clock.now().as_second();
    let Errand { subject, account, .. } = errand;
    let tries = errand.wrong_codes();
    if !pool.attempts.admit(&tries, now) {
        return Err(Exception::too_many_failed_attempts());
    }
    let known = match account {
        Some(account) => pool.store.code(&account.sub, subject).await?,
        None => None,
    };
    let right = match (account, &known) {
        (Some(account), Some(known)) => keyed(pool, subject, &account.sub, entered)
            .verify_slice(&known.digest)
            .is_ok(),
        _ => false,
    };
    match known {
        Some(known) if right && now < known.expires_at => {
            pool.attempts.forgive(&tries);
            Ok(known.digest)
        }
        Some(_) if right => Err(Exception::expired_code()),
        _ => {
            let all = Of::Codes(subject, errand.mail.to_owned());
            if let (Some(account), true) = (account, pool.attempts.exhausted(&all, now)) {
                pool.store.drop_code(&account.sub, subject).await?;
            }
            Err(Exception::code_mismatch())
        }
    }
}

fn end_of(subject: Subject, now: Timestamp) -> Timestamp {
    let life = match subject {
        Subject::SignUp => 24.hours(),
        Subject::ResetPassword | Subject::NewAddress => 10.minutes(),
    };
    now.saturating_add(life).unwrap_or(now)
}

fn digest(pool: &Pool, subject: Subject, sub: &str, code: &str) -> [u8; 32] {
    keyed(pool, subject, sub, code).finalize().into_bytes().into()
}

fn keyed(pool: &Pool, subject: Subject, sub: &str, code: &str) -> Hmac<Sha256> {
    pool.keyed(match subject {
        Subject::SignUp => "sign-up code",
        Subject::ResetPassword => "reset code",
        Subject::NewAddress => "new address code",
    })
    .chain_update(sub)
    .chain_update(b"\0")
    .chain_update(code)
}

impl Pool {
    /// A keyed digest begun for one purpose.
    pub(super) fn keyed(&self, purpose: &str) -> Hmac<Sha256> {
        // A key of this length is always taken.
        let mac = Hmac::<Sha256>::new(&self.pepper.into());
        mac.chain_update(purpose).chain_update(b"\0")
    }
}
