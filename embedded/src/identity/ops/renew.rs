//! `GetTokensFromRefreshToken`

use serde::{Deserialize, Serialize};

use crate::identity::{Pool, asker::Asker, exception::Exception, flows::refresh, tokens::Tokens};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    client_id: String,
    refresh_token: String,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    authentication_result: Tokens,
}

/// Fresh tokens, and a fresh refresh token for clients whose tokens rotate.
pub async fn answer(pool: &Pool, asker: &Asker, ask: Ask) -> Result<Reply, Exception> {
    super::client(pool, &ask.client_id)?;
    let tokens = refresh::renew(pool, &ask.client_id, &ask.refresh_token, asker).await?;
    Ok(Reply {
        authentication_result: tokens,
    })
}
