//! What a browser and an app do, and what they see.

use axum::{body::Body, http::HeaderMap};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::super::*;

pub const BACK: &str = "http://127.0.0.1:40123/auth/callback";
pub const VERIFIER: &str = "a-verifier-of-the-length-that-rfc-7636-asks-for";

/// What a browser sees.
pub struct Seen {
    pub status: StatusCode,
    headers: HeaderMap,
    pub text: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A parameter of the address it is sent to.
    pub fn sent(&self, name: &str) -> Option<String> {
        let (_, query) = self.header("location").split_once('?')?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

pub fn query(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

impl Home {
    pub async fn browse(&self, request: http::request::Builder, body: String) -> Seen {
        let request = request.body(Body::from(body)).unwrap();
        let response = self.identity.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Seen {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// A sound request, with these fields instead.
    pub fn asked(&self, other: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut fields = vec![
            ("client_id", self.client_id()),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("state", "st&te"),
            ("nonce", "n0nce"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in other {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        fields.retain(|(_, value)| !value.is_empty());
        format!("/oauth2/authorize?{}", query(&fields))
    }

    pub async fn page(&self, address: &str) -> Seen {
        self.browse(Request::get(address), String::new()).await
    }

    /// Shows the page, then sends its form.
    pub async fn typed(&self, address: &str, mail: &str, password: &str) -> Seen {
        self.filled(address, &[("mail", mail), ("password", password)]).await
    }

    /// As [`Home::typed`], with these fields.
    pub async fn filled(&self, address: &str, fields: &[(&str, &str)]) -> Seen {
        let (cookie, token) = self.shown(address).await;
        self.sent(address, &cookie, &[&[("token", token.as_str())], fields].concat())
            .await
    }

    /// The page's cookie and the token of its form.
    pub async fn shown(&self, address: &str) -> (String, String) {
        let page = self.page(address).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
        let token = page.text.split("name=\"token\" value=\"").nth(1).unwrap();
        (cookie, token.split('"').next().unwrap().to_owned())
    }

    /// What comes of these fields from a browser with this cookie.
    pub async fn sent(&self, address: &str, cookie: &str, fields: &[(&str, &str)]) -> Seen {
        self.browse(Request::post(address).header("cookie", cookie), query(fields))
            .await
    }

    /// A code for Ann.
    pub async fn granted(&self) -> String {
        let sent = self.typed(&self.asked(&[]), MAIL, PASSWORD).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        sent.sent("code").unwrap()
    }

    pub async fn exchange(&self, code: &str, other: &[(&str, &str)]) -> Seen {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", self.client_id()),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in other {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        self.token("/oauth2/token", &fields).await
    }

    pub async fn token(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.browse(Request::post(path), query(fields)).await
    }

    pub async fn info(&self, token: &str) -> Seen {
        let request = Request::get("/oauth2/userInfo").header("authorization", format!("Bearer {token}"));
        self.browse(request, String::new()).await
    }
}
