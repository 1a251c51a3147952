//! `SignUp`: an account, unconfirmed until its address is proved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Attribute;
use crate::identity::{
    Pool, Subject,
    asker::{Asker, Told},
    codes::{self, Errand},
    exception::Exception,
    names, password, random,
    store::{NewAccount, SignedUp},
};

/// Attributes of OpenID Connect that an app may set; the address comes with
/// the user name.
const STANDARD: &[&str] = &[
    "address",
    "birthdate",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "website",
    "zoneinfo",
];
/// Characters.
const LONGEST_VALUE: usize = 2048;

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    client_id: String,
    username: String,
    password: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    #[serde(flatten)]
    told: Told,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    user_confirmed: bool,
    user_sub: String,
    code_delivery_details: codes::Delivery,
}

/// Makes the account and posts its first code.
pub async fn answer(pool: &Pool, asker: &Asker, ask: Ask) -> Result<Reply, Exception> {
    super::client(pool, &ask.client_id)?;
    let mail = names::mail_address(&ask.username)
        .ok_or_else(|| Exception::invalid_parameter("Username should be an email."))?;
    let attributes = attributes(&mail, ask.user_attributes)?;
    let sub = random::uuid(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let account = NewAccount {
        password: password::kept(pool, &sub, &ask.password).await?,
        made_at: pool.ports.clock.now().as_second(),
        sub,
        mail,
        attributes,
    };
    if pool.store.sign_up(&account).await? == SignedUp::Taken {
        return Err(Exception::username_exists(
            "An account with the given email already exists.",
        ));
    }
    let made = pool.store.account(&account.sub).await?;
    let errand = Errand {
        subject: Subject::SignUp,
        account: made.as_ref(),
        mail: &account.mail,
        asker: &asker.telling(&ask.told),
    };
    Ok(Reply {
        user_confirmed: false,
        code_delivery_details: codes::post(pool, errand).await?,
        user_sub: account.sub,
    })
}

/// Whether an account may have this attribute.
pub fn acceptable(name: &str, value: &str) -> Result<(), Exception> {
    if STANDARD.contains(&name) && value.chars().count() <= LONGEST_VALUE {
        return Ok(());
    }
    Err(Exception::invalid_parameter(
        "Attributes did not conform to the schema.",
    ))
}

fn attributes(mail: &str, given: Vec<Attribute>) -> Result<BTreeMap<String, String>, Exception> {
    let mut kept = BTreeMap::new();
    for Attribute { name, value } in given {
        if name == "email" && names::mail_address(&value).as_deref() == Some(mail) {
            continue;
        }
        acceptable(&name, &value)?;
        kept.insert(name, value);
    }
    Ok(kept)
}
