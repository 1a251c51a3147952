//! Signing in on the page by a passkey: the challenge its script asks for, and
//! the answer that comes with the form. Both are those of `USER_AUTH`.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Extension, Json,
    body::Body,
    extract::{ConnectInfo, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{Fields, ask, enter::Refused, form::Browser};
use crate::identity::{
    Pool,
    asker::Asker,
    flows::{Parameters, Step, choice},
    store::Account,
};

/// `POST /oauth2/passkey`: a challenge for the browser that was shown the page.
pub async fn ask(
    State(pool): State<Arc<Pool>>,
    RawQuery(query): RawQuery,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let query = query.unwrap_or_default();
    let (Ok(ask), Some(form)) = (ask::read(&query, &pool.names), Fields::of(body).await) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let token = form.get("token").unwrap_or_default();
    if !Browser::known(&headers).is_some_and(|browser| browser.owns(&pool, &query, token)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let given = parameters(&form, [("PREFERRED_CHALLENGE", Some("WEB_AUTHN"))]);
    let step = Step {
        client_id: &ask.client_id,
        given: &given,
        session: None,
        asker: Asker::new(peer.map(|Extension(ConnectInfo(peer))| peer), &headers),
    };
    match choice::begin(&pool, step).await {
        Ok(reply) => Json(reply).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Whose passkey answered.
///
/// # Errors
/// `PasskeyWrong`, `Unconfirmed`, `Trouble`.
pub async fn enter(pool: &Pool, client_id: &str, asker: &Asker, form: &Fields) -> Result<Account, Refused> {
    let given = parameters(form, [("CREDENTIAL", form.get("credential"))]);
    let step = Step {
        client_id,
        given: &given,
        session: form.get("session"),
        asker: asker.clone(),
    };
    let proved = choice::prove(pool, &step).await;
    proved.map(|(account, _)| account).map_err(|exception| {
        tracing::debug!(exception = exception.name, "a passkey signed nobody in");
        match exception.name {
            "UserNotConfirmedException" => Refused::Unconfirmed,
            "InternalErrorException" => Refused::Trouble,
            _ => Refused::PasskeyWrong,
        }
    })
}

fn parameters<const N: usize>(form: &Fields, more: [(&str, Option<&str>); N]) -> Parameters {
    let name = [("USERNAME", form.get("mail"))];
    let all = name.into_iter().chain(more);
    all.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect()
}
