//! The text that is signed, and the signature over it.
//!
//! Everything is decoded and encoded again, so that clients that encode more
//! or less than they must are still understood.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{IOT_GATEWAY, Refusal, Request, Scope};

/// The canonical request.
pub fn request(
    request: &Request<'_>,
    signed_headers: &[String],
    service: &str,
    payload: &str,
) -> Result<String, Refusal> {
    let path = path(request.path, service)?;
    let query = query(request.query, service)?;
    let mut headers = String::new();
    for name in signed_headers {
        headers.push_str(name);
        headers.push(':');
        headers.push_str(&header(request, name)?);
        headers.push('\n');
    }
    let method = request.method;
    let names = signed_headers.join(";");
    Ok(format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{payload}"))
}

/// The hexadecimal signature over a canonical request.
pub fn signature(secret: &str, day: &str, scope: &Scope<'_>, stamp: &str, canonical: &str) -> String {
    let Scope { region, service } = scope;
    let hashed = digest(canonical.as_bytes());
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{day}/{region}/{service}/aws4_request\n{hashed}");
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in [day, region, service, "aws4_request"] {
        key = keyed(&key, part.as_bytes());
    }
    hex::encode(keyed(&key, text.as_bytes()))
}

/// SHA-256, hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub fn encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Undoes [`encode`]; a plus stands for itself.
pub fn decode(encoded: &str) -> Result<Vec<u8>, Refusal> {
    let mut rest = encoded.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            decoded.push(*first);
            continue;
        }
        let digits = rest.get(..2).ok_or(Refusal::Malformed)?;
        decoded.extend(hex::decode(digits).map_err(|_| Refusal::Malformed)?);
        rest = &rest[2..];
    }
    Ok(decoded)
}

/// S3 encodes paths once, every other service what was encoded, again.
fn path(path: &str, service: &str) -> Result<String, Refusal> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        let once = encode(&decode(segment)?);
        segments.push(if service == "s3" { once } else { encode(once.as_bytes()) });
    }
    let path = segments.join("/");
    Ok(if path.is_empty() { "/".to_owned() } else { path })
}

fn query(query: &str, service: &str) -> Result<String, Refusal> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (encode(&decode(name)?), encode(&decode(value)?));
        let outside = name == "X-Amz-Signature" || (service == IOT_GATEWAY && name == "X-Amz-Security-Token");
        if !outside {
            pairs.push((name, value));
        }
    }
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(pairs.join("&"))
}

/// All values of a header, trimmed, inner runs of spaces made one.
fn header(request: &Request<'_>, name: &str) -> Result<String, Refusal> {
    let values: Vec<String> = request
        .headers
        .iter()
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    if values.is_empty() {
        return Err(Refusal::Mismatch);
    }
    Ok(values.join(","))
}

fn keyed(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so the error cannot happen; an empty
    // key would match nothing.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}
