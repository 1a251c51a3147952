//! `UpdateUserAttributes`, `GetUserAttributeVerificationCode` and
//! `VerifyUserAttribute`: what an account says of its person.
//!
//! A new address takes the old one's place only when a code posted there
//! comes back; until then the old one stays good.

use serde::{Deserialize, Serialize};

use super::{Attribute, Nothing, sign_up};
use crate::identity::{
    Pool, Subject,
    asker::{Asker, Told},
    codes::{self, Delivery, Errand},
    exception::Exception,
    names,
    store::{Account, Moved},
    tokens,
};

/// Brings new values; an empty one takes the attribute away.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Update {
    access_token: String,
    user_attributes: Vec<Attribute>,
    #[serde(flatten)]
    told: Told,
}

/// Where codes went, if an address is to be proved.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Updated {
    code_delivery_details_list: Vec<Delivery>,
}

/// Asks for a code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Post {
    access_token: String,
    attribute_name: String,
    #[serde(flatten)]
    told: Told,
}

/// Where it went.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Posted {
    code_delivery_details: Delivery,
}

/// Brings the code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Verify {
    access_token: String,
    attribute_name: String,
    code: String,
    #[serde(flatten)]
    told: Told,
}

/// Sets attributes at once, an address once it is proved.
pub async fn update(pool: &Pool, asker: &Asker, ask: Update) -> Result<Updated, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let mut attributes = account.attributes.clone();
    let mut address = None;
    for Attribute { name, value } in ask.user_attributes {
        if name == "email" {
            let mail = names::mail_address(&value);
            address = Some(mail.ok_or_else(|| Exception::invalid_parameter("Invalid email address format."))?);
            continue;
        }
        sign_up::acceptable(&name, &value)?;
        if value.is_empty() {
            attributes.remove(&name);
        } else {
            attributes.insert(name, value);
        }
    }
    let pending = match &address {
        Some(address) => Some(address.clone()).filter(|address| *address != account.mail),
        None => account.pending_mail.clone(),
    };
    pool.store
        .set_attributes(&account.sub, &attributes, pending.as_deref())
        .await?;
    let mut code_delivery_details_list = Vec::new();
    if let (Some(_), Some(mail)) = (address, pending) {
        let asker = asker.telling(&ask.told);
        code_delivery_details_list.push(codes::post(pool, errand(&account, &mail, &asker)).await?);
    }
    Ok(Updated {
        code_delivery_details_list,
    })
}

/// Posts a code to the new address, or to the old one if there is no new one.
pub async fn post(pool: &Pool, asker: &Asker, ask: Post) -> Result<Posted, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    only_email(&ask.attribute_name)?;
    let mail = account.pending_mail.as_ref().unwrap_or(&account.mail);
    let asker = asker.telling(&ask.told);
    Ok(Posted {
        code_delivery_details: codes::post(pool, errand(&account, mail, &asker)).await?,
    })
}

/// The code proves the address, which takes the old one's place.
pub async fn verify(pool: &Pool, asker: &Asker, ask: Verify) -> Result<Nothing, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    only_email(&ask.attribute_name)?;
    let mail = account.pending_mail.as_ref().unwrap_or(&account.mail);
    let asker = asker.telling(&ask.told);
    let digest = codes::matching(pool, errand(&account, mail, &asker), ask.code.trim()).await?;
    match pool.store.move_to(&account.sub, mail, &digest).await? {
        Moved::There => Ok(Nothing {}),
        Moved::Taken => Err(Exception::alias_exists("An account with the email already exists.")),
        Moved::CodeUsed => Err(Exception::expired_code()),
    }
}

fn errand<'a>(account: &'a Account, mail: &'a str, asker: &'a Asker) -> Errand<'a> {
    Errand {
        subject: Subject::NewAddress,
        account: Some(account),
        mail,
        asker,
    }
}

fn only_email(attribute: &str) -> Result<(), Exception> {
    if attribute == "email" {
        return Ok(());
    }
    Err(Exception::invalid_parameter("Only email can be verified."))
}
