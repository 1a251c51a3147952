//! Where an answer may be sent: into the app, to a port of the same machine, or
//! to the hub's own page. Nowhere else.
//!
//! # Source
//! RFC 8252, sections 7.1 (private-use scheme) and 7.3 (loopback, any port).

use axum::http::Uri;

use crate::identity::Names;

/// The native app, woken by the system.
const APP: &str = "hearth://auth/callback";
/// Below the public name: the page that a hub serves.
const HUB: &str = "/host/sign-on";
const LONGEST: usize = 512;

/// An address that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect(String);

impl Redirect {
    /// `None` for any address that is not one of ours.
    pub fn accepted(address: &str, names: &Names) -> Option<Self> {
        let is_ours = address == APP
            || address.strip_prefix(names.public_url()) == Some(HUB)
            || (address.len() <= LONGEST && is_loopback(address));
        is_ours.then(|| Self(address.to_owned()))
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with these parameters.
    pub fn with(&self, parameters: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        format!("{}?{}", self.0, query.finish())
    }

    /// As a source of a content policy: a form that was sent may end there.
    pub fn source(&self) -> &str {
        if self.0 == APP {
            return "hearth:";
        }
        let host = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[host..].find('/').map_or(self.0.len(), |at| host + at);
        &self.0[..end]
    }
}

fn is_loopback(address: &str) -> bool {
    if address.contains('#') || !address.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    let Ok(uri) = address.parse::<Uri>() else { return false };
    let Some(authority) = uri.authority() else { return false };
    uri.scheme_str() == Some("http")
        && matches!(authority.host(), "127.0.0.1" | "localhost")
        // Nothing before or after host and port, and the port a number.
        && (authority.as_str() == authority.host()
            || authority.port().is_some_and(|port| authority.as_str() == format!("{}:{port}", authority.host())))
        && uri.query().is_none()
        && address.get(7 + authority.as_str().len()..).is_some_and(|path| path.starts_with('/') && !path.contains(['"', '<', '>', ';', ',', '\\', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(address: &str) -> Option<Redirect> {
        let names = Names {
            issuer: "https://home.example/local-1_Pool".into(),
            pool_id: "local-1_Pool".into(),
            client_id: "app".into(),
            plain_client_id: "plain".into(),
            identity_pool_id: String::new(),
        };
        Redirect::accepted(address, &names)
    }

    #[test]
    fn the_app_this_machine_and_the_hub_are_accepted_and_nobody_else() {
        for good in [
            "hearth://auth/callback",
            "http://127.0.0.1:40123/",
            "http://127.0.0.1:40123/auth/callback",
            "http://localhost:8420/host/sign-on",
            "https://home.example/host/sign-on",
        ] {
            assert!(accepted(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "hearth://auth/callback/",
            "hearth://auth/callback?x=1",
            "hearth://evil/callback",
            "https://127.0.0.1:1/",
            "http://127.0.0.1:1",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://evil@127.0.0.1/",
            "http://localhost:1/#x",
            "http://localhost:1/?x=1",
            "http://localhost:port/",
            "http://localhost:1/;script-src",
            "http://localhost:1\\@evil.example/",
            "https://home.example/host/sign-on/",
            "https://home.example.evil/host/sign-on",
            "https://evil.example/host/sign-on",
        ] {
            assert_eq!(accepted(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_answer_is_appended_and_its_source_is_where_it_goes() {
        let app = accepted("hearth://auth/callback").unwrap();
        assert_eq!(app.with(&[("code", "a b&c")]), "hearth://auth/callback?code=a+b%26c");
        assert_eq!(app.source(), "hearth:");
        let port = accepted("http://127.0.0.1:5/x").unwrap();
        assert_eq!(port.source(), "http://127.0.0.1:5");
    }
}
