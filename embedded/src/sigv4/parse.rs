//! Reads what a signed request says about its signature.
//!
//! A part that comes twice is refused: two readers might pick different ones.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{LONGEST_LIFE, Life, Refusal, Request, Signed, canonical::decode};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

pub fn query(request: Request<'_>) -> Result<Signed<'_>, Refusal> {
    if !request.query.contains("X-Amz-Signature=") {
        return Err(Refusal::Unsigned);
    }
    let part = |name: &str| one_of_query(request.query, name);
    let due = |name: &str| part(name)?.ok_or(Refusal::Malformed);
    if due("X-Amz-Algorithm")? != ALGORITHM {
        return Err(Refusal::Malformed);
    }
    let seconds: u32 = due("X-Amz-Expires")?.parse().map_err(|_| Refusal::Malformed)?;
    if seconds == 0 || seconds > LONGEST_LIFE {
        return Err(Refusal::Malformed);
    }
    Parts {
        credential: due("X-Amz-Credential")?,
        stamp: due("X-Amz-Date")?,
        life: Life::Url(seconds),
        signed_headers: due("X-Amz-SignedHeaders")?,
        signature: due("X-Amz-Signature")?,
        session_token: part("X-Amz-Security-Token")?,
    }
    .read(request)
}

pub fn headers(request: Request<'_>) -> Result<Signed<'_>, Refusal> {
    let header = |name: &str| one_of_headers(&request, name);
    let authorization = header("authorization")?.ok_or(Refusal::Unsigned)?;
    let fields = authorization
        .strip_prefix(ALGORITHM)
        .and_then(|rest| rest.strip_prefix(' '))
        .ok_or(Refusal::Unsigned)?;
    let field = |name: &str| {
        let mut found = fields
            .split(',')
            .filter_map(|field| field.trim().strip_prefix(name).and_then(|rest| rest.strip_prefix('=')));
        match (found.next(), found.next()) {
            (Some(value), None) => Ok(value.to_owned()),
            _ => Err(Refusal::Malformed),
        }
    };
    Parts {
        credential: field("Credential")?,
        stamp: header("x-amz-date")?.ok_or(Refusal::Malformed)?.to_owned(),
        life: Life::Headers,
        signed_headers: field("SignedHeaders")?,
        signature: field("Signature")?,
        session_token: header("x-amz-security-token")?.map(str::to_owned),
    }
    .read(request)
}

struct Parts {
    credential: String,
    stamp: String,
    life: Life,
    signed_headers: String,
    signature: String,
    session_token: Option<String>,
}

impl Parts {
    fn read(self, request: Request<'_>) -> Result<Signed<'_>, Refusal> {
        let scope: Vec<&str> = self.credential.split('/').collect();
        let [access_key, day, region, service, "aws4_request"] = scope[..] else {
            return Err(Refusal::Malformed);
        };
        let signed_headers: Vec<String> = self.signed_headers.split(';').map(str::to_owned).collect();
        // In order and without doubles, as the rules have it; the host must be
        // among them, or a signature would be good anywhere.
        let sound = signed_headers.is_sorted_by(|one, next| one < next)
            && signed_headers.iter().any(|name| name == "host")
            && signed_headers
                .iter()
                .all(|name| !name.is_empty() && *name == name.to_ascii_lowercase());
        if access_key.is_empty() || !sound {
            return Err(Refusal::Malformed);
        }
        Ok(Signed {
            access_key: access_key.to_owned(),
            day: day.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            at: instant(&self.stamp)?,
            stamp: self.stamp,
            life: self.life,
            signed_headers,
            signature: self.signature,
            session_token: self.session_token,
            request,
        })
    }
}

/// `20130524T000000Z`
fn instant(stamp: &str) -> Result<Timestamp, Refusal> {
    if stamp.len() != 16 || !stamp.ends_with('Z') {
        return Err(Refusal::Malformed);
    }
    DateTime::strptime("%Y%m%dT%H%M%SZ", stamp)
        .and_then(|civil| civil.to_zoned(TimeZone::UTC))
        .map(|zoned| zoned.timestamp())
        .map_err(|_| Refusal::Malformed)
}

fn one_of_query(query: &str, name: &str) -> Result<Option<String>, Refusal> {
    let mut found = None;
    for pair in query.split('&') {
        let (known, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode(known)? == name.as_bytes() {
            if found.is_some() {
                return Err(Refusal::Malformed);
            }
            found = Some(String::from_utf8(decode(value)?).map_err(|_| Refusal::Malformed)?);
        }
    }
    Ok(found)
}

fn one_of_headers<'a>(request: &Request<'a>, name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut found = request.headers.iter().filter(|(known, _)| *known == name);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Refusal::Malformed),
        (first, None) => Ok(first.map(|(_, value)| *value)),
    }
}
