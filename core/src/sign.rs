//! AWS Signature Version 4, the signing side: the address of the live
//! connection, and the headers of a REST call.
//!
//! # Source
//! AWS General Reference, "Signing AWS API requests"; AWS IoT developer guide,
//! "Device communication protocols", MQTT over WebSocket: service
//! `iotdevicegateway`, and the session token is appended after the signature
//! is made.

use hmac::{Hmac, KeyInit, Mac};
use http::Uri;
use jiff::{Timestamp, tz::TimeZone};
use sha2::{Digest, Sha256};

use crate::identity::Credentials;

const GATEWAY: &str = "iotdevicegateway";
/// How long the address is good for, seconds; the connection outlives it.
const GOOD_FOR_S: u32 = 300;

/// The port of the live connection, from its address; `None` for what is no address.
pub(crate) fn port(address: &str) -> Option<u16> {
    let uri: Uri = address.parse().ok()?;
    let usual = match uri.scheme_str()? {
        "ws" => 80,
        "wss" => 443,
        _ => return None,
    };
    Some(uri.port_u16().unwrap_or(usual))
}

/// The address with its signature; `None` for what is no address.
pub(crate) fn signed(uri: &Uri, region: &str, credentials: &Credentials, now: Timestamp) -> Option<Uri> {
    let (scheme, host, path) = (uri.scheme_str()?, uri.authority()?.as_str(), uri.path());
    let occasion = Occasion::new(region, GATEWAY, now)?;
    let credential = escape(&occasion.credential(credentials));
    let at = &occasion.at;
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={at}\
         &X-Amz-Expires={GOOD_FOR_S}&X-Amz-SignedHeaders=host"
    );
    let canonical = format!("GET\n{path}\n{query}\nhost:{host}\n\nhost\n{}", digest(b""));
    let signature = occasion.signature(credentials, &canonical)?;
    let token = escape(&credentials.session_token);
    format!("{scheme}://{host}{path}?{query}&X-Amz-Signature={signature}&X-Amz-Security-Token={token}")
        .parse()
        .ok()
}

/// A REST call that is about to be sent.
pub(crate) struct Outgoing<'a> {
    /// `GET`, `POST`, …
    pub(crate) method: &'a str,
    /// As it travels, from the slash on.
    pub(crate) path: &'a str,
    /// As it travels, without the question mark.
    pub(crate) query: &'a str,
    /// What is signed besides the date and the token, `host` among them; names
    /// in lower case.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Empty if there is none.
    pub(crate) body: &'a [u8],
}

impl Outgoing<'_> {
    /// The headers that prove the call: date, session token, authorization.
    pub(crate) fn proof(
        mut self,
        region: &str,
        service: &str,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Option<[(&'static str, String); 3]> {
        let occasion = Occasion::new(region, service, now)?;
        let (date, token) = (occasion.at.clone(), credentials.session_token.clone());
        self.headers.push(("x-amz-date", date.clone()));
        self.headers.push(("x-amz-security-token", token.clone()));
        self.headers.sort();
        let lines: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}:{}\n", value.trim()))
            .collect();
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        // What travels is encoded once, what is signed, once more.
        let path: Vec<String> = self.path.split('/').map(escape).collect();
        let canonical = format!(
            "{}\n{}\n{}\n{lines}\n{names}\n{}",
            self.method,
            path.join("/"),
            sorted(self.query)?,
            digest(self.body),
        );
        let signature = occasion.signature(credentials, &canonical)?;
        let credential = occasion.credential(credentials);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}");
        Some([
            ("x-amz-date", date),
            ("x-amz-security-token", token),
            ("authorization", authorization),
        ])
    }
}

/// When and for what a signature is made.
struct Occasion {
    at: String,
    scope: [String; 3],
}

impl Occasion {
    fn new(region: &str, service: &str, now: Timestamp) -> Option<Self> {
        let at = now.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = at.get(..8)?.to_owned();
        Some(Self {
            at,
            scope: [day, region.to_owned(), service.to_owned()],
        })
    }

    fn credential(&self, credentials: &Credentials) -> String {
        format!("{}/{}/aws4_request", credentials.access_key, self.scope.join("/"))
    }

    fn signature(&self, credentials: &Credentials, canonical: &str) -> Option<String> {
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{}\n{}/aws4_request\n{}",
            self.at,
            self.scope.join("/"),
            digest(canonical.as_bytes())
        );
        let mut key = format!("AWS4{}", credentials.secret_key).into_bytes();
        for part in &self.scope {
            key = mac(&key, part)?;
        }
        Some(hex::encode(mac(&mac(&key, "aws4_request")?, &to_sign)?))
    }
}

/// A query as it is signed: each part encoded alike, in order of the names.
fn sorted(query: &str) -> Option<String> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((escape(&unescape(name)?), escape(&unescape(value)?)));
    }
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Some(pairs.join("&"))
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn mac(key: &[u8], message: &str) -> Option<Vec<u8>> {
    let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    Some(mac.chain_update(message.as_bytes()).finalize().into_bytes().to_vec())
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(crate) fn escape(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    text.bytes()
        .map(|byte| {
            if plain(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Undoes [`escape`]; a plus stands for itself.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            bytes.extend(hex::decode(rest.get(..2)?).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials::for_test("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "tok/en==")
    }

    #[test]
    fn an_address_is_signed_as_aws_signs_it_and_the_token_comes_last() {
        let uri = "ws://127.0.0.1:19555/mqtt".parse().unwrap();
        let signed = signed(
            &uri,
            "eu-west-1",
            &credentials(),
            "2026-01-01T00:00:00Z".parse().unwrap(),
        )
        .unwrap();
        let query = signed.query().unwrap();
        // Computed with another implementation of the signature.
        let signature = "731a3b881d7552febe93d5d3536638bda813f4e1c580afce013f6271fe7ab5db";
        assert!(
            query.ends_with(&format!(
                "&X-Amz-Signature={signature}&X-Amz-Security-Token=tok%2Fen%3D%3D"
            )),
            "{query}"
        );
        assert_eq!(
            (signed.host(), signed.port_u16(), signed.path()),
            (Some("127.0.0.1"), Some(19555), "/mqtt")
        );
    }

    #[test]
    fn a_port_is_the_schemes_unless_it_is_named() {
        assert_eq!(port("wss://home.example/mqtt"), Some(443));
        assert_eq!(port("ws://localhost:8080/mqtt"), Some(8080));
        assert_eq!(port("http://localhost"), None);
    }

    #[test]
    fn a_call_is_signed_as_aws_signs_it() {
        let outgoing = Outgoing {
            method: "POST",
            path: "/signed/v1/families/7/things/a%3Ab",
            query: "words=red%20wine&after=3&star=%2A",
            headers: vec![
                ("host", "localhost:8420".to_owned()),
                ("x-hearth-call", "01900000-0000-7000-8000-000000000001".to_owned()),
            ],
            body: br#"{"name":"Jam"}"#,
        };
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        let [date, token, authorization] = outgoing.proof("local-1", "execute-api", &credentials(), at).unwrap();
        assert_eq!(date, ("x-amz-date", "20260101T000000Z".to_owned()));
        assert_eq!(token, ("x-amz-security-token", "tok/en==".to_owned()));
        // Computed with another implementation of the signature.
        let expected = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/local-1/execute-api/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-security-token;x-hearth-call, \
             Signature=8773bec5444db8bcb1e1cdccfb016a5dfb267248f441edfbc65a85333aed63ff";
        assert_eq!(authorization, ("authorization", expected.to_owned()));
    }
}
