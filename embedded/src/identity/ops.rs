//! The operations, each a file, and what several of them ask first.

pub mod attributes;
pub mod change_password;
pub mod confirm_sign_up;
pub mod delete_user;
pub mod devices;
pub mod forgot_password;
pub mod get_credentials;
pub mod get_id;
pub mod get_user;
pub mod initiate_auth;
pub mod passkeys;
pub mod register_passkey;
pub mod renew;
pub mod resend_code;
pub mod respond;
pub mod sign_out;
pub mod sign_up;
pub mod software_token;

use serde::{Deserialize, Serialize};

use super::{Pool, exception::Exception, names};

/// `{}`
#[derive(Serialize)]
pub struct Nothing {}

/// `{Name, Value}`
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    pub name: String,
    #[serde(default)]
    pub value: String,
}

/// The client must be one of ours.
pub fn client(pool: &Pool, client_id: &str) -> Result<(), Exception> {
    if [&pool.names.client_id, &pool.names.plain_client_id]
        .iter()
        .any(|known| *known == client_id)
    {
        return Ok(());
    }
    Err(Exception::resource_not_found("User pool client does not exist."))
}

/// A user name as accounts know it: an address, or a `sub` as it is.
pub fn username(typed: &str) -> Result<String, Exception> {
    if typed.is_empty() || typed.chars().count() > 128 {
        return Err(Exception::invalid_parameter("The user name is empty or too long."));
    }
    Ok(names::mail_address(typed).unwrap_or_else(|| typed.to_owned()))
}
