//! What a client asks of the authorization endpoint, and how it is refused.
//!
//! Until client and redirect address are known to belong together nothing is
//! sent anywhere: the person reads a page. After that every fault goes back to
//! the client.
//!
//! # Source
//! RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, sections 3.1.2.1 and
//! 3.1.2.6; RFC 7636, section 4.4.1.

use super::{Fields, SCOPES, redirect::Redirect};
use crate::identity::Names;

const LONGEST: usize = 1024;
/// Base64url of SHA-256.
const CHALLENGE: usize = 43;

/// A request that may go on to the sign-in page.
#[derive(Debug)]
pub struct Ask {
    /// One of ours.
    pub client_id: String,
    /// Where the answer goes.
    pub redirect: Redirect,
    /// Comes back with every answer.
    pub state: Option<String>,
    /// Goes into the id token.
    pub nonce: Option<String>,
    /// Sorted as it was asked for.
    pub scope: String,
    /// S256.
    pub challenge: String,
    /// Who the client thinks is there.
    pub login_hint: String,
    /// `ui_locales`; empty if the browser is to decide.
    pub locales: String,
}

/// Why it may not.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The client or the address is not known: said to the person, on a page.
    Stranger,
    /// Said to the client.
    Back {
        /// Where.
        redirect: Redirect,
        /// As it was sent.
        state: Option<String>,
        /// The error's name.
        error: &'static str,
    },
}

/// Judges a query.
pub fn read(query: &str, names: &Names) -> Result<Ask, Wrong> {
    let every = |name: &str| {
        let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known == name);
        let one = found.next().map(|(_, value)| value.into_owned());
        one.filter(|_| found.next().is_none())
    };
    let client_id = every("client_id").filter(|id| *id == names.client_id || *id == names.plain_client_id);
    let redirect = every("redirect_uri").and_then(|address| Redirect::accepted(&address, names));
    let (Some(client_id), Some(redirect)) = (client_id, redirect) else {
        return Err(Wrong::Stranger);
    };
    let state = every("state").filter(|state| !state.is_empty() && state.len() <= LONGEST);
    judged(query, client_id, redirect.clone(), state.clone()).map_err(|error| Wrong::Back { redirect, state, error })
}

fn judged(query: &str, client_id: String, redirect: Redirect, state: Option<String>) -> Result<Ask, &'static str> {
    let fields = Fields::read(query.as_bytes()).ok_or("invalid_request")?;
    let text = |name| fields.get(name).unwrap_or_default();
    if fields.get("request").is_some() {
        return Err("request_not_supported");
    }
    if fields.get("request_uri").is_some() {
        return Err("request_uri_not_supported");
    }
    match fields.get("response_type") {
        None => return Err("invalid_request"),
        Some("code") => {}
        Some(_) => return Err("unsupported_response_type"),
    }
    let scope = text("scope");
    let mut scopes = scope.split(' ');
    if scopes.any(|one| !SCOPES.contains(&one)) || !scope.split(' ').any(|one| one == "openid") {
        return Err("invalid_scope");
    }
    let challenge = text("code_challenge");
    let is_sound = challenge.len() == CHALLENGE
        && challenge
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let has_lengths = text("state").len() <= LONGEST && text("nonce").len() <= LONGEST;
    if !is_sound || text("code_challenge_method") != "S256" || !has_lengths {
        return Err("invalid_request");
    }
    if !matches!(text("response_mode"), "" | "query") {
        return Err("invalid_request");
    }
    let prompt: Vec<&str> = text("prompt").split(' ').filter(|one| !one.is_empty()).collect();
    match prompt.as_slice() {
        ["none"] => return Err("login_required"),
        several if several.contains(&"none") => return Err("invalid_request"),
        known
            if known
                .iter()
                .all(|one| matches!(*one, "login" | "consent" | "select_account")) => {}
        _ => return Err("invalid_request"),
    }
    Ok(Ask {
        client_id,
        redirect,
        state,
        nonce: fields.get("nonce").map(str::to_owned),
        scope: scope.to_owned(),
        challenge: challenge.to_owned(),
        login_hint: text("login_hint").chars().take(128).collect(),
        locales: text("ui_locales").to_owned(),
    })
}
