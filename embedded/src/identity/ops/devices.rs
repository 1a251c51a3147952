//! `ListDevices`, `GetDevice` and `ForgetDevice`: the sessions of an account,
//! each on its device, and the end of one.
//!
//! Cognito's shape is kept: the key of a device is the id of its session
//! (`origin_jti` of its tokens), and what the shape has no member for is an
//! attribute.

use serde::{Deserialize, Serialize};

use super::{Attribute, Nothing};
use crate::identity::{Pool, exception::Exception, store::Session, tokens};

/// Most devices of one answer, as at AWS.
const PAGE: usize = 60;

/// Asks for the list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct List {
    access_token: String,
    limit: Option<usize>,
    pagination_token: Option<String>,
}

/// The list, newest use first.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Listed {
    devices: Vec<Device>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

/// Asks for one, or for its end.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct One {
    access_token: String,
    device_key: String,
}

/// One device.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Found {
    device: Device,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Device {
    device_key: String,
    /// `device_name`, `last_ip_used`, `device_status` as at AWS; `client_id`;
    /// `current` is `true` on the session that asks.
    device_attributes: Vec<Attribute>,
    /// Unix seconds, numbers, as all three.
    device_create_date: f64,
    device_last_modified_date: f64,
    device_last_authenticated_date: f64,
}

/// The sessions that go on.
pub async fn list(pool: &Pool, ask: List) -> Result<Listed, Exception> {
    let limit = ask.limit.filter(|limit| *limit > 0).unwrap_or(PAGE);
    if limit > PAGE {
        return Err(Exception::invalid_parameter("Limit must be 60 at most."));
    }
    let (account, claims) = tokens::holder(pool, &ask.access_token).await?;
    let now = pool.ports.clock.now().as_second();
    let sessions = pool.store.sessions(&account.sub, now).await?;
    let start = match &ask.pagination_token {
        None => 0,
        Some(last) => {
            let at = sessions.iter().position(|session| session.id == *last);
            at.ok_or_else(|| Exception::invalid_parameter("Invalid pagination token."))? + 1
        }
    };
    let end = sessions.len().min(start.saturating_add(limit));
    let page = &sessions[start..end];
    let pagination_token = page.last().filter(|_| end < sessions.len()).map(|last| last.id.clone());
    Ok(Listed {
        devices: page.iter().map(|session| device(session, &claims.session)).collect(),
        pagination_token,
    })
}

/// One of the account's own sessions.
pub async fn get(pool: &Pool, ask: One) -> Result<Found, Exception> {
    let (account, claims) = tokens::holder(pool, &ask.access_token).await?;
    let session = standing(pool, &account.sub, &ask.device_key).await?;
    Ok(Found {
        device: device(&session, &claims.session),
    })
}

/// Ends one of the account's own sessions.
pub async fn forget(pool: &Pool, ask: One) -> Result<Nothing, Exception> {
    let (account, _) = tokens::holder(pool, &ask.access_token).await?;
    let session = standing(pool, &account.sub, &ask.device_key).await?;
    pool.end_session(session.ending()).await?;
    Ok(Nothing {})
}

async fn standing(pool: &Pool, sub: &str, key: &str) -> Result<Session, Exception> {
    let now = pool.ports.clock.now().as_second();
    let sessions = pool.store.sessions(sub, now).await?;
    let found = sessions.into_iter().find(|session| session.id == key);
    found.ok_or_else(|| Exception::resource_not_found("Device does not exist."))
}

fn device(session: &Session, asking: &str) -> Device {
    let current = session.id == asking;
    let attributes = [
        ("device_status", "valid"),
        ("device_name", session.device.as_str()),
        ("last_ip_used", &session.address),
        ("client_id", &session.client_id),
        ("current", if current { "true" } else { "false" }),
    ];
    Device {
        device_key: session.id.clone(),
        device_attributes: attributes
            .map(|(name, value)| Attribute {
                name: name.to_owned(),
                value: value.to_owned(),
            })
            .into(),
        device_create_date: session.signed_in_at as f64,
        device_last_modified_date: session.last_used_at as f64,
        device_last_authenticated_date: session.last_used_at as f64,
    }
}
