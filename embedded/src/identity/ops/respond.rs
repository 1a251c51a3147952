//! `RespondToAuthChallenge`: chooses the flow that asked.

use serde::Deserialize;

use crate::identity::{
    Pool,
    asker::{Asker, Told},
    exception::Exception,
    flows::{Parameters, Reply, Step, password_srp},
};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    client_id: String,
    challenge_name: String,
    #[serde(default)]
    challenge_responses: Parameters,
    #[serde(flatten)]
    told: Told,
}

/// Goes on with a sign-in.
pub async fn answer(pool: &Pool, asker: &Asker, ask: Ask) -> Result<Reply, Exception> {
    super::client(pool, &ask.client_id)?;
    let step = Step {
        client_id: &ask.client_id,
        given: &ask.challenge_responses,
        asker: asker.telling(&ask.told),
    };
    match ask.challenge_name.as_str() {
        "PASSWORD_VERIFIER" => password_srp::finish(pool, step).await,
        _ => Err(Exception::invalid_parameter("Unknown challenge.")),
    }
}
