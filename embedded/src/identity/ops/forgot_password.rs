//! `ForgotPassword` and `ConfirmForgotPassword`: a new password by a code.
//!
//! An address without an account is answered as one with.

use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::identity::{
    Pool, Subject,
    asker::{Asker, Told},
    attempts::Of,
    codes::{self, Errand},
    exception::Exception,
    password,
};

/// Asks for a code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Forgot {
    client_id: String,
    username: String,
    #[serde(flatten)]
    told: Told,
}

/// Where the code went.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Posted {
    code_delivery_details: codes::Delivery,
}

/// Brings the code and the new password.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Confirm {
    client_id: String,
    username: String,
    confirmation_code: String,
    password: String,
    #[serde(flatten)]
    told: Told,
}

/// Posts a code.
pub async fn forgot(pool: &Pool, asker: &Asker, ask: Forgot) -> Result<Posted, Exception> {
    super::client(pool, &ask.client_id)?;
    let username = super::username(&ask.username)?;
    let account = pool.store.account(&username).await?;
    let mail = account.as_ref().map_or(&username, |account| &account.mail);
    let errand = Errand {
        subject: Subject::ResetPassword,
        account: account.as_ref(),
        mail,
        asker: &asker.telling(&ask.told),
    };
    let delivery = codes::post(pool, errand).await?;
    Ok(Posted {
        code_delivery_details: delivery,
    })
}

/// Sets the password and ends every session.
pub async fn confirm(pool: &Pool, asker: &Asker, ask: Confirm) -> Result<Nothing, Exception> {
    super::client(pool, &ask.client_id)?;
    let username = super::username(&ask.username)?;
    let account = pool.store.account(&username).await?;
    let sub = account.as_ref().map_or("", |account| &account.sub);
    // Before the code, so that a password that is refused costs no code, and
    // so that the time it takes does not tell whether there is an account.
    let kept = password::kept(pool, sub, &ask.password).await?;
    let mail = account.as_ref().map_or(&username, |account| &account.mail);
    let code = ask.confirmation_code.trim();
    let asker = asker.telling(&ask.told);
    let errand = Errand {
        subject: Subject::ResetPassword,
        account: account.as_ref(),
        mail,
        asker: &asker,
    };
    let digest = codes::matching(pool, errand, code).await?;
    let account = account.ok_or_else(Exception::code_mismatch)?;
    let now = pool.ports.clock.now().as_second();
    let ended = pool.store.reset(&account.sub, &digest, &kept, now).await?;
    pool.note_endings(ended.ok_or_else(Exception::expired_code)?);
    pool.attempts.forgive(&[Of::SignIn(account.sub, asker.origin())]);
    Ok(Nothing {})
}
