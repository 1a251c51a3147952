//! The discovery document: where a provider's endpoints are.
//!
//! # Source
//! OpenID Connect Discovery 1.0, sections 3 and 4; RFC 9207, section 3.

use std::fmt;

use serde::Deserialize;

/// A provider's endpoints, as far as a sign-in needs them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Discovery {
    /// The issuer it speaks for.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where codes and refresh tokens are changed for tokens.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where more is said of a person.
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// Where tokens are ended.
    #[serde(default)]
    pub revocation_endpoint: Option<String>,
    /// Empty if the provider does not say.
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    /// Whether each of its answers names it (`iss`).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// Why a document is none of the provider that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoProvider {
    /// It can't be read, or an endpoint is missing.
    Unreadable,
    /// It speaks for another issuer.
    OtherIssuer,
    /// An endpoint would be asked in clear.
    Unsafe,
    /// It does not take the proof of RFC 7636 by SHA-256.
    WithoutProof,
}

impl fmt::Display for NoProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the discovery document can't be read",
            Self::OtherIssuer => "the discovery document is of another issuer",
            Self::Unsafe => "an endpoint would be asked in clear",
            Self::WithoutProof => "the provider takes no code challenge by SHA-256",
        })
    }
}

impl std::error::Error for NoProvider {}

impl Discovery {
    /// Where the document of an issuer is.
    #[must_use]
    pub fn address(issuer: &str) -> String {
        format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
    }

    /// Reads the document that was found at the [`address`](Self::address) of an issuer.
    ///
    /// # Errors
    /// [`NoProvider`]: asking again does not help, the provider or its
    /// configuration here has to be mended.
    pub fn read(document: &[u8], issuer: &str) -> Result<Self, NoProvider> {
        let found: Self = serde_json::from_slice(document).map_err(|_| NoProvider::Unreadable)?;
        if found.issuer != issuer {
            return Err(NoProvider::OtherIssuer);
        }
        let must = [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri];
        let may = [&found.userinfo_endpoint, &found.revocation_endpoint];
        let are_safe = must
            .into_iter()
            .chain(may.into_iter().flatten())
            .all(|address| is_safe(address));
        if !is_safe(issuer) || !are_safe {
            return Err(NoProvider::Unsafe);
        }
        let methods = &found.code_challenge_methods_supported;
        if !methods.is_empty() && !methods.iter().any(|method| method == "S256") {
            return Err(NoProvider::WithoutProof);
        }
        Ok(found)
    }
}

/// Whether what is sent to an address is read by nobody on the way: TLS, or this
/// very machine.
#[must_use]
pub fn is_safe(address: &str) -> bool {
    let (host, is_tls) = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => (rest, true),
        (_, Some(rest)) => (rest, false),
        (None, None) => return false,
    };
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('@') || !host.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    is_tls || matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example.org";

    fn document() -> serde_json::Value {
        serde_json::json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example.org/authorize",
            "token_endpoint": "https://id.example.org/token",
            "jwks_uri": "https://keys.example.org/",
            "code_challenge_methods_supported": ["plain", "S256"],
        })
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut serde_json::Value), refused: NoProvider) {
        let mut changed = document();
        change(&mut changed);
        assert_eq!(Discovery::read(changed.to_string().as_bytes(), ISSUER), Err(refused));
    }

    #[test]
    fn a_document_counts_only_for_its_own_issuer_over_tls_and_with_the_proof() {
        let found = Discovery::read(document().to_string().as_bytes(), ISSUER).unwrap();
        assert!(!found.authorization_response_iss_parameter_supported);
        check(
            |it| it["issuer"] = "https://id.example.org/".into(),
            NoProvider::OtherIssuer,
        );
        check(
            |it| it["token_endpoint"] = "http://id.example.org/token".into(),
            NoProvider::Unsafe,
        );
        check(|it| it["revocation_endpoint"] = "ftp://x".into(), NoProvider::Unsafe);
        check(
            |it| it["code_challenge_methods_supported"] = serde_json::json!(["plain"]),
            NoProvider::WithoutProof,
        );
        check(|it| it["jwks_uri"] = serde_json::Value::Null, NoProvider::Unreadable);
    }

    #[test]
    fn only_this_machine_may_be_asked_in_clear() {
        for safe in [
            "https://a.example",
            "http://localhost:1/x",
            "http://127.0.0.1",
            "http://[::1]:5/",
        ] {
            assert!(is_safe(safe), "{safe}");
        }
        for bad in [
            "",
            "http://a.example",
            "http://localhost.evil.example/",
            "http://127.0.0.1@evil.example/",
            "https://",
            "http://localhost:1x/",
            "javascript:alert(1)",
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
    }

    #[test]
    fn the_document_is_below_the_issuer() {
        let address = "https://id.example.org/pool/.well-known/openid-configuration";
        assert_eq!(Discovery::address("https://id.example.org/pool"), address);
        assert_eq!(Discovery::address("https://id.example.org/pool/"), address);
    }
}
