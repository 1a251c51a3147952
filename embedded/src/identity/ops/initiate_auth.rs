//! `InitiateAuth`: chooses the flow.

use serde::Deserialize;

use crate::identity::{
    Pool,
    asker::{Asker, Told},
    exception::Exception,
    flows::{Parameters, Reply, Step, choice, password_srp, refresh, required},
};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    auth_flow: String,
    client_id: String,
    #[serde(default)]
    auth_parameters: Parameters,
    #[serde(default)]
    session: Option<String>,
    #[serde(flatten)]
    told: Told,
}

/// Begins a sign-in, or renews one.
pub async fn answer(pool: &Pool, asker: &Asker, ask: Ask) -> Result<Reply, Exception> {
    super::client(pool, &ask.client_id)?;
    let given = &ask.auth_parameters;
    let step = Step {
        client_id: &ask.client_id,
        given,
        session: ask.session.as_deref(),
        asker: asker.telling(&ask.told),
    };
    match ask.auth_flow.as_str() {
        "USER_SRP_AUTH" => password_srp::begin(pool, step).await,
        "USER_AUTH" => choice::begin(pool, step).await,
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            let token = required(given, "REFRESH_TOKEN")?;
            if refresh::rotates(pool, &ask.client_id) {
                return Err(Exception::not_authorized(
                    "Refresh token rotation is enabled for this client: use GetTokensFromRefreshToken.",
                ));
            }
            let tokens = refresh::renew(pool, &ask.client_id, token, &step.asker).await?;
            Ok(Reply::tokens(tokens))
        }
        "USER_PASSWORD_AUTH" | "CUSTOM_AUTH" | "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => Err(
            Exception::invalid_parameter("The auth flow is not enabled for this client."),
        ),
        _ => Err(Exception::invalid_parameter("Unknown auth flow.")),
    }
}
