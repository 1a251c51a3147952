//! `ConfirmSignUp`: the code proves the address.

use serde::Deserialize;

use super::Nothing;
use crate::identity::{
    Pool, Subject,
    asker::{Asker, Told},
    codes::{self, Errand},
    exception::Exception,
};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    client_id: String,
    username: String,
    confirmation_code: String,
    #[serde(flatten)]
    told: Told,
}

/// Confirms the account.
pub async fn answer(pool: &Pool, asker: &Asker, ask: Ask) -> Result<Nothing, Exception> {
    super::client(pool, &ask.client_id)?;
    let username = super::username(&ask.username)?;
    let account = pool.store.account(&username).await?;
    if account.as_ref().is_some_and(|account| account.confirmed) {
        return Err(Exception::not_authorized(
            "User cannot be confirmed. Current status is CONFIRMED",
        ));
    }
    let mail = account.as_ref().map_or(&username, |account| &account.mail);
    let code = ask.confirmation_code.trim();
    let errand = Errand {
        subject: Subject::SignUp,
        account: account.as_ref(),
        mail,
        asker: &asker.telling(&ask.told),
    };
    let digest = codes::matching(pool, errand, code).await?;
    let account = account.ok_or_else(Exception::code_mismatch)?;
    if !pool.store.confirm(&account.sub, &digest).await? {
        return Err(Exception::expired_code());
    }
    Ok(Nothing {})
}
