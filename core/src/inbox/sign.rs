//! The address of the live connection, signed: AWS Signature Version 4 in the
//! query, as AWS IoT wants it for MQTT over WebSocket.
//!
//! # Source
//! AWS IoT developer guide, "Device communication protocols", MQTT over
//! WebSocket: service `iotdevicegateway`, and the session token is appended
//! after the signature is made.

use hmac::{Hmac, KeyInit, Mac};
use http::Uri;
use jiff::{Timestamp, tz::TimeZone};
use sha2::{Digest, Sha256};

use crate::identity::Credentials;

const SERVICE: &str = "iotdevicegateway";
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
    let at = now.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = at.get(..8)?;
    let scope = format!("{day}/{region}/{SERVICE}/aws4_request");
    let credential = escape(&format!("{}/{scope}", credentials.access_key));
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={at}\
         &X-Amz-Expires={GOOD_FOR_S}&X-Amz-SignedHeaders=host"
    );
    let canonical = format!(
        "GET\n{path}\n{query}\nhost:{host}\n\nhost\n{}",
        hex::encode(Sha256::digest(b""))
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{at}\n{scope}\n{}",
        hex::encode(Sha256::digest(canonical.as_bytes()))
    );
    let mut key = format!("AWS4{}", credentials.secret_key).into_bytes();
    for part in [day, region, SERVICE, "aws4_request"] {
        key = mac(&key, part)?;
    }
    let signature = hex::encode(mac(&key, &to_sign)?);
    let token = escape(&credentials.session_token);
    format!("{scheme}://{host}{path}?{query}&X-Amz-Signature={signature}&X-Amz-Security-Token={token}")
        .parse()
        .ok()
}

fn mac(key: &[u8], message: &str) -> Option<Vec<u8>> {
    let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    Some(mac.chain_update(message.as_bytes()).finalize().into_bytes().to_vec())
}

fn escape(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_signed_as_aws_signs_it_and_the_token_comes_last() {
        let credentials = Credentials::for_test("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "tok/en==");
        let uri = "ws://127.0.0.1:19555/mqtt".parse().unwrap();
        let signed = signed(&uri, "eu-west-1", &credentials, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
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
}
