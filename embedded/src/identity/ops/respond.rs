//! `RespondToAuthChallenge`: chooses the flow that asked.

use serde::Deserialize;

use crate::identity::{
    Pool,
    exception::Exception,
    flows::{Parameters, Reply, password_srp},
};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    client_id: String,
    challenge_name: String,
    #[serde(default)]
    challenge_responses: Parameters,
}

/// Goes on with a sign-in.
pub async fn answer(pool: &Pool, ask: Ask) -> Result<Reply, Exception> {
    super::client(pool, &ask.client_id)?;
    match ask.challenge_name.as_str() {
        "PASSWORD_VERIFIER" => password_srp::finish(pool, &ask.client_id, &ask.challenge_responses).await,
        _ => Err(Exception::invalid_parameter("Unknown challenge.")),
    }
}
