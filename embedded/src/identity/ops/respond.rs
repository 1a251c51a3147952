//! `RespondToAuthChallenge`: chooses the flow that asked.

use serde::Deserialize;

use crate::identity::{
    Pool,
    asker::{Asker, Told},
    exception::Exception,
    flows::{Parameters, Reply, Step, choice, password_srp, second_factor},
};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    client_id: String,
    challenge_name: String,
    #[serde(default)]
    challenge_responses: Parameters,
    #[serde(default)]
    session: Option<String>,
    #[serde(flatten)]
    told: Told,
}

/// Goes on with a sign-in.
pub async fn answer(pool: &Pool, asker: &Asker, ask: Ask) -> Result<Reply, Exception> {
    super::client(pool, &ask.client_id)?;
    let step = Step {
        client_id: &ask.client_id,
        given: &ask.challenge_responses,
        session: ask.session.as_deref(),
        asker: asker.telling(&ask.told),
    };
    match ask.challenge_name.as_str() {
        "SELECT_CHALLENGE" => choice::choose(pool, step).await,
        "WEB_AUTHN" => choice::finish(pool, step).await,
        "SOFTWARE_TOKEN_MFA" => second_factor::finish(pool, step).await,
        "PASSWORD_VERIFIER" => password_srp::finish(pool, step).await,
        _ => Err(Exception::invalid_parameter("Unknown challenge.")),
    }
}
