//! A sign-on provider of somebody else's: signs by P-256, knows one person, and
//! does wrong what a test wants it to.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearth_contract::{endpoints::SignOn, text::Name};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(super) const SUBJECT: &str = "ana|17";
const CLIENT: &str = "hearth-at-maker";
const CODE: &str = "the code";

/// What the provider knows and has seen.
pub(super) struct Provider {
    issuer: String,
    pair: Mutex<EcdsaKeyPair>,
    turns: AtomicU32,
    /// What was asked for on its page.
    asked: Mutex<Value>,
    /// Claims of its id tokens that are others than they should be.
    pub(super) claims: Mutex<Value>,
    /// The endpoint that does not answer now.
    pub(super) silent: Mutex<&'static str>,
    pub(super) refreshes: AtomicU32,
    pub(super) refuses_refresh: AtomicBool,
    pub(super) has_refresh: AtomicBool,
    pub(super) tokens_last_s: AtomicI64,
    pub(super) revoked: Mutex<Vec<String>>,
}

fn drawn() -> EcdsaKeyPair {
    let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let der = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(kind, der.as_ref(), &random).unwrap()
}

fn fields(form: &str) -> Value {
    let pairs = form_urlencoded::parse(form.as_bytes());
    Value::Object(pairs.map(|(name, value)| (name.into_owned(), value.into())).collect())
}

impl Provider {
    pub(super) fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.into(),
            pair: Mutex::new(drawn()),
            turns: AtomicU32::new(0),
            asked: Mutex::default(),
            claims: Mutex::new(json!({})),
            silent: Mutex::new("nowhere"),
            refreshes: AtomicU32::new(0),
            refuses_refresh: AtomicBool::new(false),
            has_refresh: AtomicBool::new(true),
            tokens_last_s: AtomicI64::new(3600),
            revoked: Mutex::default(),
        }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// As a cloud names it.
    pub(super) fn sign_on(&self) -> SignOn {
        SignOn {
            name: Name::parse("Maker").unwrap(),
            issuer: self.issuer.clone(),
            client: CLIENT.into(),
            scopes: ["openid", "email", "offline_access"].map(str::to_owned).into(),
            login: Some("id.maker.example".into()),
        }
    }

    /// The person signs in on the page at this address; the answer's query.
    pub(super) fn signs_in(&self, address: &str) -> String {
        let (page, query) = address.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.issuer));
        let asked = fields(query);
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("scope", "openid email offline_access"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked[name], value, "{name}");
        }
        let back = asked["redirect_uri"].as_str().unwrap();
        assert!([super::BACK, super::LOOPBACK].contains(&back), "{back}");
        let answer = self.answered(&asked, &[("code", CODE)]);
        *self.asked.lock().unwrap() = asked;
        answer
    }

    /// The answer to what was asked at this address: an error.
    pub(super) fn refuses(&self, address: &str, error: &str) -> String {
        self.answered(&fields(address.split_once('?').unwrap().1), &[("error", error)])
    }

    fn answered(&self, asked: &Value, outcome: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(outcome);
        query.append_pair("state", asked["state"].as_str().unwrap());
        query.append_pair("iss", &self.issuer);
        query.finish()
    }

    /// Signs with another key from now on.
    pub(super) fn turns_keys(&self) {
        self.turns.fetch_add(1, Ordering::SeqCst);
        *self.pair.lock().unwrap() = drawn();
    }

    pub(super) fn answer(&self, path: &str, bearer: Option<&str>, body: &str) -> (u16, Value) {
        let endpoint = path.strip_prefix("/id/").unwrap();
        if endpoint == *self.silent.lock().unwrap() {
            return (503, Value::Null);
        }
        let at = |endpoint: &str| format!("{}/{endpoint}", self.issuer);
        match endpoint {
            ".well-known/openid-configuration" => {
                let document = json!({
                    "issuer": self.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
                    "jwks_uri": at("keys"), "userinfo_endpoint": at("person"), "revocation_endpoint": at("revoke"),
                    "authorization_response_iss_parameter_supported": true,
                });
                (200, document)
            }
            "keys" => (200, self.keys()),
            "token" => self.tokens(&fields(body)),
            // The id token says no name.
            "person" if bearer == Some("Bearer access") => (200, json!({ "sub": SUBJECT, "name": "Ana" })),
            "person" => (401, Value::Null),
            "revoke" => {
                self.revoked.lock().unwrap().push(body.to_owned());
                (200, Value::Null)
            }
            _ => (404, Value::Null),
        }
    }

    fn key_id(&self) -> String {
        format!("key-{}", self.turns.load(Ordering::SeqCst))
    }

    fn keys(&self) -> Value {
        let pair = self.pair.lock().unwrap();
        let point = pair.public_key().as_ref();
        let (x, y) = (
            URL_SAFE_NO_PAD.encode(&point[1..33]),
            URL_SAFE_NO_PAD.encode(&point[33..]),
        );
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": self.key_id(), "x": x, "y": y }] })
    }

    fn tokens(&self, form: &Value) -> (u16, Value) {
        let refused = (400, json!({ "error": "invalid_grant" }));
        assert_eq!(form["client_id"], CLIENT);
        let nonce = if form["grant_type"] == "refresh_token" {
            let present = format!("refresh-{}", self.refreshes.load(Ordering::SeqCst));
            if form["refresh_token"] != present.as_str() || self.refuses_refresh.load(Ordering::SeqCst) {
                return refused;
            }
            self.refreshes.fetch_add(1, Ordering::SeqCst);
            self.tokens_last_s.store(3600, Ordering::SeqCst);
            Value::Null
        } else {
            let asked = std::mem::take(&mut *self.asked.lock().unwrap());
            let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_str().unwrap()));
            if form["code"] != CODE || asked["code_challenge"] != proof || asked["redirect_uri"] != form["redirect_uri"]
            {
                return refused;
            }
            asked["nonce"].clone()
        };
        let mut answer = json!({
            "access_token": "access", "token_type": "Bearer", "id_token": self.id_token(nonce),
            "expires_in": self.tokens_last_s.load(Ordering::SeqCst),
        });
        if self.has_refresh.load(Ordering::SeqCst) {
            answer["refresh_token"] = format!("refresh-{}", self.refreshes.load(Ordering::SeqCst)).into();
        }
        (200, answer)
    }

    fn id_token(&self, nonce: Value) -> String {
        let now = crate::real::now().as_second();
        let mut payload = json!({
            "iss": self.issuer, "sub": SUBJECT, "aud": CLIENT, "iat": now, "exp": now + 3600,
            "nonce": nonce, "email": "ana@maker.example",
        });
        for (name, value) in self.claims.lock().unwrap().as_object().unwrap() {
            payload[name] = value.clone();
        }
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!(
            "{}.{}",
            part(json!({ "alg": "ES256", "kid": self.key_id() })),
            part(payload)
        );
        let pair = self.pair.lock().unwrap();
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
