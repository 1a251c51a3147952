//! Signs a URL ahead, so that whoever has it may do one thing for a while.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    IOT_GATEWAY, Key, LONGEST_LIFE, Refusal, Request, Scope, UNSIGNED_PAYLOAD,
    canonical::{self, encode},
};

/// What is to be signed.
#[derive(Clone, Copy)]
pub struct Presign<'a> {
    /// `GET`, `PUT`, …
    pub method: &'a str,
    /// Percent-encoded, from the slash on.
    pub path: &'a str,
    /// `host[:port]`, and whatever else the request must carry unchanged;
    /// names in lower case.
    pub headers: &'a [(&'a str, &'a str)],
    /// Name of the key.
    pub access_key: &'a str,
    /// The key.
    pub key: Key<'a>,
    /// Where it counts.
    pub scope: Scope<'a>,
    /// From when.
    pub at: Timestamp,
    /// For how long, seconds; a week at most.
    pub expires: u32,
}

/// The query (without question mark) that makes the URL good.
///
/// # Errors
/// `Malformed` if there is no `host`, the path cannot be read, or the life is
/// nothing or beyond a week.
pub fn presign(wanted: &Presign<'_>) -> Result<String, Refusal> {
    let has_host = wanted.headers.iter().any(|(name, _)| *name == "host");
    if !has_host || wanted.expires == 0 || wanted.expires > LONGEST_LIFE {
        return Err(Refusal::Malformed);
    }
    let zoned = wanted.at.to_zoned(TimeZone::UTC);
    let stamp = zoned.strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = &stamp[..8];
    let Scope { region, service } = wanted.scope;
    let mut names: Vec<String> = wanted.headers.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.sort();
    names.dedup();
    let credential = format!("{}/{day}/{region}/{service}/aws4_request", wanted.access_key);
    let mut query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={stamp}&X-Amz-Expires={}&X-Amz-SignedHeaders={}",
        encode(credential.as_bytes()),
        wanted.expires,
        encode(names.join(";").as_bytes()),
    );
    // The IoT gateway is the exception: there it follows the signature.
    if let Some(token) = wanted.key.session_token {
        query.push_str(&format!("&X-Amz-Security-Token={}", encode(token.as_bytes())));
    }
    let request = Request {
        method: wanted.method,
        path: wanted.path,
        query: &query,
        headers: wanted.headers,
    };
    let nothing = canonical::digest(b"");
    let payload = if service == IOT_GATEWAY {
        nothing.as_str()
    } else {
        UNSIGNED_PAYLOAD
    };
    let canonical = canonical::request(&request, &names, service, payload)?;
    let signature = canonical::signature(wanted.key.secret, day, &wanted.scope, &stamp, &canonical);
    query.push_str("&X-Amz-Signature=");
    query.push_str(&signature);
    Ok(query)
}
