//! Logins of another issuer: taken from those that are configured, judged by
//! the keys they publish, however those change.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::{Json, Router, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearth_contract::{endpoints::SignOn, openid::person_of, text::Name};
use ring::{
    rand::SystemRandom as Source,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use tokio::task::JoinHandle;

use super::*;

const CLIENT: &str = "hearth-at-maker";
const NOT: &str = "NotAuthorizedException";

/// An issuer of somebody else's, on a port of this machine.
struct Maker {
    issuer: String,
    pair: Mutex<EcdsaKeyPair>,
    keys: Arc<Mutex<Value>>,
    asked: Arc<AtomicU32>,
    server: JoinHandle<()>,
}

impl Drop for Maker {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Maker {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/maker", listener.local_addr().unwrap());
        let (keys, asked) = (Arc::new(Mutex::new(Value::Null)), Arc::new(AtomicU32::new(0)));
        let document = json!({
            "issuer": issuer, "authorization_endpoint": issuer, "token_endpoint": issuer,
            "jwks_uri": format!("{issuer}/keys"),
        });
        let (published, counted) = (keys.clone(), asked.clone());
        let publish = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Json(published.lock().unwrap().clone()))
        };
        let router = Router::new()
            .route(
                "/maker/.well-known/openid-configuration",
                get(move || std::future::ready(Json(document))),
            )
            .route("/maker/keys", get(publish));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let maker = Self {
            issuer,
            pair: Mutex::new(drawn()),
            keys,
            asked,
            server,
        };
        maker.turns_keys("one");
        maker
    }

    fn sign_on(&self) -> SignOn {
        SignOn {
            name: Name::parse("Maker").unwrap(),
            issuer: self.issuer.clone(),
            client: CLIENT.into(),
            scopes: Vec::new(),
            login: Some("id.maker.example".into()),
        }
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    /// Signs by another key from now on, and publishes it.
    fn turns_keys(&self, kid: &str) {
        let pair = drawn();
        let point = pair.public_key().as_ref();
        let (x, y) = (
            URL_SAFE_NO_PAD.encode(&point[1..33]),
            URL_SAFE_NO_PAD.encode(&point[33..]),
        );
        *self.keys.lock().unwrap() = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": kid, "x": x, "y": y }] });
        *self.pair.lock().unwrap() = pair;
    }

    /// An id token of this subject, signed by the present key, said to be `kid`.
    fn token(&self, home: &Home, kid: &str, subject: &str, change: &Value) -> String {
        let now = home.clock.now().as_second();
        let mut payload = json!({ "iss": self.issuer, "sub": subject, "aud": CLIENT, "iat": now, "exp": now + 3600 });
        for (name, value) in change.as_object().into_iter().flatten() {
            payload[name] = value.clone();
        }
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({ "alg": "ES256", "kid": kid })), part(payload));
        let signature = self
            .pair
            .lock()
            .unwrap()
            .sign(&Source::new(), signed.as_bytes())
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn drawn() -> EcdsaKeyPair {
    let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let der = EcdsaKeyPair::generate_pkcs8(kind, &Source::new()).unwrap();
    EcdsaKeyPair::from_pkcs8(kind, der.as_ref(), &Source::new()).unwrap()
}

fn get_id(home: &Home, login: &str, token: &str) -> Value {
    let pool = &home.identity.names().identity_pool_id;
    json!({ "IdentityPoolId": pool, "Logins": { login: token } })
}

#[tokio::test]
async fn a_configured_issuers_people_are_lent_credentials() {
    let maker = Maker::open().await;
    let home = Home::with_issuers(vec![maker.sign_on()]).await;
    let token = maker.token(&home, "one", "ana|17", &json!({}));
    let login = "id.maker.example";
    let id = home.done("GetId", get_id(&home, login, &token)).await["IdentityId"].clone();
    let again = home.done("GetId", get_id(&home, login, &token)).await;
    assert_eq!(again["IdentityId"], id);
    let ask = json!({ "IdentityId": id, "Logins": { login: token } });
    let lent = home.done("GetCredentialsForIdentity", ask).await;
    let key = lent["Credentials"]["AccessKeyId"].as_str().unwrap();
    let kept = home.identity.credentials(key).await.unwrap().unwrap();
    let person = person_of(&maker.issuer, "ana|17");
    let Holder::Person { sub, session, .. } = kept.holder else {
        panic!("lent to a person")
    };
    assert_eq!((sub, session.as_str()), (person.to_string(), ""));
    assert_eq!(home.identity.issuers().prove(&token).await, Ok(Foreigner { person }));

    // Another subject is somebody else, and gets nothing of the first.
    let other = maker.token(&home, "one", "bob", &json!({}));
    let ask = json!({ "IdentityId": id, "Logins": { login: other } });
    home.refused("GetCredentialsForIdentity", ask, NOT).await;
    assert_eq!(maker.asked(), 1, "the keys are fetched once");
}

#[tokio::test]
async fn what_is_not_configured_or_not_good_gets_nothing() {
    let maker = Maker::open().await;
    let home = Home::with_issuers(vec![maker.sign_on()]).await;
    let (login, ours) = ("id.maker.example", home.identity.names().login().to_owned());
    let now = home.clock.now().as_second();
    let token = maker.token(&home, "one", "ana", &json!({}));
    for (login, token, says) in [
        ("accounts.google.com", token.clone(), "not from a supported provider"),
        (ours.as_str(), token.clone(), "Not a valid OpenId Connect"),
        (login, "a.b.c".to_owned(), "Not a valid OpenId Connect"),
        (
            login,
            maker.token(&home, "one", "ana", &json!({ "aud": "x" })),
            "audience",
        ),
        (
            login,
            maker.token(&home, "one", "ana", &json!({ "iss": "https://x" })),
            "Issuer",
        ),
        (
            login,
            maker.token(&home, "one", "ana", &json!({ "exp": now - 301 })),
            "expired",
        ),
        (login, maker.token(&home, "two", "ana", &json!({})), "Couldn't verify"),
    ] {
        let message = home.refused("GetId", get_id(&home, login, &token), NOT).await;
        assert!(message.contains(says), "{message}");
    }
    let both = json!({ login: token, "other": token });
    let ask = json!({ "IdentityPoolId": home.identity.names().identity_pool_id, "Logins": both });
    home.refused("GetId", ask, NOT).await;

    let home = Home::new().await;
    let message = home.refused("GetId", get_id(&home, login, &token), NOT).await;
    assert!(message.contains("not from a supported provider"), "{message}");
    assert_eq!(home.identity.issuers().prove(&token).await, Err(Unproved::Stranger));
}

#[tokio::test]
async fn changed_keys_are_found_and_strangers_make_nobody_ask_too_often() {
    let maker = Maker::open().await;
    let home = Home::with_issuers(vec![maker.sign_on()]).await;
    let issuers = home.identity.issuers();
    let first = maker.token(&home, "one", "ana", &json!({}));
    assert!(issuers.prove(&first).await.is_ok());
    for _ in 0..5 {
        let stranger = maker.token(&home, "never", "ana", &json!({}));
        assert!(issuers.prove(&stranger).await.is_err());
    }
    assert_eq!(maker.asked(), 1);
    home.clock.turn(60);
    maker.turns_keys("two");
    assert!(
        issuers.prove(&first).await.is_ok(),
        "the former key counts until it is looked for"
    );
    let second = maker.token(&home, "two", "ana", &json!({}));
    assert!(issuers.prove(&second).await.is_ok());
    assert_eq!(maker.asked(), 2);
    assert!(
        issuers.prove(&first).await.is_err(),
        "a key that is gone signs nobody in"
    );
}

#[tokio::test]
async fn a_silent_issuer_is_asked_less_and_less_and_its_keys_count_for_a_day() {
    let maker = Maker::open().await;
    let home = Home::with_issuers(vec![maker.sign_on()]).await;
    let issuers = home.identity.issuers();
    let proved = || async {
        let token = maker.token(&home, "one", "ana", &json!({}));
        issuers.prove(&token).await.is_ok()
    };
    assert!(proved().await);
    let good = std::mem::take(&mut *maker.keys.lock().unwrap());
    // It answers, but with nothing that is a key set.
    home.clock.turn(3600);
    for _ in 0..3 {
        assert!(proved().await);
    }
    assert_eq!(maker.asked(), 2);
    home.clock.turn(60);
    assert!(proved().await);
    home.clock.turn(60);
    assert!(proved().await);
    assert_eq!(maker.asked(), 3, "the second wait is longer");
    home.clock.turn(24 * 3600);
    assert!(!proved().await, "keys of yesterday count no more");
    *maker.keys.lock().unwrap() = good;
    home.clock.turn(3600);
    assert!(proved().await);
}

#[tokio::test]
async fn issuers_that_make_no_sense_are_refused_at_the_start() {
    let maker = Maker::open().await;
    let clock: Arc<dyn Clock> = Arc::new(Dial(Mutex::new(Timestamp::UNIX_EPOCH)));
    let check = |change: fn(&mut SignOn)| {
        let mut other = maker.sign_on();
        change(&mut other);
        Issuers::new(vec![maker.sign_on(), other], clock.clone()).is_ok()
    };
    assert!(check(|other| {
        other.issuer = "https://id.example.org".into();
        other.login = None;
    }));
    assert!(!check(|_| ()));
    assert!(!check(|other| other.login = None));
    assert!(!check(|other| other.issuer = "https://id.example.org".into()));
    assert!(!check(|other| {
        other.issuer = "http://id.example.org".into();
        other.login = None;
    }));
    assert!(!check(|other| {
        other.issuer = "https://id.example.org".into();
        other.login = None;
        other.client.clear();
    }));
}
