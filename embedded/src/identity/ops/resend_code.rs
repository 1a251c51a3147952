//! `ResendConfirmationCode`: another code for an account not yet confirmed.

use serde::{Deserialize, Serialize};

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
    #[serde(flatten)]
    told: Told,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    code_delivery_details: codes::Delivery,
}

/// Posts a fresh code; the old one is worth nothing any more.
pub async fn answer(pool: &Pool, asker: &Asker, ask: Ask) -> Result<Reply, Exception> {
    super::client(pool, &ask.client_id)?;
    let username = super::username(&ask.username)?;
    let account = pool.store.account(&username).await?;
    if account.as_ref().is_some_and(|account| account.confirmed) {
        return Err(Exception::invalid_parameter("User is already confirmed."));
    }
    let mail = account.as_ref().map_or(&username, |account| &account.mail);
    let errand = Errand {
        subject: Subject::SignUp,
        account: account.as_ref(),
        mail,
        asker: &asker.telling(&ask.told),
    };
    let delivery = codes::post(pool, errand).await?;
    Ok(Reply {
        code_delivery_details: delivery,
    })
}
