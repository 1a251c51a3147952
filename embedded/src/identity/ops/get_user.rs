//! `GetUser`: who holds an access token.

use serde::{Deserialize, Serialize};

use super::Attribute;
use crate::identity::{Pool, exception::Exception, tokens};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    access_token: String,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    username: String,
    user_attributes: Vec<Attribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
}

/// The account's name and attributes.
pub async fn answer(pool: &Pool, ask: Ask) -> Result<Reply, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let verified = account.confirmed.to_string();
    let mut user_attributes = Vec::new();
    for (name, value) in [
        ("sub", &account.sub),
        ("email", &account.mail),
        ("email_verified", &verified),
    ] {
        user_attributes.push(Attribute {
            name: name.to_owned(),
            value: value.clone(),
        });
    }
    let (preferred_mfa_setting, user_mfa_setting_list) = pool.store.factor(&account.sub).await?.settings();
    let others = account.attributes.into_iter();
    user_attributes.extend(others.map(|(name, value)| Attribute { name, value }));
    Ok(Reply {
        username: account.sub,
        user_attributes,
        preferred_mfa_setting,
        user_mfa_setting_list,
    })
}
