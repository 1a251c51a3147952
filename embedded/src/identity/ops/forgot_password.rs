//! `ForgotPassword` and `ConfirmForgotPassword`: a new password by a code.
//!
//! An address without an account is answered as one with.

use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::identity::{Pool, Subject, attempts::Of, codes, exception::Exception, password};

/// Asks for a code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Forgot {
    client_id: String,
    username: String,
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
}

/// Posts a code.
pub async fn forgot(pool: &Pool, ask: Forgot) -> Result<Posted, Exception> {
    super::client(pool, &ask.client_id)?;
    let username = super::username(&ask.username)?;
    let account = pool.store.account(&username).await?;
    let mail = account.as_ref().map_or(&username, |account| &account.mail);
    let delivery = codes::post(pool, account.as_ref(), mail, Subject::ResetPassword).await?;
    Ok(Posted {
        code_delivery_details: delivery,
    })
}

/// Sets the password and ends every session.
pub async fn confirm(pool: &Pool, ask: Confirm) -> Result<Nothing, Exception> {
    super::client(pool, &ask.client_id)?;
    let username = super::username(&ask.username)?;
    let account = pool.store.account(&username).await?;
    let sub = account.as_ref().map_or("", |account| &account.sub);
    // Before the code, so that a password that is refused costs no code, and
    // so that the time it takes does not tell whether there is an account.
    let kept = password::kept(pool, sub, &ask.password).await?;
    let mail = account.as_ref().map_or(&username, |account| &account.mail);
    let code = ask.confirmation_code.trim();
    let digest = codes::matching(pool, account.as_ref(), mail, Subject::ResetPassword, code).await?;
    let account = account.ok_or_else(Exception::code_mismatch)?;
    if !pool.store.reset(&account.sub, &digest, &kept).await? {
        return Err(Exception::expired_code());
    }
    pool.attempts.forget(&Of::SignIn(account.sub));
    Ok(Nothing {})
}
