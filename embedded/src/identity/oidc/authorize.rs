//! `/oauth2/authorize`: shows the sign-in page, and sends a code back.
//!
//! What was asked stays in the address of the page and is judged anew when the
//! form comes back: nothing is remembered in between.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Extension,
    body::Body,
    extract::{ConnectInfo, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Fields,
    ask::{self, Ask, Wrong},
    enter,
    form::Browser,
    grants::Grant,
    page::{self, Page},
    redirect::Redirect,
    words::Language,
};
use crate::identity::{Pool, asker::Asker, random, tokens};

/// `GET`: the page.
pub async fn ask(State(pool): State<Arc<Pool>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    match ask::read(&query, &pool.names) {
        Ok(ask) => shown(&pool, &headers, &query, &ask, None),
        Err(wrong) => refused(&pool, &headers, wrong),
    }
}

/// `POST`: the form of the page.
pub async fn enter(
    State(pool): State<Arc<Pool>>,
    RawQuery(query): RawQuery,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let query = query.unwrap_or_default();
    let ask = match ask::read(&query, &pool.names) {
        Ok(ask) => ask,
        Err(wrong) => return refused(&pool, &headers, wrong),
    };
    let form = Fields::of(body).await.unwrap_or(Fields(Vec::new()));
    let token = form.get("token").unwrap_or_default();
    if !Browser::known(&headers).is_some_and(|browser| browser.owns(&pool, &query, token)) {
        let stale = Trouble {
            mail: form.get("mail").unwrap_or_default(),
            asks_code: form.get("code").is_some(),
            says: "sign_on.stale",
            status: StatusCode::FORBIDDEN,
        };
        return shown(&pool, &headers, &query, &ask, Some(stale));
    }
    let asker = Asker::new(peer.map(|Extension(ConnectInfo(peer))| peer), &headers);
    match enter::enter(&pool, &ask.client_id, &asker, &form).await {
        Ok(account) => sent_back(&pool, ask, account.sub),
        Err(refused) => {
            let status = match refused {
                enter::Refused::Wait => StatusCode::TOO_MANY_REQUESTS,
                enter::Refused::Trouble => StatusCode::INTERNAL_SERVER_ERROR,
                enter::Refused::Wrong
                | enter::Refused::Unconfirmed
                | enter::Refused::CodeNeeded
                | enter::Refused::CodeWrong
                | enter::Refused::PasskeyWrong => StatusCode::UNAUTHORIZED,
            };
            let trouble = Trouble {
                mail: form.get("mail").unwrap_or_default(),
                asks_code: refused.is_of_code() || form.get("code").is_some(),
                says: refused.says(),
                status,
            };
            shown(&pool, &headers, &query, &ask, Some(trouble))
        }
    }
}

/// Why the page is shown once more.
struct Trouble<'a> {
    mail: &'a str,
    asks_code: bool,
    says: &'static str,
    status: StatusCode,
}

fn shown(pool: &Pool, headers: &HeaderMap, query: &str, ask: &Ask, trouble: Option<Trouble<'_>>) -> Response {
    let Some(browser) = Browser::known(headers).or_else(|| Browser::drawn(pool)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = Page {
        language: language(headers, &ask.locales),
        query,
        token: &browser.token(pool, query),
        mail: trouble.as_ref().map_or(&ask.login_hint, |trouble| trouble.mail),
        asks_code: trouble.as_ref().is_some_and(|trouble| trouble.asks_code),
        takes_passkeys: pool.party.is_some(),
        trouble: trouble.as_ref().map(|trouble| trouble.says),
        cancel: &back(pool, &ask.redirect, ask.state.as_deref(), ("error", "access_denied")),
        end: ask.redirect.source(),
    };
    let mut response = page.response();
    *response.status_mut() = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    if let Ok(cookie) = HeaderValue::try_from(browser.cookie(pool)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn refused(pool: &Pool, headers: &HeaderMap, wrong: Wrong) -> Response {
    match wrong {
        Wrong::Stranger => page::stranger(language(headers, "")),
        Wrong::Back { redirect, state, error } => {
            tracing::debug!(error, "an authorization request was refused");
            go(&back(pool, &redirect, state.as_deref(), ("error", error)))
        }
    }
}

fn sent_back(pool: &Pool, ask: Ask, account: String) -> Response {
    let Some(code) = random::opaque(&*pool.ports.random) else {
        return go(&back(
            pool,
            &ask.redirect,
            ask.state.as_deref(),
            ("error", "server_error"),
        ));
    };
    let end = back(pool, &ask.redirect, ask.state.as_deref(), ("code", &code));
    let grant = Grant {
        account,
        client_id: ask.client_id,
        redirect: ask.redirect.as_str().to_owned(),
        challenge: ask.challenge,
        nonce: ask.nonce,
        scope: ask.scope,
        made_at: pool.ports.clock.now().as_second(),
    };
    pool.grants.put(tokens::digest(&code), grant);
    go(&end)
}

/// The answer's address: what came of it, the state, and who answers.
fn back(pool: &Pool, redirect: &Redirect, state: Option<&str>, outcome: (&str, &str)) -> String {
    let mut parameters = vec![outcome];
    parameters.extend(state.map(|state| ("state", state)));
    parameters.push(("iss", &pool.names.issuer));
    redirect.with(&parameters)
}

/// 303: whatever method led here, the answer is fetched.
fn go(address: &str) -> Response {
    match HeaderValue::try_from(address) {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn language(headers: &HeaderMap, locales: &str) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    Language::chosen(locales, accepted.unwrap_or_default())
}
